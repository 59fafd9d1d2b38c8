// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @channels
//       CHECK:   cnn.requantize %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x3x4x4xi32>, tensor<3x1x1xf32>, tensor<ui8>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3x4x4xui8>
func.func @channels(%x: tensor<?x3x4x4xi32>, %m: tensor<3x1x1xf32>, %z: tensor<ui8>) -> tensor<?x3x4x4xui8> {
  %0 = cnn.requantize %x, %m, %z : tensor<?x3x4x4xi32>, tensor<3x1x1xf32>, tensor<ui8>
  return %0 : tensor<?x3x4x4xui8>
}
