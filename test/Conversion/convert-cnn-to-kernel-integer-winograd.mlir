// RUN: cnn-opt %s --convert-cnn-to-kernel=integer-winograd=4 | FileCheck %s --check-prefixes=ALL,FOUR
// RUN: cnn-opt %s --convert-cnn-to-kernel=integer-winograd=2 | FileCheck %s --check-prefixes=ALL,TWO
// RUN: cnn-opt %s --convert-cnn-to-kernel=integer-winograd=off | FileCheck %s --check-prefix=OFF
// RUN: cnn-opt %s --convert-cnn-to-kernel | FileCheck %s --check-prefix=AUTO

// OFF-NOT: winograd
// OFF: kernel.conv_integer

module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// The bias takes the zero point of all nine taps, 5 - 10 * 9 * 2; pads are that
// zero point. Bytes stay bytes.
// ALL-LABEL: func @requantizes
// ALL-NOT: linalg
// ALL: arith.constant dense<[-175, 0, 0, 0, 0, 0, 0, 0]> : tensor<8xi32>
// FOUR: %[[Y:.*]]:3 = kernel.winograd_conv_integer ins(%{{.*}} : tensor<1x1x6x6x8xi8>, tensor<1x36x4x8x2xi16>)
// TWO:  %[[Y:.*]]:3 = kernel.winograd_conv_integer ins(%{{.*}} : tensor<1x1x6x6x8xi8>, tensor<1x16x4x8x2xi16>)
// FOUR-SAME: tile [4, 4] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 1 sharesTiles unsigned inputZeroPoint 10 zeroPoint -3 range [-128, 127]
// TWO-SAME:  tile [2, 2] taps [3, 3] pads [1, 1, 1, 1] tileBlock 9 chunks 1 sharesTiles unsigned inputZeroPoint 10 zeroPoint -3 range [-128, 127]
// ALL: kernel.unpack ins(%[[Y]]#0
// Products of a channel are few, and its transforms cost as much as those of eight.
// AUTO-LABEL: func @requantizes
// AUTO: kernel.conv_integer
func.func @requantizes(%x: tensor<1x1x6x6xui8>) -> tensor<1x1x6x6xi8> {
  %w = arith.constant dense<2> : tensor<1x1x3x3xi8>
  %xz = arith.constant dense<10> : tensor<ui8>
  %b = arith.constant dense<[5]> : tensor<1xi32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<-3> : tensor<i8>
  %0 = cnn.conv_integer %x, %w inputZeroPoint %xz : tensor<ui8> bias %b : tensor<1xi32> pads [1, 1, 1, 1]
    : tensor<1x1x6x6xui8>, tensor<1x1x3x3xi8>
  %1 = cnn.requantize %0, %s, %s, %z : tensor<1x1x6x6xi32>, tensor<f32>, tensor<f32>, tensor<i8>
  return %1 : tensor<1x1x6x6xi8>
}

// A dimension with one tap is not transformed: F(1x4, 1x3) has 6 points.
// ALL-LABEL: func @one_dimension
// FOUR: kernel.winograd_conv_integer ins(%{{.*}} : tensor<1x1x6x6x8xi8>, tensor<1x6x4x8x2xi16>) {{.*}} tile [1, 4] taps [1, 3]
// TWO:  kernel.winograd_conv_integer ins(%{{.*}} : tensor<1x1x6x6x8xi8>, tensor<1x4x4x8x2xi16>) {{.*}} tile [1, 2] taps [1, 3]
func.func @one_dimension(%x: tensor<1x8x6x6xi8>) -> tensor<1x8x6x4xi32> {
  %w = arith.constant dense<2> : tensor<8x8x1x3xi8>
  %0 = cnn.conv_integer %x, %w : tensor<1x8x6x6xi8>, tensor<8x8x1x3xi8>
  return %0 : tensor<1x8x6x4xi32>
}

// Where many products are saved it is faster.
// AUTO-LABEL: func @many_products
// AUTO: kernel.winograd_conv_integer {{.*}} tile [4, 4]
func.func @many_products(%x: tensor<1x64x56x56xui8>) -> tensor<1x64x56x56xi32> {
  %w = arith.constant dense<2> : tensor<64x64x3x3xi8>
  %0 = cnn.conv_integer %x, %w pads [1, 1, 1, 1] : tensor<1x64x56x56xui8>, tensor<64x64x3x3xi8>
  return %0 : tensor<1x64x56x56xi32>
}

// 127 * 9 * 128 * 255 is above 2^25, for which F(4x4, 3x3) has no room.
// ALL-LABEL: func @large_sums
// FOUR: kernel.conv_integer
// TWO: kernel.winograd_conv_integer
func.func @large_sums(%x: tensor<1x128x6x6xui8>) -> tensor<1x8x4x4xi32> {
  %w = arith.constant dense<127> : tensor<8x128x3x3xi8>
  %0 = cnn.conv_integer %x, %w : tensor<1x128x6x6xui8>, tensor<8x128x3x3xi8>
  return %0 : tensor<1x8x4x4xi32>
}

// Strides, dilations, groups, other taps and zero points that are computed have
// direct sums.
// ALL-LABEL: func @others
// ALL-NOT: kernel.winograd_conv_integer
func.func @others(%x: tensor<1x16x8x8xi8>, %z: tensor<i8>)
    -> (tensor<1x16x3x3xi32>, tensor<1x16x4x4xi32>, tensor<1x16x6x6xi32>, tensor<1x16x4x4xi32>, tensor<1x16x6x6xi32>) {
  %w = arith.constant dense<2> : tensor<16x16x3x3xi8>
  %g = arith.constant dense<2> : tensor<16x8x3x3xi8>
  %t = arith.constant dense<2> : tensor<16x16x5x5xi8>
  %0 = cnn.conv_integer %x, %w strides [2, 2] : tensor<1x16x8x8xi8>, tensor<16x16x3x3xi8>
  %1 = cnn.conv_integer %x, %w dilations [2, 2] : tensor<1x16x8x8xi8>, tensor<16x16x3x3xi8>
  %2 = cnn.conv_integer %x, %g groups 2 : tensor<1x16x8x8xi8>, tensor<16x8x3x3xi8>
  %3 = cnn.conv_integer %x, %t : tensor<1x16x8x8xi8>, tensor<16x16x5x5xi8>
  %4 = cnn.conv_integer %x, %w inputZeroPoint %z : tensor<i8> : tensor<1x16x8x8xi8>, tensor<16x16x3x3xi8>
  return %0, %1, %2, %3, %4 : tensor<1x16x3x3xi32>, tensor<1x16x4x4xi32>, tensor<1x16x6x6xi32>, tensor<1x16x4x4xi32>, tensor<1x16x6x6xi32>
}
}
