// Sums of products of bytes are computed by the instructions that the processor and the weights allow.

// DEFINE: %{large} = cnn-translate %t-large.mlir --emit=asm -o -
// DEFINE: %{small} = cnn-translate %t-small.mlir --emit=asm -o -
// RUN: sed 's/WEIGHT/100/' %s > %t-large.mlir
// RUN: sed 's/WEIGHT/3/' %s > %t-small.mlir

// Two products of 255 and 100 pass 32767, 16 of 255 and 3 do not.
// RUN: %{large} --target=x86_64-linux-gnu --cpu=x86-64-v2 | FileCheck %s --check-prefix=WORDS
// RUN: %{large} --target=x86_64-linux-gnu --cpu=x86-64-v3 | FileCheck %s --check-prefix=WORDS
// RUN: %{large} --target=x86_64-linux-gnu --cpu=x86-64-v4 | FileCheck %s --check-prefix=WORDS
// RUN: %{small} --target=x86_64-linux-gnu --cpu=x86-64 | FileCheck %s --check-prefix=WORDS
// RUN: %{small} --target=x86_64-linux-gnu --cpu=x86-64-v2 | FileCheck %s --check-prefix=NARROW
// RUN: %{small} --target=x86_64-linux-gnu --cpu=x86-64-v3 | FileCheck %s --check-prefix=NARROW
// RUN: %{small} --target=x86_64-linux-gnu --cpu=x86-64-v4 | FileCheck %s --check-prefix=NARROW
// WORDS-NOT:  pmaddubsw
// WORDS:      pmaddwd
// WORDS-NEXT: paddd
// WORDS-NOT:  pmaddubsw
// NARROW-NOT: pmaddwd
// NARROW:     pmaddubsw
// NARROW:     pmaddubsw
// NARROW:     paddw
// NARROW:     pmaddwd
// NARROW:     paddd

// RUN: %{large} --target=x86_64-linux-gnu --cpu=x86-64-v3 --features=+avxvnni | FileCheck %s --check-prefix=VNNI
// RUN: %{small} --target=x86_64-linux-gnu --cpu=x86-64-v3 --features=+avxvnni | FileCheck %s --check-prefix=VNNI
// RUN: %{large} --target=x86_64-linux-gnu --cpu=x86-64-v4 --features=+avx512vnni | FileCheck %s --check-prefix=VNNI
// VNNI-NOT: {{pmadd|paddw}}
// VNNI:     vpdpbusd
// VNNI-NOT: {{pmadd|paddw}}

// Four products of signed bytes fit, two of each sum, whatever the weights are.
// RUN: %{large} --target=aarch64-linux-gnu --cpu=cortex-a72 | FileCheck %s --check-prefix=NEON
// RUN: %{small} --target=aarch64-linux-gnu --cpu=cortex-a72 | FileCheck %s --check-prefix=NEON
// NEON-NOT: {{s?mlal.*\.4s,}}
// NEON:     smull {{.*}}.8h,
// NEON:     smlal {{.*}}.8h,
// NEON:     sadalp {{.*}}.4s,
// NEON-NOT: {{s?mlal.*\.4s,}}

// RUN: %{large} --target=aarch64-linux-gnu --cpu=cortex-a72 --features=+dotprod | FileCheck %s --check-prefix=DOT
// RUN: %{small} --target=aarch64-linux-gnu --cpu=neoverse-n1 | FileCheck %s --check-prefix=DOT
// DOT-NOT: {{smlal|smull|sadalp}}
// DOT:     eor
// DOT:     sdot
// DOT-NOT: {{smlal|smull|sadalp}}

// Tiles of two pixels, zipped from two blocks, and two output channels; the bytes of the input keep their sign.
// DEFINE: %{other} = cnn-translate %t-other.mlir --emit=asm -o -
// RUN: %{large} --target=aarch64-linux-gnu --cpu=neoverse-v1 | FileCheck %s --check-prefixes=MATRIX,MIXED
// RUN: %{small} --target=aarch64-linux-gnu --features=+i8mm | FileCheck %s --check-prefixes=MATRIX,MIXED
// RUN: sed 's/WEIGHT/100/; s/8x8xui8/8x8xi8/' %s > %t-other.mlir
// RUN: %{other} --target=aarch64-linux-gnu --cpu=neoverse-n2 | FileCheck %s --check-prefixes=MATRIX,SIGNED
// MATRIX-NOT: {{dot|eor.*v[0-9]|smlal|smull|sadalp}}
// MATRIX:     zip1 {{.*}}.4s,
// MIXED:      {{	}}usmmla
// SIGNED:     {{	}}smmla
// MATRIX-NOT: {{dot|eor.*v[0-9]|smlal|smull|sadalp}}

// Twelve channels are no whole tiles.
// RUN: sed 's/WEIGHT/100/; s/32x8x8xui8/12x8x8xui8/; s/32x32x1x1/32x12x1x1/' %s > %t-other.mlir
// RUN: %{other} --target=aarch64-linux-gnu --cpu=neoverse-v1 | FileCheck %s --check-prefix=ROWS
// ROWS-NOT: {{mmla|[^u]sdot|eor.*v[0-9]|smlal|smull|sadalp}}
// ROWS:     {{(us|su)dot}}
// ROWS-NOT: {{mmla|[^u]sdot|eor.*v[0-9]|smlal|smull|sadalp}}

// RUN: %{large} --target=armv7-linux-gnueabihf | FileCheck %s --check-prefix=ARM
// RUN: %{large} --target=armv7-linux-gnueabihf --cpu=cortex-a9 --features=+neon | FileCheck %s --check-prefix=ARM
// ARM-NOT: vmlal.s16
// ARM:     vmull.s8
// ARM:     vmlal.s8
// ARM:     vpadal.s16
// ARM-NOT: vmlal.s16

// Two pairs of channels of a word for each of two columns and two output channels.
// RUN: %{large} --target=thumbv7em-none-eabihf --cpu=cortex-m4 | FileCheck %s --check-prefix=PAIRS
// RUN: %{large} --target=thumbv7em-none-eabihf --cpu=cortex-m7 | FileCheck %s --check-prefix=PAIRS
// RUN: %{large} --target=thumbv8.1m.main-none-eabihf --cpu=cortex-m55 | FileCheck %s --check-prefix=PAIRS
// RUN: %{large} --target=armv7-linux-gnueabihf --features=-neon | FileCheck %s --check-prefix=PAIRS
// PAIRS-NOT:      {{mla|mul}}
// PAIRS:          uxtb16
// PAIRS-COUNT-8:  smlad
// PAIRS-NOT:      {{smlad|smla}}

func.func @layer(%x: tensor<1x32x8x8xui8>) -> tensor<1x32x8x8xi32> {
  %w = arith.constant dense<WEIGHT> : tensor<32x32x1x1xi8>
  %y = cnn.conv_integer %x, %w : tensor<1x32x8x8xui8>, tensor<32x32x1x1xi8>
  return %y : tensor<1x32x8x8xi32>
}
