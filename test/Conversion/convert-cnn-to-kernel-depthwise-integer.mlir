// RUN: cnn-opt %s --split-input-file --convert-cnn-to-kernel | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// The zero point leaves the weights while compiling; the requantization is part
// of the kernel, with a multiplier for each of 8 lanes.
// CHECK-LABEL: func @requantizes
//       CHECK:   %[[X:.*]] = kernel.pack {{.*}} outs(%{{.*}} : tensor<1x1x4x4x8xi8>)
//       CHECK:   %[[W:.*]] = arith.constant {{.*}} : tensor<1x1x1x8xf32>
//       CHECK:   %[[Y:.*]] = kernel.depthwise_conv_integer ins(%[[X]], %[[W]]
//  CHECK-SAME:     multiplier(%{{.*}} : tensor<8xf32>) outs(%{{.*}} : tensor<1x1x4x4x8xi8>)
//  CHECK-SAME:     unsigned inputZeroPoint 128 zeroPoint 5 range [-128, 127]
//       CHECK:   kernel.unpack ins(%[[Y]]
func.func @requantizes(%x: tensor<1x3x4x4xui8>) -> tensor<1x3x4x4xi8> {
  %w = arith.constant dense<[[[[1]]], [[[2]]], [[[3]]]]> : tensor<3x1x1x1xui8>
  %wz = arith.constant dense<[1, 1, 2]> : tensor<3xui8>
  %xz = arith.constant dense<128> : tensor<ui8>
  %xs = arith.constant dense<[[[0.5]], [[0.25]], [[0.125]]]> : tensor<3x1x1xf32>
  %ys = arith.constant dense<0.5> : tensor<f32>
  %yz = arith.constant dense<5> : tensor<i8>
  %0 = cnn.conv_integer %x, %w inputZeroPoint %xz : tensor<ui8> filterZeroPoint %wz : tensor<3xui8>
    groups 3 : tensor<1x3x4x4xui8>, tensor<3x1x1x1xui8>
  %1 = cnn.requantize %0, %xs, %ys, %yz : tensor<1x3x4x4xi32>, tensor<3x1x1xf32>, tensor<f32>, tensor<i8>
  return %1 : tensor<1x3x4x4xi8>
}

// A row is an image of one row. Sums that are used otherwise stay sums.
// CHECK-LABEL: func @keeps_sums
//       CHECK:   kernel.depthwise_conv_integer
//  CHECK-SAME:     outs(%{{.*}} : tensor<1x1x1x4x8xi32>) strides [1, 1] pads [0, 1, 0, 1]
func.func @keeps_sums(%x: tensor<1x2x4xi8>) -> tensor<1x2x4xi32> {
  %w = arith.constant dense<3> : tensor<2x1x3xi8>
  %0 = cnn.conv_integer %x, %w pads [1, 1] groups 2 : tensor<1x2x4xi8>, tensor<2x1x3xi8>
  return %0 : tensor<1x2x4xi32>
}

// 255 * 127 * 23 * 23 is more than a float32 holds exactly.
// CHECK-LABEL: func @has_large_sums
//       CHECK:   kernel.depthwise_conv_integer {{.*}} tensor<1x23x23x8xi32>
func.func @has_large_sums(%x: tensor<1x2x24x24xui8>) -> tensor<1x2x2x2xi32> {
  %w = arith.constant dense<127> : tensor<2x1x23x23xi8>
  %0 = cnn.conv_integer %x, %w groups 2 : tensor<1x2x24x24xui8>, tensor<2x1x23x23xi8>
  return %0 : tensor<1x2x2x2xi32>
}

// 65535 * 127 * 9 is, too. Limits narrow the range, until one is used elsewhere.
// CHECK-LABEL: func @words
//       CHECK:   %[[Y:.*]] = kernel.depthwise_conv_integer ins(%{{.*}} : tensor<1x1x4x4x8xi16>, tensor<1x3x3x8xi32>)
//  CHECK-SAME:     outs(%{{.*}} : tensor<1x1x2x2x8xi16>) {{.*}} range [-9, 32767]
//       CHECK:   linalg.generic
//       CHECK:   arith.minsi
func.func @words(%x: tensor<1x2x4x4xi16>) -> (tensor<1x2x2x2xi16>, tensor<1x2x2x2xi16>) {
  %w = arith.constant dense<127> : tensor<2x1x3x3xi8>
  %s = arith.constant dense<1.0> : tensor<f32>
  %z = arith.constant dense<0> : tensor<i16>
  %low = arith.constant dense<-9> : tensor<i16>
  %high = arith.constant dense<9> : tensor<i16>
  %0 = cnn.conv_integer %x, %w groups 2 : tensor<1x2x4x4xi16>, tensor<2x1x3x3xi8>
  %1 = cnn.requantize %0, %s, %s, %z : tensor<1x2x2x2xi32>, tensor<f32>, tensor<f32>, tensor<i16>
  %2 = cnn.binary <max> %1, %low : tensor<1x2x2x2xi16>, tensor<i16>
  %3 = cnn.binary <min> %2, %high : tensor<1x2x2x2xi16>, tensor<i16>
  return %2, %3 : tensor<1x2x2x2xi16>, tensor<1x2x2x2xi16>
}

}

// -----

module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "sapphirerapids", features = ""}} {

// Three taps and nothing are the four terms of a sum.
// CHECK-LABEL: func @packs_terms
//       CHECK:   arith.constant {{.*}} : tensor<1x3x1x16x4xi8>
//       CHECK:   kernel.depthwise_conv_integer {{.*}} columns 3
func.func @packs_terms(%x: tensor<1x2x4x4xui8>) -> tensor<1x2x2x2xi32> {
  %w = arith.constant dense<3> : tensor<2x1x3x3xi8>
  %0 = cnn.conv_integer %x, %w groups 2 : tensor<1x2x4x4xui8>, tensor<2x1x3x3xi8>
  return %0 : tensor<1x2x2x2xi32>
}

// Without its zero point 255 is no signed byte; gaps between taps are between
// pixels, too; of a single tap three quarters would be nothing.
// CHECK-LABEL: func @keeps_floats
// CHECK-COUNT-3: kernel.depthwise_conv_integer {{.*}}xf32>
func.func @keeps_floats(%x: tensor<1x2x4x4xui8>)
    -> (tensor<1x2x2x2xi32>, tensor<1x2x4x2xi32>, tensor<1x2x2x4xi32>) {
  %w = arith.constant dense<255> : tensor<2x1x3x3xui8>
  %v = arith.constant dense<3> : tensor<2x1x1x2xi8>
  %u = arith.constant dense<3> : tensor<2x1x3x1xi8>
  %0 = cnn.conv_integer %x, %w groups 2 : tensor<1x2x4x4xui8>, tensor<2x1x3x3xui8>
  %1 = cnn.conv_integer %x, %v dilations [1, 2] groups 2 : tensor<1x2x4x4xui8>, tensor<2x1x1x2xi8>
  %2 = cnn.conv_integer %x, %u groups 2 : tensor<1x2x4x4xui8>, tensor<2x1x3x1xi8>
  return %0, %1, %2 : tensor<1x2x2x2xi32>, tensor<1x2x4x2xi32>, tensor<1x2x2x4xi32>
}

}

// -----

module attributes {cnn.target = {triple = "thumbv7em-none-eabihf", cpu = "cortex-m4", features = ""}} {

// Blocks of a word; weights stay bytes if they are.
// CHECK-LABEL: func @keeps_bytes
//       CHECK:   kernel.depthwise_conv_integer {{.*}} tensor<1x3x3x4xi8>)
//       CHECK:   kernel.depthwise_conv_integer {{.*}} tensor<1x3x3x4xf32>)
func.func @keeps_bytes(%x: tensor<1x2x4x4xui8>) -> (tensor<1x2x2x2xi32>, tensor<1x2x2x2xi32>) {
  %w = arith.constant dense<3> : tensor<2x1x3x3xi8>
  %v = arith.constant dense<255> : tensor<2x1x3x3xui8>
  %0 = cnn.conv_integer %x, %w groups 2 : tensor<1x2x4x4xui8>, tensor<2x1x3x3xi8>
  %1 = cnn.conv_integer %x, %v groups 2 : tensor<1x2x4x4xui8>, tensor<2x1x3x3xui8>
  return %0, %1 : tensor<1x2x2x2xi32>, tensor<1x2x2x2xi32>
}

}
