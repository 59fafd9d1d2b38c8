// RUN: cnn-opt %s --simplify | FileCheck %s

// (5 - 1) * 0.5 and (-3 - 1) * 2
// CHECK-LABEL: func @dequantizes_weights
//       CHECK:   %[[W:.*]] = arith.constant dense<{{\[\[}}2.000000e+00], [-8.000000e+00]]> : tensor<2x1xf32>
//       CHECK:   cnn.binary <mul> %{{.*}}, %[[W]]
func.func @dequantizes_weights(%x: tensor<2x1xf32>) -> tensor<2x1xf32> {
  %q = arith.constant dense<[[5], [-3]]> : tensor<2x1xi8>
  %s = arith.constant dense<[[0.5], [2.0]]> : tensor<2x1xf32>
  %z = arith.constant dense<1> : tensor<i8>
  %w = cnn.dequantize %q, %s zeroPoint %z : tensor<i8> : tensor<2x1xi8>, tensor<2x1xf32>
  %0 = cnn.binary <mul> %x, %w : tensor<2x1xf32>, tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// CHECK-LABEL: func @keeps_features
//       CHECK:   cnn.dequantize
func.func @keeps_features(%x: tensor<2x1xi8>) -> tensor<2x1xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %0 = cnn.dequantize %x, %s : tensor<2x1xi8>, tensor<f32>
  return %0 : tensor<2x1xf32>
}
