// RUN: cnn-opt %s --simplify | FileCheck %s

// Every byte comes back: (q - 3) * 0.1 / 0.1 rounds to q - 3.
// CHECK-LABEL: func @cancels
//  CHECK-SAME:   (%[[X:.*]]: tensor<4xui8>)
//       CHECK:   return %[[X]]
func.func @cancels(%x: tensor<4xui8>) -> tensor<4xui8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %z = arith.constant dense<3> : tensor<ui8>
  %0 = cnn.dequantize %x, %s zeroPoint %z : tensor<ui8> : tensor<4xui8>, tensor<f32>
  %1 = cnn.quantize %0, %s, %z : tensor<4xf32>, tensor<f32>, tensor<ui8>
  return %1 : tensor<4xui8>
}

// 0.1 and the next float are not the same, but bytes are.
// CHECK-LABEL: func @cancels_nearly_equal
//   CHECK-NOT:   cnn.quantize
func.func @cancels_nearly_equal(%x: tensor<4xi8>) -> tensor<4xi8> {
  %s = arith.constant dense<0.1> : tensor<f32>
  %t = arith.constant dense<0.10000001> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = cnn.dequantize %x, %s : tensor<4xi8>, tensor<f32>
  %1 = cnn.quantize %0, %t, %z : tensor<4xf32>, tensor<f32>, tensor<i8>
  return %1 : tensor<4xi8>
}

// CHECK-LABEL: func @cancels_per_channel
//   CHECK-NOT:   cnn.quantize
func.func @cancels_per_channel(%x: tensor<1x2x2xi8>) -> tensor<1x2x2xi8> {
  %s = arith.constant dense<[[0.1], [0.3]]> : tensor<2x1xf32>
  %z = arith.constant dense<7> : tensor<i8>
  %0 = cnn.dequantize %x, %s zeroPoint %z : tensor<i8> : tensor<1x2x2xi8>, tensor<2x1xf32>
  %1 = cnn.quantize %0, %s, %z : tensor<1x2x2xf32>, tensor<2x1xf32>, tensor<i8>
  return %1 : tensor<1x2x2xi8>
}

// With another zero point 255 saturates; with a scale that differs by a
// hundredth 100 becomes 99.
// CHECK-LABEL: func @keeps_other_parameters
// CHECK-COUNT-2: cnn.quantize
func.func @keeps_other_parameters(%x: tensor<4xui8>) -> (tensor<4xui8>, tensor<4xui8>) {
  %s = arith.constant dense<0.1> : tensor<f32>
  %t = arith.constant dense<0.101> : tensor<f32>
  %z = arith.constant dense<3> : tensor<ui8>
  %y = arith.constant dense<4> : tensor<ui8>
  %0 = cnn.dequantize %x, %s zeroPoint %z : tensor<ui8> : tensor<4xui8>, tensor<f32>
  %1 = cnn.quantize %0, %s, %y : tensor<4xf32>, tensor<f32>, tensor<ui8>
  %2 = cnn.quantize %0, %t, %z : tensor<4xf32>, tensor<f32>, tensor<ui8>
  return %1, %2 : tensor<4xui8>, tensor<4xui8>
}

// Parameters of one axis are not those of another.
// CHECK-LABEL: func @keeps_other_axis
//       CHECK:   cnn.quantize
func.func @keeps_other_axis(%x: tensor<2x2xi8>) -> tensor<2x2xi8> {
  %s = arith.constant dense<[0.1, 0.3]> : tensor<2xf32>
  %t = arith.constant dense<[[0.1], [0.3]]> : tensor<2x1xf32>
  %z = arith.constant dense<0> : tensor<i8>
  %0 = cnn.dequantize %x, %s : tensor<2x2xi8>, tensor<2xf32>
  %1 = cnn.quantize %0, %t, %z : tensor<2x2xf32>, tensor<2x1xf32>, tensor<i8>
  return %1 : tensor<2x2xi8>
}

// One sum over both dimensions is a convolution with ones.
// CHECK-LABEL: func @sums_pixels
//   CHECK-DAG:   %[[ONES:.*]] = arith.constant dense<1> : tensor<3x1x4x5xi8>
//   CHECK-DAG:   %[[ZERO:.*]] = arith.constant dense<200> : tensor<ui8>
//       CHECK:   %[[SUM:.*]] = cnn.conv_integer %{{.*}}, %[[ONES]] inputZeroPoint %[[ZERO]] : tensor<ui8> groups 3
//       CHECK:   cnn.reshape %[[SUM]] to [-1, 3]
func.func @sums_pixels(%x: tensor<?x3x4x5xui8>) -> tensor<?x3xi32> {
  %z = arith.constant dense<200> : tensor<i32>
  %0 = cnn.cast %x to i32 : tensor<?x3x4x5xui8>
  %1 = cnn.binary <sub> %0, %z : tensor<?x3x4x5xi32>, tensor<i32>
  %2 = cnn.reduce <sum> %1 axes [3] : tensor<?x3x4x5xi32>
  %3 = cnn.reduce <sum> %2 axes [2] : tensor<?x3x4xi32>
  return %3 : tensor<?x3xi32>
}

// Over channels, of wide integers, and of floats, whose order matters.
// CHECK-LABEL: func @keeps_other_sums
//       CHECK:   cnn.reduce <sum> %{{.*}} axes [1, 2]
//       CHECK:   cnn.reduce <sum> %{{.*}} axes [2, 3]
// CHECK-COUNT-2: cnn.reduce <sum> %{{.*}} axes [2] keepDims
func.func @keeps_other_sums(%x: tensor<1x3x4x5xi8>, %y: tensor<1x3x4x5xi32>, %f: tensor<1x3x4x5xf32>)
    -> (tensor<1x5xi32>, tensor<1x3xi32>, tensor<1x3x1x5xf32>) {
  %0 = cnn.cast %x to i32 : tensor<1x3x4x5xi8>
  %1 = cnn.reduce <sum> %0 axes [1, 2] : tensor<1x3x4x5xi32>
  %2 = cnn.reduce <sum> %y axes [2, 3] : tensor<1x3x4x5xi32>
  %3 = cnn.reduce <sum> %f axes [2] keepDims : tensor<1x3x4x5xf32>
  %4 = cnn.reduce <sum> %3 axes [2] keepDims : tensor<1x3x1x5xf32>
  return %1, %2, %4 : tensor<1x5xi32>, tensor<1x3xi32>, tensor<1x3x1x5xf32>
}
