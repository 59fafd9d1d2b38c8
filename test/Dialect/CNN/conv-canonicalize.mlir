// RUN: cnn-opt %s --canonicalize | FileCheck %s

// A bias of zeros is no bias; one that is zero in one channel only is.
// CHECK-LABEL: func @drops_zero_bias
//       CHECK:   cnn.conv %{{.*}}, %{{.*}} : tensor<1x1x4x4xf32>
func.func @drops_zero_bias(%x: tensor<1x1x4x4xf32>, %w: tensor<2x1x3x3xf32>) -> tensor<1x2x2x2xf32> {
  %b = arith.constant dense<0.0> : tensor<2xf32>
  %0 = cnn.conv %x, %w bias %b : tensor<2xf32> : tensor<1x1x4x4xf32>, tensor<2x1x3x3xf32>
  return %0 : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @keeps_other_bias
//       CHECK:   cnn.conv %{{.*}}, %{{.*}} bias
func.func @keeps_other_bias(%x: tensor<1x1x4x4xf32>, %w: tensor<2x1x3x3xf32>) -> tensor<1x2x2x2xf32> {
  %b = arith.constant dense<[0.0, 1.0]> : tensor<2xf32>
  %0 = cnn.conv %x, %w bias %b : tensor<2xf32> : tensor<1x1x4x4xf32>, tensor<2x1x3x3xf32>
  return %0 : tensor<1x2x2x2xf32>
}
