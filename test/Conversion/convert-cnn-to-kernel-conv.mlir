// RUN: cnn-opt %s --convert-cnn-to-kernel | FileCheck %s

// x86-64-v3 has 8 lanes and 16 registers: two channel blocks at once.
module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// CHECK-LABEL: func @blocked
// CHECK-SAME:    %[[X:.*]]: tensor<1x16x8x8xf32>, %[[R:.*]]: tensor<1x32x4x4xf32>
//  CHECK-DAG:    %[[RP:.*]] = kernel.pack ins(%[[R]]
//  CHECK-DAG:    %[[XP:.*]] = kernel.pack ins(%[[X]]
//      CHECK:    %[[Y:.*]] = kernel.direct_conv ins(%[[XP]], %{{.*}} : tensor<1x2x8x8x8xf32>, tensor<2x2x3x3x8x16xf32>)
// CHECK-SAME:      bias(%{{.*}} : tensor<32xf32>) residual(%[[RP]]
// CHECK-SAME:      strides [2, 2] pads [1, 1, 1, 1] activation <relu>
//      CHECK:    kernel.unpack ins(%[[Y]]
func.func @blocked(%x: tensor<1x16x8x8xf32>, %r: tensor<1x32x4x4xf32>) -> tensor<1x32x4x4xf32> {
  %f = arith.constant dense<1.0> : tensor<32x16x3x3xf32>
  %b = arith.constant dense<2.0> : tensor<32xf32>
  %y = cnn.conv %x, %f bias %b : tensor<32xf32> residual %r : tensor<1x32x4x4xf32>
    strides [2, 2] pads [1, 1, 1, 1] activation <relu>
    : tensor<1x16x8x8xf32>, tensor<32x16x3x3xf32>
  return %y : tensor<1x32x4x4xf32>
}

// The filter becomes 1 block x 3 inputs x 1 tap x 8 outputs: output o of input
// i stands at i * 8 + o.
// CHECK-LABEL: func @plain_input_of_first_layer
// CHECK-SAME:    %[[X:.*]]: tensor<1x3x4x4xf32>
//      CHECK:    %[[F:.*]] = arith.constant dense<{{\[\[\[\[\[}}1.000000e+00, 4.000000e+00, 0.000000e+00, {{.*}}> : tensor<1x3x1x1x8xf32>
//      CHECK:    kernel.direct_conv ins(%[[X]], %[[F]] : tensor<1x3x4x4xf32>
func.func @plain_input_of_first_layer(%x: tensor<1x3x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %f = arith.constant dense<[[[[1.0]], [[2.0]], [[3.0]]], [[[4.0]], [[5.0]], [[6.0]]]]> : tensor<2x3x1x1xf32>
  %y = cnn.conv %x, %f : tensor<1x3x4x4xf32>, tensor<2x3x1x1xf32>
  return %y : tensor<1x2x4x4xf32>
}

// CHECK-LABEL: func @depthwise
//      CHECK:    kernel.depthwise_conv ins(%{{.*}} : tensor<1x3x8x8x8xf32>, tensor<3x3x3x8xf32>)
func.func @depthwise(%x: tensor<1x24x8x8xf32>) -> tensor<1x24x8x8xf32> {
  %f = arith.constant dense<1.0> : tensor<24x1x3x3xf32>
  %y = cnn.conv %x, %f pads [1, 1, 1, 1] groups 24 : tensor<1x24x8x8xf32>, tensor<24x1x3x3xf32>
  return %y : tensor<1x24x8x8xf32>
}

// Channel o of the output reads channel o / 2 of the input.
// CHECK-LABEL: func @depthwise_with_multiplier
//      CHECK:    %[[FROM:.*]] = arith.constant dense<[0, 0, 1, 1]> : tensor<4xi64>
//      CHECK:    linalg.generic {{.*}} ins(%[[FROM]]
//      CHECK:    kernel.depthwise_conv
func.func @depthwise_with_multiplier(%x: tensor<1x2x8x8xf32>) -> tensor<1x4x8x8xf32> {
  %f = arith.constant dense<1.0> : tensor<4x1x3x3xf32>
  %y = cnn.conv %x, %f pads [1, 1, 1, 1] groups 2 : tensor<1x2x8x8xf32>, tensor<4x1x3x3xf32>
  return %y : tensor<1x4x8x8xf32>
}

// A single tap that skips pixels reads a copy of those that are left.
// CHECK-LABEL: func @skips_pixels
//      CHECK:    %[[LEFT:.*]] = kernel.pool <avg> {{.*}} outs({{.*}} : tensor<1x1x4x3x8xf32>) kernel [1, 1] strides [2, 3]
//      CHECK:    kernel.direct_conv ins({{.*}} : tensor<1x1x4x3x8xf32>, tensor<1x1x1x1x8x8xf32>)
//  CHECK-NOT:    strides
//      CHECK:    return
func.func @skips_pixels(%x: tensor<1x8x8x8xf32>) -> tensor<1x8x4x3xf32> {
  %f = arith.constant dense<1.0> : tensor<8x8x1x1xf32>
  %y = cnn.conv %x, %f strides [2, 3] : tensor<1x8x8x8xf32>, tensor<8x8x1x1xf32>
  return %y : tensor<1x8x4x3xf32>
}

// Padding has to be skipped as well.
// CHECK-LABEL: func @skips_padding
//  CHECK-NOT:    kernel.pool
//      CHECK:    kernel.direct_conv {{.*}} strides [2, 2] pads [1, 1, 0, 0]
func.func @skips_padding(%x: tensor<1x8x8x8xf32>) -> tensor<1x8x5x5xf32> {
  %f = arith.constant dense<1.0> : tensor<8x8x1x1xf32>
  %y = cnn.conv %x, %f strides [2, 2] pads [1, 1, 0, 0] : tensor<1x8x8x8xf32>, tensor<8x8x1x1xf32>
  return %y : tensor<1x8x5x5xf32>
}

// 3 groups of 4 channels, half a block each.
// CHECK-LABEL: func @small_groups
//      CHECK:    kernel.depthwise_conv ins(%{{.*}} : tensor<1x2x4x4x8xf32>, tensor<2x4x1x1x8xf32>)
func.func @small_groups(%x: tensor<1x12x4x4xf32>) -> tensor<1x12x4x4xf32> {
  %f = arith.constant dense<1.0> : tensor<12x4x1x1xf32>
  %y = cnn.conv %x, %f groups 3 : tensor<1x12x4x4xf32>, tensor<12x4x1x1xf32>
  return %y : tensor<1x12x4x4xf32>
}

// 4 groups of 4 and 8 channels: computed as 2 groups of 8 and 16.
// CHECK-LABEL: func @merges_groups
//      CHECK:    kernel.direct_conv ins(%{{.*}} : tensor<1x2x4x4x8xf32>, tensor<2x1x1x1x8x16xf32>)
// CHECK-SAME:      groups 2
func.func @merges_groups(%x: tensor<1x16x4x4xf32>) -> tensor<1x32x4x4xf32> {
  %f = arith.constant dense<1.0> : tensor<32x4x1x1xf32>
  %y = cnn.conv %x, %f groups 4 : tensor<1x16x4x4xf32>, tensor<32x4x1x1xf32>
  return %y : tensor<1x32x4x4xf32>
}

// No four or fewer groups of 3 channels make whole blocks.
// CHECK-LABEL: func @splits_groups
// CHECK-COUNT-7: kernel.direct_conv
// CHECK-COUNT-7: tensor.insert_slice
func.func @splits_groups(%x: tensor<1x21x4x4xf32>) -> tensor<1x21x4x4xf32> {
  %f = arith.constant dense<1.0> : tensor<21x3x1x1xf32>
  %y = cnn.conv %x, %f groups 7 : tensor<1x21x4x4xf32>, tensor<21x3x1x1xf32>
  return %y : tensor<1x21x4x4xf32>
}

// log(0) is no finite number for lanes beyond the second channel.
// CHECK-LABEL: func @applies_log_to_channels_only
//      CHECK:    kernel.direct_conv
//  CHECK-NOT:    activation
//      CHECK:    kernel.unpack
//      CHECK:    math.log
func.func @applies_log_to_channels_only(%x: tensor<1x3x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %f = arith.constant dense<1.0> : tensor<2x3x1x1xf32>
  %y = cnn.conv %x, %f activation <log> : tensor<1x3x4x4xf32>, tensor<2x3x1x1xf32>
  return %y : tensor<1x2x4x4xf32>
}

// F(2x2, 3x3) on 16 tiles.
// CHECK-LABEL: func @winograd
//      CHECK:    kernel.winograd_conv ins(%{{.*}} : tensor<1x2x8x8x8xf32>, tensor<2x16x16x16xf32>)
// CHECK-SAME:      outs(%{{.*}} : tensor<1x4x8x8x8xf32>, tensor<8704xf32>)
// CHECK-SAME:      tile [2, 2] taps [3, 3] pads [1, 1, 1, 1] tileBlock 16 chunks 1
func.func @winograd(%x: tensor<1x16x8x8xf32>) -> tensor<1x32x8x8xf32> {
  %u = arith.constant dense<1.0> : tensor<32x16x3x3xf32>
  %y = cnn.winograd_conv %x, %u tile [2, 2] pads [1, 1, 1, 1]
    : tensor<1x16x8x8xf32>, tensor<32x16x3x3xf32>
  return %y : tensor<1x32x8x8xf32>
}

}
