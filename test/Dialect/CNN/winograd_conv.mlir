// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// F(4x4, 3x3)
// CHECK-LABEL: func @plain
//       CHECK:   cnn.winograd_conv %{{.*}}, %{{.*}} tile [4, 4] pads [1, 1, 1, 1] : tensor<1x16x8x8xf32>, tensor<32x16x3x3xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x32x8x8xf32>
func.func @plain(%x: tensor<1x16x8x8xf32>, %y: tensor<32x16x3x3xf32>) -> tensor<1x32x8x8xf32> {
  %0 = cnn.winograd_conv %x, %y tile [4, 4] pads [1, 1, 1, 1] : tensor<1x16x8x8xf32>, tensor<32x16x3x3xf32>
  return %0 : tensor<1x32x8x8xf32>
}

// F(4, 7) along rows; columns have one tap.
// CHECK-LABEL: func @full
//       CHECK:   cnn.winograd_conv %{{.*}}, %{{.*}} bias %{{.*}} : tensor<4xf32> residual %{{.*}} : tensor<1x4x8x2xf32> tile [1, 4] activation <clip, 0.000000e+00, 6.000000e+00> : tensor<1x16x8x8xf32>, tensor<4x16x1x7xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x4x8x2xf32>
func.func @full(%x: tensor<1x16x8x8xf32>, %y: tensor<4x16x1x7xf32>, %z: tensor<4xf32>, %u: tensor<1x4x8x2xf32>) -> tensor<1x4x8x2xf32> {
  %0 = cnn.winograd_conv %x, %y bias %z : tensor<4xf32> residual %u : tensor<1x4x8x2xf32> tile [1, 4] activation <clip, 0.000000e+00, 6.000000e+00> : tensor<1x16x8x8xf32>, tensor<4x16x1x7xf32>
  return %0 : tensor<1x4x8x2xf32>
}
