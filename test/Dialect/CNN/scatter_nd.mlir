// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @rows
//       CHECK:   cnn.scatter_nd <max> %{{.*}}, %{{.*}}, %{{.*}} : tensor<8x4xf32>, tensor<3x1xi64>, tensor<3x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<8x4xf32>
func.func @rows(%x: tensor<8x4xf32>, %i: tensor<3x1xi64>, %u: tensor<3x4xf32>) -> tensor<8x4xf32> {
  %0 = cnn.scatter_nd <max> %x, %i, %u : tensor<8x4xf32>, tensor<3x1xi64>, tensor<3x4xf32>
  return %0 : tensor<8x4xf32>
}
