// ARM multiplies by one lane of a vector of several factors: nothing is broadcast.

// DEFINE: %{asm} = cnn-translate %s --emit=asm -o -
// RUN: %{asm} --target=aarch64-linux-gnu --cpu=cortex-a72 | FileCheck %s
// RUN: %{asm} --target=aarch64-linux-gnu --cpu=neoverse-n1 | FileCheck %s
// RUN: %{asm} --target=armv7-linux-gnueabihf --cpu=cortex-a7 | FileCheck %s --check-prefix=ARM

// Five columns, or rows, of four vectors, and four of two: as many as registers hold.
// CHECK-LABEL: layer_direct_conv_1:
// CHECK-NOT:      {{dup|ld1r}}
// CHECK-COUNT-80: fmla {{v[0-9]+}}.4s, {{v[0-9]+}}.4s, {{v[0-9]+}}.s[{{[0-3]}}]
// CHECK-NOT:      {{dup|ld1r}}
// CHECK-LABEL: layer_matmul_3:
// CHECK-NOT:      {{dup|ld1r}}
// CHECK-COUNT-80: fmla {{v[0-9]+}}.4s, {{v[0-9]+}}.4s, {{v[0-9]+}}.s[{{[0-3]}}]
// CHECK-NOT:      {{dup|ld1r}}
// ARM-LABEL: layer_direct_conv_1:
// ARM-COUNT-32: {{vmla|vfma}}.f32 {{q[0-9]+}}, {{q[0-9]+}}, {{d[0-9]+}}[{{[01]}}]
// ARM-LABEL: layer_matmul_3:
// ARM-COUNT-32: {{vmla|vfma}}.f32 {{q[0-9]+}}, {{q[0-9]+}}, {{d[0-9]+}}[{{[01]}}]

func.func @layer(%x: tensor<1x16x10x10xf32>, %rows: tensor<100x64xf32>)
    -> (tensor<1x32x10x10xf32>, tensor<100x32xf32>) {
  %w = arith.constant dense<0.5> : tensor<32x16x1x1xf32>
  %y = cnn.conv %x, %w : tensor<1x16x10x10xf32>, tensor<32x16x1x1xf32>
  %m = arith.constant dense<0.5> : tensor<64x32xf32>
  %product = cnn.matmul %rows, %m : tensor<100x64xf32>, tensor<64x32xf32>
  return %y, %product : tensor<1x32x10x10xf32>, tensor<100x32xf32>
}
