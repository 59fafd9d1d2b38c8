// RUN: cnn-translate %s --target=x86_64-linux-gnu --emit=llvm | FileCheck %s
// RUN: cnn-translate %s --target=x86_64-linux-gnu --emit=obj,static,asm,header -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s --check-prefix=SYMBOLS
// RUN: llvm-nm %t.a | FileCheck %s --check-prefix=SYMBOLS
// RUN: FileCheck %s --check-prefix=ASM < %t.s
// RUN: cnn-translate %s --threads -o %t.o
// RUN: llvm-nm -u %t.o | FileCheck %s --check-prefix=THREADS
// RUN: cnn-translate %s --emit=shared -o %t.so && llvm-nm -D %t.so | FileCheck %s --check-prefix=SHARED

// CHECK:     @net_weights = internal constant [12 x i8] {{.*}}align 64
// CHECK:     define {{.*}}i32 @net_run(ptr {{.*}}, ptr {{.*}}, ptr {{.*}})
// CHECK:     define internal {{.*}} @net_{{.*}}(ptr noalias

// Nothing undefined, and nothing visible but the interface.
// SYMBOLS-NOT: {{ U }}
// SYMBOLS-DAG: T net_arena_size
// SYMBOLS-DAG: T net_info
// SYMBOLS-DAG: T net_run
// SYMBOLS-DAG: r net_weights
// ASM:         .globl net_run

// THREADS-DAG: GOMP_parallel
// THREADS-DAG: omp_get_num_threads
// THREADS-DAG: omp_get_thread_num
// THREADS-NOT: mem

// SHARED-DAG:  T net_run
// SHARED-NOT:  net_weights
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
