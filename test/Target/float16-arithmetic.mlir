// Eight products of float16 are one instruction where the processor has it and --arithmetic asks for it.

// DEFINE: %{asm} = cnn-translate %s --target=aarch64-linux-gnu --emit=asm -o -
// RUN: %{asm} --cpu=neoverse-n1 --arithmetic=float16 | FileCheck %s
// RUN: %{asm} --features=+fullfp16 --arithmetic=float16 | FileCheck %s
// CHECK-COUNT-8: fmla v{{[0-9]+}}.8h, v{{[0-9]+}}.8h, v{{[0-9]+}}.h[{{[0-7]}}]

// RUN: %{asm} --cpu=neoverse-n1 | FileCheck %s --check-prefix=FLOAT32
// RUN: %{asm} --arithmetic=float32 | FileCheck %s --check-prefix=FLOAT32
// FLOAT32-NOT: fmla {{.*}}.8h
// FLOAT32:     fmla {{.*}}.4s
// FLOAT32-NOT: fmla {{.*}}.8h

// RUN: not %{asm} --arithmetic=float16 2>&1 | FileCheck %s --check-prefix=ERROR
// ERROR: expects a processor with arithmetic of float16, got generic for aarch64{{.*}}; AArch64 processors that have it are accepted

func.func @pointwise(%x: tensor<1x16x8x8xf16>) -> tensor<1x32x8x8xf16> {
  %w = arith.constant dense<0.1> : tensor<32x16x1x1xf16>
  %0 = cnn.conv %x, %w : tensor<1x16x8x8xf16>, tensor<32x16x1x1xf16>
  return %0 : tensor<1x32x8x8xf16>
}
