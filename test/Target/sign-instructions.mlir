// Signs are compared and counted by the instructions of processors that count
// bits of vectors, and multiplied as bytes by others.

// RUN: cnn-translate %s --emit=asm --target=x86_64-linux-gnu --cpu=icelake-server -o - | FileCheck %s
// RUN: cnn-translate %s --emit=asm --target=x86_64-linux-gnu --cpu=znver4 -o - | FileCheck %s
// CHECK-NOT: vpdpbusd
// CHECK:     vpternlogd
// CHECK:     vpopcntd
// CHECK:     vpaddd
// CHECK-NOT: vpdpbusd

// RUN: cnn-translate %s --emit=asm --target=x86_64-linux-gnu --cpu=cascadelake -o - | FileCheck %s --check-prefix=BYTES
// BYTES-NOT: popcnt
// BYTES:     vpdpbusd
// BYTES-NOT: popcnt

func.func @main(%x: tensor<1x64x4x5xf32>) -> tensor<1x16x4x5xi32> {
  %w = arith.constant dense<1> : tensor<16x64x1x1xi8>
  %one = arith.constant dense<1.0> : tensor<f32>
  %zero = arith.constant dense<1> : tensor<ui8>
  %0 = cnn.unary <sign> %x : tensor<1x64x4x5xf32>
  %1 = cnn.quantize %0, %one, %zero : tensor<1x64x4x5xf32>, tensor<f32>, tensor<ui8>
  %2 = cnn.conv_integer %1, %w inputZeroPoint %zero : tensor<ui8> : tensor<1x64x4x5xui8>, tensor<16x64x1x1xi8>
  return %2 : tensor<1x16x4x5xi32>
}
