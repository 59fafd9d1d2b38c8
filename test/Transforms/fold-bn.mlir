// RUN: cnn-opt %s --fold-bn | FileCheck %s
// RUN: cnn-opt %s --fold-bn --remarks-filter=cnn --remark-format=emitRemark -o %t 2>&1 | FileCheck %s --check-prefix=REMARK

// gain = 4 / sqrt(3 + 1) = 2, so w' = 7 * 2 = 14 and b' = (10 - 4) * 2 + 5 = 17.
// CHECK-LABEL: func @folds_into_conv_before
//  CHECK-SAME:   %[[X:.*]]: tensor
//   CHECK-DAG:   %[[W:.*]] = arith.constant dense<1.400000e+01> : tensor<1x1x1x1xf32>
//   CHECK-DAG:   %[[B:.*]] = arith.constant dense<1.700000e+01> : tensor<1xf32>
//       CHECK:   %[[Y:.*]] = cnn.conv %[[X]], %[[W]] bias %[[B]]
//  CHECK-NEXT:   return %[[Y]]
func.func @folds_into_conv_before(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<7.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<10.0> : tensor<1xf32>
  %scale = arith.constant dense<4.0> : tensor<1xf32>
  %shift = arith.constant dense<5.0> : tensor<1xf32>
  %mean = arith.constant dense<4.0> : tensor<1xf32>
  %variance = arith.constant dense<3.0> : tensor<1xf32>
  %0 = cnn.conv %x, %w bias %b : tensor<1xf32> : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>
  %1 = cnn.batch_norm %0, %scale, %shift, %mean, %variance epsilon 1.0 : tensor<1x1x2x2xf32>, tensor<1xf32>
  return %1 : tensor<1x1x2x2xf32>
}

// (x * w + 3) * {2, 10} - {1, 1}; the depthwise filter {1, 2} becomes {2, 20} and the bias {5, 29}.
// CHECK-LABEL: func @composes_arithmetic
//   CHECK-DAG:   %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}2.000000e+01]]]]>
//   CHECK-DAG:   %[[B:.*]] = arith.constant dense<[5.000000e+00, 2.900000e+01]>
//       CHECK:   %[[Y:.*]] = cnn.conv %{{.*}}, %[[W]] bias %[[B]] : tensor<2xf32> groups 2
//  CHECK-NEXT:   return %[[Y]]
func.func @composes_arithmetic(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %three = arith.constant dense<3.0> : tensor<f32>
  %gain = arith.constant dense<[[[2.0]], [[10.0]]]> : tensor<2x1x1xf32>
  %one = arith.constant dense<1.0> : tensor<1x2x1x1xf32>
  %0 = cnn.conv %x, %w groups 2 : tensor<1x2x2x2xf32>, tensor<2x1x1x1xf32>
  %1 = cnn.binary <add> %three, %0 : tensor<f32>, tensor<1x2x2x2xf32>
  %2 = cnn.binary <mul> %1, %gain : tensor<1x2x2x2xf32>, tensor<2x1x1xf32>
  %3 = cnn.binary <sub> %2, %one : tensor<1x2x2x2xf32>, tensor<1x2x1x1xf32>
  return %3 : tensor<1x2x2x2xf32>
}

// Two groups of one input and two outputs: filter channel (c, o) is output 2 c + o.
// CHECK-LABEL: func @folds_into_conv_transpose
//       CHECK:   arith.constant dense<{{\[\[\[\[}}1.000000e+00]], {{\[\[}}2.000000e+00]]], {{\[\[\[}}3.000000e+00]], {{\[\[}}4.000000e+00]]]]>
//       CHECK:   %[[Y:.*]] = cnn.conv_transpose
//  CHECK-NEXT:   return %[[Y]]
func.func @folds_into_conv_transpose(%x: tensor<1x2x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %gain = arith.constant dense<[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]> : tensor<4x1x1xf32>
  %0 = cnn.conv_transpose %x, %w groups 2 : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>
  %1 = cnn.binary <mul> %0, %gain : tensor<1x4x2x2xf32>, tensor<4x1x1xf32>
  return %1 : tensor<1x4x2x2xf32>
}

// Columns are outputs: w' = [[1, 2], [1, 2]], b' = 0.5 * 4 * {1, 2}.
// CHECK-LABEL: func @folds_into_gemm
//   CHECK-DAG:   arith.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00], [1.000000e+00, 2.000000e+00]]>
//   CHECK-DAG:   arith.constant dense<[2.000000e+00, 4.000000e+00]>
//       CHECK:   %[[Y:.*]] = cnn.gemm %{{.*}}, %{{.*}} bias %{{.*}} : tensor<2xf32> : tensor
//  CHECK-NEXT:   return %[[Y]]
func.func @folds_into_gemm(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %b = arith.constant dense<4.0> : tensor<2xf32>
  %gain = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = cnn.gemm %x, %w bias %b : tensor<2xf32> beta 0.5 : tensor<3x2xf32>, tensor<2x2xf32>
  %1 = cnn.binary <mul> %0, %gain : tensor<3x2xf32>, tensor<2xf32>
  return %1 : tensor<3x2xf32>
}

// CHECK-LABEL: func @makes_matmul_a_gemm
//       CHECK:   %[[Y:.*]] = cnn.gemm %{{.*}}, %{{.*}} bias
//  CHECK-NEXT:   return %[[Y]]
func.func @makes_matmul_a_gemm(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = cnn.matmul %x, %w : tensor<3x2xf32>, tensor<2x2xf32>
  %1 = cnn.binary <add> %b, %0 : tensor<2xf32>, tensor<3x2xf32>
  return %1 : tensor<3x2xf32>
}

// 5 * (2 x + 3) + 1 = 10 x + 16
// CHECK-LABEL: func @folds_into_conv_after
//  CHECK-SAME:   %[[X:.*]]: tensor
//   CHECK-DAG:   %[[W:.*]] = arith.constant dense<1.000000e+01>
//   CHECK-DAG:   %[[B:.*]] = arith.constant dense<1.600000e+01>
//       CHECK:   cnn.conv %[[X]], %[[W]] bias %[[B]]
func.func @folds_into_conv_after(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<5.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<1.0> : tensor<1xf32>
  %two = arith.constant dense<2.0> : tensor<f32>
  %three = arith.constant dense<3.0> : tensor<f32>
  %0 = cnn.binary <mul> %x, %two : tensor<1x1x2x2xf32>, tensor<f32>
  %1 = cnn.binary <add> %0, %three : tensor<1x1x2x2xf32>, tensor<f32>
  %2 = cnn.conv %1, %w bias %b : tensor<1xf32> : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>
  return %2 : tensor<1x1x2x2xf32>
}

// The padding is zeros after the offset, so only the batch norm goes.
// CHECK-LABEL: func @spells_out_before_padded_conv
//   CHECK-DAG:   %[[G:.*]] = arith.constant dense<2.000000e+00> : tensor<1x1x1xf32>
//   CHECK-DAG:   %[[O:.*]] = arith.constant dense<3.000000e+00> : tensor<1x1x1xf32>
//   CHECK-DAG:   %[[A:.*]] = cnn.binary <mul> %{{.*}}, %[[G]]
//   CHECK-DAG:   %[[Y:.*]] = cnn.binary <add> %[[A]], %[[O]]
//       CHECK:   cnn.conv %[[Y]]
//      REMARK:   not into a layer before: its input is not a layer; not into those after: the convolution after it pads
func.func @spells_out_before_padded_conv(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<5.0> : tensor<1x1x3x3xf32>
  %scale = arith.constant dense<2.0> : tensor<1xf32>
  %shift = arith.constant dense<3.0> : tensor<1xf32>
  %mean = arith.constant dense<0.0> : tensor<1xf32>
  %variance = arith.constant dense<1.0> : tensor<1xf32>
  %0 = cnn.batch_norm %x, %scale, %shift, %mean, %variance epsilon 0.0 : tensor<1x1x2x2xf32>, tensor<1xf32>
  %1 = cnn.conv %0, %w pads [1, 1, 1, 1] : tensor<1x1x2x2xf32>, tensor<1x1x3x3xf32>
  return %1 : tensor<1x1x2x2xf32>
}

// CHECK-LABEL: func @keeps_gain_after_residual
//       CHECK:   cnn.conv
//       CHECK:   cnn.binary <mul>
//      REMARK:   the layer before it adds a residual
func.func @keeps_gain_after_residual(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<5.0> : tensor<1x1x1x1xf32>
  %two = arith.constant dense<2.0> : tensor<f32>
  %0 = cnn.conv %x, %w residual %x : tensor<1x1x2x2xf32> : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>
  %1 = cnn.binary <mul> %0, %two : tensor<1x1x2x2xf32>, tensor<f32>
  return %1 : tensor<1x1x2x2xf32>
}

// CHECK-LABEL: func @keeps_shared_conv
//       CHECK:   %[[C:.*]] = cnn.conv
//       CHECK:   cnn.binary <mul> %[[C]]
//      REMARK:   the layer before it has another user
func.func @keeps_shared_conv(%x: tensor<1x1x2x2xf32>) -> (tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>) {
  %w = arith.constant dense<5.0> : tensor<1x1x1x1xf32>
  %two = arith.constant dense<2.0> : tensor<f32>
  %0 = cnn.conv %x, %w : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>
  %1 = cnn.binary <mul> %0, %two : tensor<1x1x2x2xf32>, tensor<f32>
  return %0, %1 : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
}

// One value per column is not one per channel.
// CHECK-LABEL: func @keeps_other_broadcast
//       CHECK:   %[[C:.*]] = cnn.conv
//       CHECK:   cnn.binary <mul> %[[C]]
func.func @keeps_other_broadcast(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<5.0> : tensor<1x1x1x1xf32>
  %columns = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>
  %1 = cnn.binary <mul> %0, %columns : tensor<1x1x2x2xf32>, tensor<2xf32>
  return %1 : tensor<1x1x2x2xf32>
}

// CHECK-LABEL: func @keeps_unknown_parameters
//       CHECK:   cnn.batch_norm
//      REMARK:   a parameter is not a constant
func.func @keeps_unknown_parameters(%x: tensor<1x1x2x2xf32>, %p: tensor<1xf32>) -> tensor<1x1x2x2xf32> {
  %0 = cnn.batch_norm %x, %p, %p, %p, %p : tensor<1x1x2x2xf32>, tensor<1xf32>
  return %0 : tensor<1x1x2x2xf32>
}
