// RUN: cnn-opt %s --rewrite-grouped-conv | FileCheck %s
// RUN: cnn-opt %s --rewrite-grouped-conv --remarks-filter=cnn --remark-format=emitRemark -o %t 2>&1 | FileCheck %s --check-prefix=REMARK

// Eight lanes.
module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// CHECK-LABEL: func @keeps_depthwise
//       CHECK:   cnn.conv %{{.*}}, %{{.*}} groups 3
func.func @keeps_depthwise(%x: tensor<1x3x4x4xf32>, %w: tensor<3x1x3x3xf32>) -> tensor<1x3x2x2xf32> {
  %0 = cnn.conv %x, %w groups 3 : tensor<1x3x4x4xf32>, tensor<3x1x3x3xf32>
  return %0 : tensor<1x3x2x2xf32>
}

// CHECK-LABEL: func @keeps_whole_blocks
//       CHECK:   cnn.conv %{{.*}}, %{{.*}} groups 2
func.func @keeps_whole_blocks(%x: tensor<1x16x4x4xf32>, %w: tensor<16x8x1x1xf32>) -> tensor<1x16x4x4xf32> {
  %0 = cnn.conv %x, %w groups 2 : tensor<1x16x4x4xf32>, tensor<16x8x1x1xf32>
  return %0 : tensor<1x16x4x4xf32>
}

// CHECK-LABEL: func @repeats_channels
//  CHECK-SAME:   %[[X:.*]]: tensor<?x3x4x4xf32>, %[[W:.*]]: tensor
//       CHECK:   %[[I:.*]] = arith.constant dense<[0, 0, 1, 1, 2, 2]>
//       CHECK:   %[[R:.*]] = cnn.gather %[[X]], %[[I]] axis 1
//       CHECK:   cnn.conv %[[R]], %[[W]] groups 6 : tensor<?x6x4x4xf32>
//      REMARK:   repeated every channel 2 times
func.func @repeats_channels(%x: tensor<?x3x4x4xf32>, %w: tensor<6x1x3x3xf32>) -> tensor<?x6x2x2xf32> {
  %0 = cnn.conv %x, %w groups 3 : tensor<?x3x4x4xf32>, tensor<6x1x3x3xf32>
  return %0 : tensor<?x6x2x2xf32>
}

// Two groups of 4 fill the lanes.
// CHECK-LABEL: func @keeps_parts_of_blocks
//       CHECK:   cnn.conv %{{.*}}, %{{.*}} groups 3
func.func @keeps_parts_of_blocks(%x: tensor<1x12x4x4xf32>, %w: tensor<12x4x1x1xf32>) -> tensor<1x12x4x4xf32> {
  %0 = cnn.conv %x, %w groups 3 : tensor<1x12x4x4xf32>, tensor<12x4x1x1xf32>
  return %0 : tensor<1x12x4x4xf32>
}

// Four groups of 4 and 8 become two groups of 8 and 16.
// CHECK-LABEL: func @merges
//       CHECK:   %[[W:.*]] = arith.constant {{.*}} : tensor<32x8x1x1xf32>
//       CHECK:   cnn.conv %{{.*}}, %[[W]] groups 2
//      REMARK:   merged 2 groups of 4 inputs and 8 outputs into one for vectors of 8 lanes
func.func @merges(%x: tensor<1x16x4x4xf32>) -> tensor<1x32x4x4xf32> {
  %w = arith.constant dense<1.0> : tensor<32x4x1x1xf32>
  %0 = cnn.conv %x, %w groups 4 : tensor<1x16x4x4xf32>, tensor<32x4x1x1xf32>
  return %0 : tensor<1x32x4x4xf32>
}

// Two groups of 2 inputs and 1 output: filters on the diagonal, zeros beside them.
// CHECK-LABEL: func @merges_all
//       CHECK:   %[[W:.*]] = arith.constant dense<
//  CHECK-SAME:     {{\[\[\[\[}}1.000000e+00]], {{\[\[}}2.000000e+00]], {{\[\[}}0.000000e+00]], {{\[\[}}0.000000e+00]]],
//  CHECK-SAME:     {{\[\[\[}}0.000000e+00]], {{\[\[}}0.000000e+00]], {{\[\[}}3.000000e+00]], {{\[\[}}4.000000e+00]]]]>
//       CHECK:   cnn.conv %{{.*}}, %[[W]] : tensor
func.func @merges_all(%x: tensor<1x4x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = arith.constant dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>
  %0 = cnn.conv %x, %w groups 2 : tensor<1x4x4x4xf32>, tensor<2x2x1x1xf32>
  return %0 : tensor<1x2x4x4xf32>
}

// Two groups of 60 channels: dense would take twice the arithmetic, 64 of 60 channels 1.14 times.
// For 3x3 taps that is more than the copies cost, for one tap it is not.
// CHECK-LABEL: func @splits
//  CHECK-SAME:   %[[X:.*]]: tensor<1x120x4x4xf32>
//       CHECK:   %[[A:.*]] = cnn.slice %[[X]] starts [0, 0, 0, 0] sizes [1, 60, 4, 4]
//       CHECK:   %[[B:.*]] = cnn.conv %[[A]], {{.*}} bias {{.*}} activation <relu>
//       CHECK:   %[[C:.*]] = cnn.slice %[[X]] starts [0, 60, 0, 0] sizes [1, 60, 4, 4]
//       CHECK:   %[[D:.*]] = cnn.conv %[[C]], {{.*}} bias {{.*}} activation <relu>
//       CHECK:   cnn.concat %[[B]], %[[D]] axis 1
//      REMARK:   split into 2 dense convolutions, 1.14 times the arithmetic; merging 2 groups has 2 times
func.func @splits(%x: tensor<1x120x4x4xf32>) -> tensor<1x120x4x4xf32> {
  %w = arith.constant dense<1.0> : tensor<120x60x3x3xf32>
  %b = arith.constant dense<1.0> : tensor<120xf32>
  %0 = cnn.conv %x, %w bias %b : tensor<120xf32> pads [1, 1, 1, 1] groups 2 activation <relu> : tensor<1x120x4x4xf32>, tensor<120x60x3x3xf32>
  return %0 : tensor<1x120x4x4xf32>
}

// CHECK-LABEL: func @merges_rather_than_copies
//       CHECK:   %[[W:.*]] = arith.constant {{.*}} : tensor<120x120x1x1xf32>
//       CHECK:   cnn.conv %{{.*}}, %[[W]] : tensor
func.func @merges_rather_than_copies(%x: tensor<1x120x4x4xf32>) -> tensor<1x120x4x4xf32> {
  %w = arith.constant dense<1.0> : tensor<120x60x1x1xf32>
  %0 = cnn.conv %x, %w groups 2 : tensor<1x120x4x4xf32>, tensor<120x60x1x1xf32>
  return %0 : tensor<1x120x4x4xf32>
}

// CHECK-LABEL: func @splits_unknown_filter
//       CHECK:   cnn.slice %{{.*}} : tensor<2x2x1x1xf32>
//       CHECK:   cnn.concat
func.func @splits_unknown_filter(%x: tensor<1x4x4x4xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<1x2x4x4xf32> {
  %0 = cnn.conv %x, %w groups 2 : tensor<1x4x4x4xf32>, tensor<2x2x1x1xf32>
  return %0 : tensor<1x2x4x4xf32>
}

}
