// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// One scale for the tensor.
// CHECK-LABEL: func @plain
//       CHECK:   cnn.quantize %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x3x4xf32>, tensor<f32>, tensor<ui8>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3x4xui8>
func.func @plain(%x: tensor<?x3x4xf32>, %s: tensor<f32>, %z: tensor<ui8>) -> tensor<?x3x4xui8> {
  %0 = cnn.quantize %x, %s, %z : tensor<?x3x4xf32>, tensor<f32>, tensor<ui8>
  return %0 : tensor<?x3x4xui8>
}

// One per channel, in half precision.
// CHECK-LABEL: func @channels
//       CHECK:   cnn.quantize %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x3x4xf16>, tensor<3x1xf16>, tensor<3x1xi16>
//  CHECK-NEXT:   return %{{.*}} : tensor<2x3x4xi16>
func.func @channels(%x: tensor<2x3x4xf16>, %s: tensor<3x1xf16>, %z: tensor<3x1xi16>) -> tensor<2x3x4xi16> {
  %0 = cnn.quantize %x, %s, %z : tensor<2x3x4xf16>, tensor<3x1xf16>, tensor<3x1xi16>
  return %0 : tensor<2x3x4xi16>
}
