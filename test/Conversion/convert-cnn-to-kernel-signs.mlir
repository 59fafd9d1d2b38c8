// RUN: sed 's/CPU/znver4/' %s | cnn-opt --split-input-file --convert-cnn-to-kernel | FileCheck %s
// RUN: sed 's/CPU/cascadelake/' %s | cnn-opt --split-input-file --convert-cnn-to-kernel | FileCheck %s --check-prefix=BYTES

// Two blocks of bytes are a word of bits, which holds 30 channels: those that
// are positive, and those that are not zero. The products of the kernel are those
// whose signs differ. All 9 taps of a window share how many are not zero.
module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "CPU", features = ""}} {
// CHECK-LABEL: func @signs
// CHECK: kernel.pack {{.*}} outs(%{{.*}} : tensor<1x2x4x5x16xi8>)
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<1x2x1x4x5xi32>)
// CHECK: arith.cmpi ugt
// CHECK: arith.cmpi ne
// CHECK: arith.cmpi ult
// CHECK: arith.shli
// CHECK: arith.ori
// CHECK: arith.constant dense<{{.*}}> : tensor<1x1x3x3x1x16x1xi32>
// CHECK: %[[N:.*]] = kernel.conv_integer ins(%{{.*}} : tensor<1x2x4x5x1xi32>, tensor<1x1x3x3x1x16x1xi32>)
// CHECK-SAME: bias(%{{.*}} : tensor<16xi32>) outs(%{{.*}} : tensor<1x1x2x5x16xi32>) strides [2, 1] pads [1, 1, 1, 1]
// CHECK: kernel.unpack ins(%[[N]]
// CHECK: math.ctpop
// CHECK: outs(%{{.*}} : tensor<1x2x5xi32>)
// CHECK: linalg.generic
// CHECK: arith.subi
// BYTES-LABEL: func @signs
// BYTES-NOT: math.ctpop
func.func @signs(%x: tensor<1x30x4x5xf32>) -> tensor<1x7x2x5xi32> {
  %w = arith.constant dense<-1> : tensor<7x30x3x3xi8>
  %one = arith.constant dense<1.0> : tensor<f32>
  %zero = arith.constant dense<1> : tensor<ui8>
  %0 = cnn.unary <sign> %x : tensor<1x30x4x5xf32>
  %1 = cnn.quantize %0, %one, %zero : tensor<1x30x4x5xf32>, tensor<f32>, tensor<ui8>
  %2 = cnn.conv_integer %1, %w inputZeroPoint %zero : tensor<ui8> strides [2, 1] pads [1, 1, 1, 1]
    : tensor<1x30x4x5xui8>, tensor<7x30x3x3xi8>
  return %2 : tensor<1x7x2x5xi32>
}
}

// -----

// Bytes stay bytes where a weight is zero, where blocks make no whole words, of
// groups, and of other numbers than signs.
module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "CPU", features = ""}} {
// CHECK-LABEL: func @bytes
// CHECK-NOT: math.ctpop
func.func @bytes(%x: tensor<1x64x4x4xf32>, %few: tensor<1x40x4x4xf32>)
    -> (tensor<1x16x4x4xi32>, tensor<1x16x4x4xi32>, tensor<1x64x4x4xi32>, tensor<1x16x4x4xi32>) {
  %zeros = arith.constant dense<0> : tensor<16x64x1x1xi8>
  %w40 = arith.constant dense<1> : tensor<16x40x1x1xi8>
  %w32 = arith.constant dense<1> : tensor<64x32x1x1xi8>
  %w64 = arith.constant dense<1> : tensor<16x64x1x1xi8>
  %one = arith.constant dense<1.0> : tensor<f32>
  %two = arith.constant dense<0.5> : tensor<f32>
  %zero = arith.constant dense<1> : tensor<ui8>
  %s = cnn.unary <sign> %x : tensor<1x64x4x4xf32>
  %f = cnn.unary <sign> %few : tensor<1x40x4x4xf32>
  %q = cnn.quantize %s, %one, %zero : tensor<1x64x4x4xf32>, tensor<f32>, tensor<ui8>
  %r = cnn.quantize %f, %one, %zero : tensor<1x40x4x4xf32>, tensor<f32>, tensor<ui8>
  %t = cnn.quantize %s, %two, %zero : tensor<1x64x4x4xf32>, tensor<f32>, tensor<ui8>
  %0 = cnn.conv_integer %q, %zeros inputZeroPoint %zero : tensor<ui8> : tensor<1x64x4x4xui8>, tensor<16x64x1x1xi8>
  %1 = cnn.conv_integer %r, %w40 inputZeroPoint %zero : tensor<ui8> : tensor<1x40x4x4xui8>, tensor<16x40x1x1xi8>
  %2 = cnn.conv_integer %q, %w32 inputZeroPoint %zero : tensor<ui8> groups 2 : tensor<1x64x4x4xui8>, tensor<64x32x1x1xi8>
  %3 = cnn.conv_integer %t, %w64 inputZeroPoint %zero : tensor<ui8> : tensor<1x64x4x4xui8>, tensor<16x64x1x1xi8>
  return %0, %1, %2, %3 : tensor<1x16x4x4xi32>, tensor<1x16x4x4xi32>, tensor<1x64x4x4xi32>, tensor<1x16x4x4xi32>
}
}
