// Code for several processors in one object: the interface is one, and what stands behind it is several.

// RUN: cnn-translate %s --target=x86_64-linux-gnu --cpu=x86-64-v2,x86-64-v4,x86-64-v3 --emit=obj,shared,header,llvm,asm -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s --check-prefix=SYMBOLS
// RUN: llvm-nm -D %t.so | FileCheck %s --check-prefix=SHARED
// RUN: FileCheck %s --check-prefix=HEADER < %t.h
// RUN: FileCheck %s < %t.ll
// RUN: %cc -std=c99 -Wall -Werror -pedantic -fsyntax-only -x c %t.h

// SYMBOLS-NOT: {{ U }}
// SYMBOLS-DAG: T net_arena_size
// SYMBOLS-DAG: T net_info
// SYMBOLS-DAG: T net_run
// SYMBOLS-DAG: t net_x86_64_v2_run
// SYMBOLS-DAG: t net_x86_64_v3_run
// SYMBOLS-DAG: t net_x86_64_v4_run
// SYMBOLS-NOT: {{ T net_x86}}

// SHARED-NOT: x86_64

// HEADER: a network compiled by cnnc for x86_64-unknown-linux-gnu, x86-64-v4 or x86-64-v3 or x86-64-v2.
// HEADER: #define NET_UNSUPPORTED_PROCESSOR 3
// HEADER: Runs the network and returns 0, or NET_UNSUPPORTED_PROCESSOR.

// The best is asked for first.
// CHECK:     define {{.*}}i32 @net_run(
// CHECK:     switch i32
// CHECK-DAG: i32 0, label %[[V4:.+]]
// CHECK-DAG: i32 2, label %[[V2:.+]]
// CHECK:     [[V4]]:
// CHECK-NEXT: call i32 @net_x86_64_v4_run
// CHECK:     [[V2]]:
// CHECK-NEXT: call i32 @net_x86_64_v2_run
// CHECK:     i32 3

// On ARM it is Linux that knows, and a function of the C library that asks it.
// RUN: cnn-translate %s --target=aarch64-linux-gnu --cpu=cortex-a72,cortex-a76 -o %t.o
// RUN: llvm-nm -u %t.o | FileCheck %s --check-prefix=ARM
// ARM:     getauxval
// ARM-NOT: {{.}}
// RUN: cnn-translate %s --target=aarch64-linux-gnu --cpu=cortex-a72,cortex-a76 --emit=header | FileCheck %s --check-prefix=CALLS
// CALLS:   of the libraries of the C compiler: getauxval.

// RUN: not cnn-translate %s --target=aarch64-linux-gnu --cpu=cortex-a53,cortex-a72 2>&1 | FileCheck %s --check-prefix=SAME
// SAME: error: code for 'cortex-a72' would never run: a processor that can run it runs that for 'cortex-a53'; leave one of them out
// RUN: not cnn-translate %s --target=armv7-linux-gnueabihf --cpu=cortex-a7,cortex-a9 2>&1 | FileCheck %s --check-prefix=MACHINE
// MACHINE: error: a library for several processors can be made for x86-64 and for AArch64 with Linux, not for armv7-unknown-linux-gnueabihf: expected one --cpu
// RUN: not cnn-translate %s --target=x86_64-linux-gnu --cpu=x86-64-v3,diamondrapids 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: a program cannot find out whether a processor has all that 'diamondrapids' has
// RUN: not cnn-translate %s --target=x86_64-linux-gnu --cpu=x86-64-v3,x86-64-v4 --emit=mlir 2>&1 | FileCheck %s --check-prefix=MLIR
// MLIR: error: --emit=mlir and --emit=onnx expect one --cpu; several are for what is compiled
#map = affine_map<(i) -> (i)>
func.func @net(%x: tensor<3xf32>) -> tensor<3xf32> {
  %weight = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %empty = tensor.empty() : tensor<3xf32>
  %0 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel"]}
      ins(%x, %weight : tensor<3xf32>, tensor<3xf32>) outs(%empty : tensor<3xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %1 = arith.mulf %a, %b : f32
    linalg.yield %1 : f32
  } -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
