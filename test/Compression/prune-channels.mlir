// Half of the channels go, those with the smallest weights, with all that is
// made of them.
// RUN: cnn-opt %s --split-input-file --prune=what=channels | FileCheck %s

// Of four channels with the magnitudes 4, 1, 3, 2 the first and third stay. The
// function is carried, and the convolution behind takes 10 and 30 of its four.
// CHECK-LABEL: func @consecutive
//       CHECK:   %[[FIRST:.*]] = arith.constant dense<{{\[\[\[\[}}4.000000e+00]]], {{\[\[\[}}-3.000000e+00]]]]>
//       CHECK:   %[[BIAS:.*]] = arith.constant dense<[5.000000e-01, 2.500000e+00]>
//       CHECK:   %[[X:.*]] = cnn.conv %{{.*}}, %[[FIRST]] bias %[[BIAS]]
//       CHECK:   %[[Y:.*]] = cnn.unary <relu> %[[X]] : tensor<1x2x2x2xf32>
//       CHECK:   %[[NEXT:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+01]], {{\[\[}}3.000000e+01]]]]>
//       CHECK:   cnn.conv %[[Y]], %[[NEXT]]
func.func @consecutive(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<[[[[4.0]]], [[[1.0]]], [[[-3.0]]], [[[2.0]]]]> : tensor<4x1x1x1xf32>
  %b = arith.constant dense<[0.5, 1.5, 2.5, 3.5]> : tensor<4xf32>
  %v = arith.constant dense<[[[[10.0]], [[20.0]], [[30.0]], [[40.0]]]]> : tensor<1x4x1x1xf32>
  %0 = cnn.conv %x, %w bias %b : tensor<4xf32> : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>
  %1 = cnn.unary <relu> %0 : tensor<1x4x2x2xf32>
  %2 = cnn.conv %1, %v : tensor<1x4x2x2xf32>, tensor<1x4x1x1xf32>
  return %2 : tensor<1x1x2x2xf32>
}

// -----

// Channels that are added go together: the magnitudes 1, 4 and 2, 1 have the
// scores 0.4 + 1.33 and 1.6 + 0.67.
// CHECK-LABEL: func @joins
//       CHECK:   %[[A:.*]] = cnn.conv {{.*}}, tensor<1x1x1x1xf32>
//       CHECK:   %[[B:.*]] = cnn.conv {{.*}}, tensor<1x1x1x1xf32>
//       CHECK:   cnn.binary <add> %[[A]], %[[B]] : tensor<1x1x2x2xf32>, tensor<1x1x2x2xf32>
func.func @joins(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<[[[[1.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %u = arith.constant dense<[[[[2.0]]], [[[1.0]]]]> : tensor<2x1x1x1xf32>
  %v = arith.constant dense<[[[[10.0]], [[20.0]]]]> : tensor<1x2x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>
  %1 = cnn.conv %x, %u : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>
  %2 = cnn.binary <add> %0, %1 : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
  %3 = cnn.conv %2, %v : tensor<1x2x2x2xf32>, tensor<1x2x1x1xf32>
  return %3 : tensor<1x1x2x2xf32>
}

// -----

// A batch norm, a constant per channel, a depthwise convolution and a pool keep
// channels apart.
// CHECK-LABEL: func @carries
//       CHECK:   %[[SCALE:.*]] = arith.constant dense<2.000000e+00> : tensor<1xf32>
//       CHECK:   cnn.batch_norm %{{.*}}, %[[SCALE]]
//       CHECK:   %[[GAIN:.*]] = arith.constant dense<6.000000e+00> : tensor<1x1x1xf32>
//       CHECK:   cnn.binary <mul> %{{.*}}, %[[GAIN]]
//       CHECK:   %[[EACH:.*]] = arith.constant dense<8.000000e+00> : tensor<1x1x1x1xf32>
//       CHECK:   cnn.conv %{{.*}}, %[[EACH]] : tensor<1x1x4x4xf32>
//       CHECK:   cnn.max_pool {{.*}} : tensor<1x1x4x4xf32>
//       CHECK:   cnn.reduce <mean> {{.*}} : tensor<1x1x2x2xf32>
func.func @carries(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[1.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %scale = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %other = arith.constant dense<[3.0, 4.0]> : tensor<2xf32>
  %gain = arith.constant dense<[[[5.0]], [[6.0]]]> : tensor<2x1x1xf32>
  %each = arith.constant dense<[[[[7.0]]], [[[8.0]]]]> : tensor<2x1x1x1xf32>
  %v = arith.constant dense<[[[[10.0]], [[20.0]]]]> : tensor<1x2x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>
  %1 = cnn.batch_norm %0, %scale, %other, %other, %other : tensor<1x2x4x4xf32>, tensor<2xf32>
  %2 = cnn.binary <mul> %1, %gain : tensor<1x2x4x4xf32>, tensor<2x1x1xf32>
  %3 = cnn.conv %2, %each groups 2 : tensor<1x2x4x4xf32>, tensor<2x1x1x1xf32>
  %4 = cnn.max_pool %3 kernel [2, 2] strides [2, 2] : tensor<1x2x4x4xf32>
  %5 = cnn.reduce <mean> %4 axes [2, 3] keepDims : tensor<1x2x2x2xf32>
  %6 = cnn.conv %5, %v : tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>
  return %6 : tensor<1x1x1x1xf32>
}

// -----

// Each part of a concatenation loses its own; behind a flatten the rows of both
// pixels of a channel go.
// CHECK-LABEL: func @flattens
//       CHECK:   %[[C:.*]] = cnn.concat {{.*}} axis 1 : tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>
//       CHECK:   %[[F:.*]] = cnn.reshape %[[C]] to [1, 4] : tensor<1x2x1x2xf32>
//       CHECK:   %[[ROWS:.*]] = arith.constant dense<{{\[\[}}3.000000e+00], [4.000000e+00], [5.000000e+00], [6.000000e+00]]> : tensor<4x1xf32>
//       CHECK:   cnn.gemm %[[F]], %[[ROWS]]
func.func @flattens(%x: tensor<1x1x1x2xf32>) -> tensor<1x1xf32> {
  %w = arith.constant dense<[[[[1.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %u = arith.constant dense<[[[[2.0]]], [[[1.0]]]]> : tensor<2x1x1x1xf32>
  %v = arith.constant dense<[[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [8.0]]> : tensor<8x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x1x2xf32>, tensor<2x1x1x1xf32>
  %1 = cnn.conv %x, %u : tensor<1x1x1x2xf32>, tensor<2x1x1x1xf32>
  %2 = cnn.concat %0, %1 axis 1 : tensor<1x2x1x2xf32>, tensor<1x2x1x2xf32>
  %3 = cnn.reshape %2 to [1, 8] : tensor<1x4x1x2xf32>
  %4 = cnn.gemm %3, %v : tensor<1x8xf32>, tensor<8x1xf32>
  return %4 : tensor<1x1xf32>
}

// -----

// A grouped convolution loses the same inputs of each group, and the same
// outputs.
// CHECK-LABEL: func @groups
//       CHECK:   cnn.conv {{.*}} : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>
//       CHECK:   cnn.conv {{.*}} groups 2 : tensor<1x2x2x2xf32>, tensor<2x1x1x1xf32>
//       CHECK:   cnn.conv {{.*}} : tensor<1x2x2x2xf32>, tensor<1x2x1x1xf32>
func.func @groups(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<[[[[1.0]]], [[[4.0]]], [[[2.0]]], [[[3.0]]]]> : tensor<4x1x1x1xf32>
  %g = arith.constant dense<2.0> : tensor<4x2x1x1xf32>
  %v = arith.constant dense<3.0> : tensor<1x4x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>
  %1 = cnn.conv %0, %g groups 2 : tensor<1x4x2x2xf32>, tensor<4x2x1x1xf32>
  %2 = cnn.conv %1, %v : tensor<1x4x2x2xf32>, tensor<1x4x1x1xf32>
  return %2 : tensor<1x1x2x2xf32>
}

// -----

// A transposed convolution has its outputs second; depth_to_space needs all
// four positions of what it makes. The shortcut is padded with channels.
// CHECK-LABEL: func @moves
//       CHECK:   cnn.conv {{.*}}, tensor<4x1x1x1xf32>
//       CHECK:   cnn.depth_to_space {{.*}} : tensor<1x4x2x2xf32>
//       CHECK:   cnn.slice {{.*}} starts [0, 0, 0, 0] sizes [1, 1, 2, 2] steps [1, 1, 2, 2] : tensor<1x1x4x4xf32>
//       CHECK:   cnn.resize {{.*}} to [1, 1, 4, 4]
//       CHECK:   cnn.transpose {{.*}} : tensor<1x1x4x4xf32>
//       CHECK:   cnn.transpose {{.*}} : tensor<1x4x4x1xf32>
//       CHECK:   cnn.conv_transpose {{.*}} : tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>
//       CHECK:   cnn.conv {{.*}} : tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>
func.func @moves(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x4x4xf32> {
  %w = arith.constant dense<[[[[1.0]]], [[[4.0]]], [[[1.0]]], [[[4.0]]], [[[1.0]]], [[[4.0]]], [[[1.0]]], [[[4.0]]]]> : tensor<8x1x1x1xf32>
  %t = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %v = arith.constant dense<3.0> : tensor<1x2x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x2x2xf32>, tensor<8x1x1x1xf32>
  %1 = cnn.depth_to_space <depth_column_row> %0 block 2 : tensor<1x8x2x2xf32>
  %2 = cnn.slice %1 starts [0, 0, 0, 0] sizes [1, 2, 2, 2] steps [1, 1, 2, 2] : tensor<1x2x4x4xf32>
  %3 = cnn.resize <nearest> %2 to [1, 2, 4, 4] scales [1.0, 1.0, 2.0, 2.0] coordinates <asymmetric> rounding <floor> : tensor<1x2x2x2xf32>
  %4 = cnn.transpose %3 permutation [0, 2, 3, 1] : tensor<1x2x4x4xf32>
  %5 = cnn.transpose %4 permutation [0, 3, 1, 2] : tensor<1x4x4x2xf32>
  %6 = cnn.conv_transpose %5, %t : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>
  %7 = cnn.conv %6, %v : tensor<1x2x4x4xf32>, tensor<1x2x1x1xf32>
  return %7 : tensor<1x1x4x4xf32>
}

// -----

// A shortcut that is padded with a channel on both sides: one of the two inside
// goes, and one of the two around them.
// CHECK-LABEL: func @pads
//       CHECK:   %[[P:.*]] = cnn.pad <constant> {{.*}} low [0, 0, 0, 0] high [0, 1, 0, 0] : tensor<1x1x2x2xf32>
//       CHECK:   cnn.binary <add> {{.*}} : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
func.func @pads(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<[[[[1.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %u = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[8.0]]], [[[3.0]]]]> : tensor<4x1x1x1xf32>
  %v = arith.constant dense<3.0> : tensor<1x4x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>
  %1 = cnn.pad <constant> %0 low [0, 1, 0, 0] high [0, 1, 0, 0] : tensor<1x2x2x2xf32>
  %2 = cnn.conv %x, %u : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>
  %3 = cnn.binary <add> %1, %2 : tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>
  %4 = cnn.conv %3, %v : tensor<1x4x2x2xf32>, tensor<1x4x1x1xf32>
  return %4 : tensor<1x1x2x2xf32>
}
