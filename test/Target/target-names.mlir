// Names of machines that are not quite right: what was meant is in the error.

// RUN: not cnn-translate %s --emit=header --target=aarch64-linux-gun 2>&1 | FileCheck %s --check-prefix=TYPO
// TYPO: error: unknown target 'aarch64-linux-gun' (did you mean 'aarch64-linux-gnu'?); expected a triple
// RUN: not cnn-translate %s --emit=header --target=arm64 2>&1 | FileCheck %s --check-prefix=ARM64
// ARM64: error: incomplete target 'arm64' (did you mean 'aarch64-linux-gnu'?); expected a triple
// RUN: not cnn-translate %s --emit=header --target=armv7 2>&1 | FileCheck %s --check-prefix=ARMV7
// ARMV7: error: incomplete target 'armv7' (did you mean 'armv7-linux-gnueabihf'?)
// RUN: not cnn-translate %s --emit=header --target=x86 2>&1 | FileCheck %s --check-prefix=X86
// X86: error: unknown target 'x86' (did you mean 'x86_64-linux-gnu'?)
// RUN: not cnn-translate %s --emit=header --target=aarch64-linus-gnu 2>&1 | FileCheck %s --check-prefix=SYSTEM
// SYSTEM: error: incomplete target 'aarch64-linus-gnu' (did you mean 'aarch64-linux-gnu'?)
// RUN: not cnn-translate %s --emit=header --target=mips-linux-gnu 2>&1 | FileCheck %s --check-prefix=MIPS
// MIPS: error: unsupported target 'mips-linux-gnu'; expected a triple
// RUN: not cnn-translate %s --emit=header --target=armebv7-linux-gnueabihf 2>&1 | FileCheck %s --check-prefix=ENDIAN
// ENDIAN: error: unsupported target 'armebv7-linux-gnueabihf' (did you mean 'armv7-linux-gnueabihf'?)

// Without the environment, or without a system, are targets, too.
// RUN: cnn-translate %s --emit=header --target=aarch64-linux > %t
// RUN: cnn-translate %s --emit=header --target=aarch64-none-elf > %t

// RUN: not cnn-translate %s --emit=header --target=x86_64-linux-gnu --cpu=x86-64v3 2>&1 | FileCheck %s --check-prefix=LEVEL
// LEVEL: error: unknown cpu 'x86-64v3' for x86_64-unknown-linux-gnu (did you mean 'x86-64-v3' or {{.*}}'?); expected one of
// RUN: not cnn-translate %s --emit=header --target=x86_64-linux-gnu --cpu=cortex-a72 2>&1 | FileCheck %s --check-prefix=OTHER
// OTHER: error: unknown cpu 'cortex-a72' for x86_64-unknown-linux-gnu, but known with --target=aarch64-linux-gnu
// RUN: not cnn-translate %s --emit=header --target=x86_64-linux-gnu --features=avx2 2>&1 | FileCheck %s --check-prefix=SIGN
// SIGN: error: feature 'avx2' needs + to be added or - to be removed
// RUN: not cnn-translate %s --emit=header --target=x86_64-linux-gnu --features=+avx512vni 2>&1 | FileCheck %s --check-prefix=FEATURE
// FEATURE: error: unknown feature '+avx512vni' for x86_64-unknown-linux-gnu (did you mean 'avx512vnni' or {{.*}}'?); expected + or - and one of
func.func @net(%x: tensor<3xf32>) -> tensor<3xf32> {
  %empty = tensor.empty() : tensor<3xf32>
  %0 = linalg.copy ins(%x : tensor<3xf32>) outs(%empty : tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
