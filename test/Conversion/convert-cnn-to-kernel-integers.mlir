// RUN: cnn-opt %s --split-input-file --convert-cnn-to-kernel | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "znver4", features = ""}} {
// Unsigned bytes are what the instruction multiplies. The bias takes the zero
// point: 5 - 10 * (1 + 2) and 6 - 10 * (3 - 4). Four channels are one sum.
// CHECK-LABEL: func @requantizes
// CHECK: kernel.pack {{.*}} outs(%{{.*}} : tensor<1x1x2x2x4xi8>)
// CHECK: arith.constant dense<{{\[+}}1, 2, 0, 0], [3, -4, 0, 0], [0, {{.*}}> : tensor<1x1x1x1x1x16x4xi8>
// CHECK: arith.constant dense<[-25, 16, 0, {{[0, ]*}}]> : tensor<16xi32>
// CHECK: arith.constant dense<[2.500000e-01, 5.000000e-01, 0.000000e+00, {{.*}}]> : tensor<16xf32>
// CHECK: %[[Y:.*]] = kernel.conv_integer ins(%{{.*}} : tensor<1x1x2x2x4xi8>, tensor<1x1x1x1x1x16x4xi8>)
// CHECK-SAME: outs(%{{.*}} : tensor<1x1x2x2x16xi8>) unsigned zeroPoint -3 range [-128, 127]
// CHECK: kernel.unpack ins(%[[Y]] : tensor<1x1x2x2x16xi8>) outs(%{{.*}} : tensor<1x2x2x2xi8>)
func.func @requantizes(%x: tensor<1x2x2x2xui8>) -> tensor<1x2x2x2xi8> {
  %w = arith.constant dense<[[[[2]], [[3]]], [[[4]], [[-3]]]]> : tensor<2x2x1x1xi8>
  %wz = arith.constant dense<1> : tensor<2xi8>
  %xz = arith.constant dense<10> : tensor<ui8>
  %b = arith.constant dense<[5, 6]> : tensor<2xi32>
  %s = arith.constant dense<[[[0.5]], [[1.0]]]> : tensor<2x1x1xf32>
  %t = arith.constant dense<2.0> : tensor<f32>
  %z = arith.constant dense<-3> : tensor<i8>
  %0 = cnn.conv_integer %x, %w inputZeroPoint %xz : tensor<ui8> filterZeroPoint %wz : tensor<2xi8> bias %b : tensor<2xi32>
    : tensor<1x2x2x2xui8>, tensor<2x2x1x1xi8>
  %1 = cnn.requantize %0, %s, %t, %z : tensor<1x2x2x2xi32>, tensor<2x1x1xf32>, tensor<f32>, tensor<i8>
  return %1 : tensor<1x2x2x2xi8>
}
}

// -----

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "znver4", features = ""}} {
// Signed bytes become unsigned, 128 larger: at the left and right end of the row
// the bias leaves out a tap. Without a requantization the sums are the result.
// CHECK-LABEL: func @borders
// CHECK: arith.constant dense<{{\[+}}-768, 0, {{.*}}], [-384, 0, {{.*}}], {{\[+}}-640, 0, {{.*}}], [-256, 0, {{.*}}]{{\]+}}> : tensor<1x1x2x2x16xi32>
// CHECK: kernel.conv_integer
// CHECK-SAME: outs(%{{.*}} : tensor<1x1x1x8x16xi32>) pads [0, 1, 0, 1] unsigned flip{{( {)|$}}
func.func @borders(%x: tensor<1x1x1x8xi8>) -> tensor<1x1x1x8xi32> {
  %w = arith.constant dense<[[[[1, 2, 3]]]]> : tensor<1x1x1x3xi8>
  %0 = cnn.conv_integer %x, %w pads [0, 1, 0, 1] : tensor<1x1x1x8xi8>, tensor<1x1x1x3xi8>
  return %0 : tensor<1x1x1x8xi32>
}

// Two products of 16 bits are one sum. The zero point is in the bias, and limits
// in the range.
// CHECK-LABEL: func @words
// CHECK: arith.constant dense<[-30, 70, 0, {{.*}}]> : tensor<16xi32>
// CHECK: kernel.conv_integer ins(%{{.*}} : tensor<1x1x2x2x4xi16>, tensor<1x1x1x1x2x16x2xi16>)
// CHECK-SAME: outs(%{{.*}} : tensor<1x1x2x2x16xi16>) zeroPoint 3 range [0, 20000]
func.func @words(%x: tensor<1x2x2x2xi16>) -> tensor<1x2x2x2xi16> {
  %w = arith.constant dense<[[[[1]], [[2]]], [[[-3]], [[-4]]]]> : tensor<2x2x1x1xi8>
  %xz = arith.constant dense<10> : tensor<i16>
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<3> : tensor<i16>
  %low = arith.constant dense<0> : tensor<i16>
  %high = arith.constant dense<20000> : tensor<i16>
  %0 = cnn.conv_integer %x, %w inputZeroPoint %xz : tensor<i16> : tensor<1x2x2x2xi16>, tensor<2x2x1x1xi8>
  %1 = cnn.requantize %0, %s, %s, %z : tensor<1x2x2x2xi32>, tensor<f32>, tensor<f32>, tensor<i16>
  %2 = cnn.binary <max> %1, %low : tensor<1x2x2x2xi16>, tensor<i16>
  %3 = cnn.binary <min> %2, %high : tensor<1x2x2x2xi16>, tensor<i16>
  return %3 : tensor<1x2x2x2xi16>
}

// Two rows are two pixels; the columns are filled up to whole blocks. One scale
// and no zero point make floats.
// CHECK-LABEL: func @matrix
// CHECK: tensor.insert_slice {{.*}} into tensor<2x8xi8>
// CHECK: %[[Y:.*]] = kernel.conv_integer ins(%{{.*}} : tensor<1x1x1x2x8xi8>, tensor<1x1x1x1x2x16x4xi8>)
// CHECK-SAME: outs(%{{.*}} : tensor<1x1x1x2x16xf32>) unsigned{{( {)|$}}
// CHECK: tensor.extract_slice {{.*}} : tensor<2x16xf32> to tensor<2x3xf32>
func.func @matrix(%x: tensor<2x6xui8>) -> tensor<2x3xf32> {
  %w = arith.constant dense<1> : tensor<6x3xi8>
  %b = arith.constant dense<[1, 2, 3]> : tensor<3xi32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %0 = cnn.matmul_integer %x, %w : tensor<2x6xui8>, tensor<6x3xi8>
  %1 = cnn.binary <add> %0, %b : tensor<2x3xi32>, tensor<3xi32>
  %2 = cnn.dequantize %1, %s : tensor<2x3xi32>, tensor<f32>
  return %2 : tensor<2x3xf32>
}

// Sums that are used elsewhere stay sums.
// CHECK-LABEL: func @used_twice
// CHECK: kernel.conv_integer {{.*}} outs(%{{.*}} : tensor<1x1x1x2x16xi32>)
// CHECK: linalg.generic
func.func @used_twice(%x: tensor<2x4xui8>) -> (tensor<2x3xi32>, tensor<2x3xf32>) {
  %w = arith.constant dense<1> : tensor<4x3xi8>
  %s = arith.constant dense<0.5> : tensor<f32>
  %0 = cnn.matmul_integer %x, %w : tensor<2x4xui8>, tensor<4x3xi8>
  %1 = cnn.dequantize %0, %s : tensor<2x3xi32>, tensor<f32>
  return %0, %1 : tensor<2x3xi32>, tensor<2x3xf32>
}

// Weights that are computed, and sums of three dimensions, are loops.
// CHECK-LABEL: func @computed
// CHECK-NOT: kernel.conv_integer
// CHECK: linalg.generic
func.func @computed(%x: tensor<2x4xui8>, %w: tensor<4x3xi8>) -> tensor<2x3xi32> {
  %0 = cnn.matmul_integer %x, %w : tensor<2x4xui8>, tensor<4x3xi8>
  return %0 : tensor<2x3xi32>
}
}

// -----

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {
// Without an instruction for bytes the input is widened without its zero point.
// CHECK-LABEL: func @widens
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : tensor<1x1x2x2x4xi8>) outs(%{{.*}} : tensor<1x1x2x2x4xi16>)
// CHECK: arith.extui %{{.*}} : i8 to i16
// CHECK: arith.subi %{{.*}}, %c10_i16
// CHECK: arith.constant dense<0> : tensor<8xi32>
// CHECK: kernel.conv_integer ins(%{{.*}} : tensor<1x1x2x2x4xi16>, tensor<1x1x1x1x2x8x2xi16>)
// CHECK-SAME: outs(%{{.*}} : tensor<1x1x2x2x8xi32>){{( {)|$}}
func.func @widens(%x: tensor<1x2x2x2xui8>) -> tensor<1x1x2x2xi32> {
  %w = arith.constant dense<[[[[255]], [[3]]]]> : tensor<1x2x1x1xui8>
  %xz = arith.constant dense<10> : tensor<ui8>
  %0 = cnn.conv_integer %x, %w inputZeroPoint %xz : tensor<ui8> : tensor<1x2x2x2xui8>, tensor<1x2x1x1xui8>
  return %0 : tensor<1x1x2x2xi32>
}
}

// -----

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "znver4", features = ""}} {
// A zero point that is computed leaves the input, and not the bias.
// CHECK-LABEL: func @subtracts_computed_zero_points
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<1x1x2x2x4xi8>, tensor<i8>) outs(%{{.*}} : tensor<1x1x2x2x4xi16>)
// CHECK: arith.subi
// CHECK: kernel.conv_integer ins(%{{.*}} : tensor<1x1x2x2x4xi16>
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<1x1x1x2x4xi8>, tensor<i8>)
// CHECK: kernel.conv_integer ins(%{{.*}} : tensor<1x1x1x2x4xi16>
func.func @subtracts_computed_zero_points(%x: tensor<1x2x2x2xui8>, %m: tensor<2x4xui8>, %z: tensor<ui8>)
    -> (tensor<1x1x2x2xi32>, tensor<2x3xi32>) {
  %w = arith.constant dense<[[[[1]], [[3]]]]> : tensor<1x2x1x1xi8>
  %v = arith.constant dense<2> : tensor<4x3xi8>
  %0 = cnn.conv_integer %x, %w inputZeroPoint %z : tensor<ui8> : tensor<1x2x2x2xui8>, tensor<1x2x1x1xi8>
  %1 = cnn.matmul_integer %m, %v lhsZeroPoint %z : tensor<ui8> : tensor<2x4xui8>, tensor<4x3xi8>
  return %0, %1 : tensor<1x1x2x2xi32>, tensor<2x3xi32>
}

// One for each row is another layer.
// CHECK-LABEL: func @keeps_zero_points_of_rows
// CHECK-NOT: kernel.conv_integer
func.func @keeps_zero_points_of_rows(%m: tensor<2x4xui8>, %z: tensor<2x1xui8>) -> tensor<2x3xi32> {
  %v = arith.constant dense<2> : tensor<4x3xi8>
  %0 = cnn.matmul_integer %m, %v lhsZeroPoint %z : tensor<2x1xui8> : tensor<2x4xui8>, tensor<4x3xi8>
  return %0 : tensor<2x3xi32>
}
}

// -----

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {
// 255 * (64 + 64) fits 16 bits: so do the products of one step of four. Two
// steps would not. Signed bytes are made unsigned.
// CHECK-LABEL: func @adds_up_in_16_bits
// CHECK: kernel.conv_integer ins(%{{.*}} : tensor<1x1x2x2x8xi8>, tensor<1x1x1x1x2x8x4xi8>)
// CHECK-SAME: unsigned flip narrow 1{{( {)|$}}
func.func @adds_up_in_16_bits(%x: tensor<1x8x2x2xi8>) -> tensor<1x1x2x2xi32> {
  %w = arith.constant dense<64> : tensor<1x8x1x1xi8>
  %0 = cnn.conv_integer %x, %w : tensor<1x8x2x2xi8>, tensor<1x8x1x1xi8>
  return %0 : tensor<1x1x2x2xi32>
}

// 255 * (64 + 65) does not.
// CHECK-LABEL: func @keeps_large_weights
// CHECK: kernel.conv_integer ins(%{{.*}} : tensor<1x1x2x2x8xi16>, tensor<1x1x1x1x4x8x2xi16>)
// CHECK-NOT: narrow
func.func @keeps_large_weights(%x: tensor<1x8x2x2xui8>) -> tensor<1x1x2x2xi32> {
  %w = arith.constant dense<[[[[1]], [[1]], [[1]], [[1]], [[1]], [[1]], [[64]], [[65]]]]> : tensor<1x8x1x1xi8>
  %0 = cnn.conv_integer %x, %w : tensor<1x8x2x2xui8>, tensor<1x8x1x1xi8>
  return %0 : tensor<1x1x2x2xi32>
}

// Four steps of weights of 16 fit, which are two blocks. The third stays alone,
// and so do steps of one block each.
// CHECK-LABEL: func @takes_whole_blocks
// CHECK: kernel.conv_integer {{.*}} unsigned narrow 4{{( {)|$}}
// CHECK: kernel.conv_integer {{.*}} unsigned narrow 2{{( {)|$}}
func.func @takes_whole_blocks(%x: tensor<1x16x2x2xui8>, %y: tensor<1x24x2x2xui8>) -> (tensor<1x1x2x2xi32>, tensor<1x1x2x2xi32>) {
  %w = arith.constant dense<16> : tensor<1x16x1x1xi8>
  %v = arith.constant dense<16> : tensor<1x24x1x1xi8>
  %0 = cnn.conv_integer %x, %w : tensor<1x16x2x2xui8>, tensor<1x16x1x1xi8>
  %1 = cnn.conv_integer %y, %v : tensor<1x24x2x2xui8>, tensor<1x24x1x1xi8>
  return %0, %1 : tensor<1x1x2x2xi32>, tensor<1x1x2x2xi32>
}
}

// -----

module attributes {cnn.target = {triple = "aarch64-unknown-linux-gnu", cpu = "generic", features = ""}} {
// 128 * (127 + 127) fits, 128 * (128 + 128) does not.
// CHECK-LABEL: func @two_products_of_signed_bytes
// CHECK: kernel.conv_integer {{.*}} flip narrow 2{{( {)|$}}
// CHECK: kernel.conv_integer ins(%{{.*}} : tensor<1x2x2x2x4xi16>
// CHECK-NOT: narrow
func.func @two_products_of_signed_bytes(%x: tensor<1x8x2x2xui8>) -> (tensor<1x1x2x2xi32>, tensor<1x1x2x2xi32>) {
  %w = arith.constant dense<-127> : tensor<1x8x1x1xi8>
  %v = arith.constant dense<-128> : tensor<1x8x1x1xi8>
  %0 = cnn.conv_integer %x, %w : tensor<1x8x2x2xui8>, tensor<1x8x1x1xi8>
  %1 = cnn.conv_integer %x, %v : tensor<1x8x2x2xui8>, tensor<1x8x1x1xi8>
  return %0, %1 : tensor<1x1x2x2xi32>, tensor<1x1x2x2xi32>
}
}

// -----

// Rows of eight channels, of two blocks, for tiles; signed bytes stay so. Twelve
// channels are added up by four, as is what has one pixel in a row.
module attributes {cnn.target = {triple = "aarch64-unknown-linux-gnu", cpu = "neoverse-v1", features = ""}} {
// CHECK-LABEL: func @tiles
// CHECK: kernel.pack {{.*}} outs(%{{.*}} : tensor<1x4x3x2x4xi8>)
// CHECK: kernel.conv_integer ins(%{{.*}}, %{{.*}} : tensor<1x4x3x2x4xi8>, tensor<1x2x3x1x1x8x8xi8>)
// CHECK-SAME: outs(%{{.*}} : tensor<1x2x1x2x4xi32>){{( {)|$}}
func.func @tiles(%x: tensor<1x16x3x2xi8>) -> tensor<1x8x1x2xi32> {
  %w = arith.constant dense<3> : tensor<8x16x3x1xi8>
  %0 = cnn.conv_integer %x, %w : tensor<1x16x3x2xi8>, tensor<8x16x3x1xi8>
  return %0 : tensor<1x8x1x2xi32>
}

// CHECK-LABEL: func @no_whole_rows
// CHECK: kernel.conv_integer ins(%{{.*}} : tensor<1x3x3x2x4xi8>, tensor<1x3x3x1x1x8x4xi8>) {{.*}} unsigned flip
func.func @no_whole_rows(%x: tensor<1x12x3x2xi8>) -> tensor<1x8x1x2xi32> {
  %w = arith.constant dense<3> : tensor<8x12x3x1xi8>
  %0 = cnn.conv_integer %x, %w : tensor<1x12x3x2xi8>, tensor<8x12x3x1xi8>
  return %0 : tensor<1x8x1x2xi32>
}

// CHECK-LABEL: func @one_column
// CHECK: kernel.conv_integer ins(%{{.*}} : tensor<1x4x3x1x4xi8>, tensor<1x4x2x1x1x8x4xi8>)
func.func @one_column(%x: tensor<1x16x3x1xui8>) -> tensor<1x8x2x1xi32> {
  %w = arith.constant dense<3> : tensor<8x16x2x1xi8>
  %0 = cnn.conv_integer %x, %w : tensor<1x16x3x1xui8>, tensor<8x16x2x1xi8>
  return %0 : tensor<1x8x2x1xi32>
}

// Depths are filled up with zeros.
// CHECK-LABEL: func @matrix
// CHECK: kernel.conv_integer ins(%{{.*}} : tensor<1x1x1x3x16xi8>, tensor<1x1x1x1x2x8x8xi8>)
func.func @matrix(%x: tensor<3x13xui8>) -> tensor<3x8xi32> {
  %w = arith.constant dense<3> : tensor<13x8xi8>
  %0 = cnn.matmul_integer %x, %w : tensor<3x13xui8>, tensor<13x8xi8>
  return %0 : tensor<3x8xi32>
}

// CHECK-LABEL: func @vector
// CHECK: kernel.conv_integer ins(%{{.*}} : tensor<1x1x1x1x16xi8>, tensor<1x1x1x1x4x8x4xi8>)
func.func @vector(%x: tensor<1x13xui8>) -> tensor<1x8xi32> {
  %w = arith.constant dense<3> : tensor<13x8xi8>
  %0 = cnn.matmul_integer %x, %w : tensor<1x13xui8>, tensor<13x8xi8>
  return %0 : tensor<1x8xi32>
}
}
