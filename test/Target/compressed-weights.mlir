// Compressed weights are decoded by a function of the object, which needs nothing for it, on any machine.

// RUN: cnn-translate %s --weights-format=compressed --emit=header | FileCheck %s --check-prefix=HEADER
// RUN: cnn-translate %s --weights-format=compressed --emit=header -o %t.h
// RUN: %cc -std=c99 -Wall -Werror -pedantic -fsyntax-only -x c %t.h
// RUN: %cc -std=c++17 -Wall -Werror -pedantic -fsyntax-only -x c++ %t.h
// RUN: cnn-translate %s --weights-format=compressed -o %t.o && llvm-nm %t.o | FileCheck %s --check-prefix=SYMBOLS
// RUN: cnn-translate %s --weights-format=compressed --target=aarch64-linux-gnu -o %t.o && llvm-nm %t.o | FileCheck %s --check-prefix=SYMBOLS
// RUN: cnn-translate %s --weights-format=compressed --target=armv7-linux-gnueabihf -o %t.o && llvm-nm %t.o | FileCheck %s --check-prefix=SYMBOLS

// Without the option nothing of it is there:
// RUN: cnn-translate %s --emit=header | FileCheck %s --check-prefix=PLAIN
// RUN: cnn-translate %s --weights-format=plain -o %t.o && llvm-nm %t.o | FileCheck %s --check-prefix=PLAIN
// RUN: not cnn-translate %s --weights-format=zip 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// 64 bytes, and then 5 tables of 4096 and one of 4096 bytes that the decoder works with.
// HEADER:     #define NET_WEIGHTS_SIZE 24640
// HEADER:     #define NET_WEIGHTS_ALIGNMENT 64
// HEADER:     #define NET_WEIGHTS_OK 0
// HEADER:     #define NET_WEIGHTS_UNKNOWN 1
// HEADER:     #define NET_WEIGHTS_DAMAGED 2
// HEADER:     int net_load_weights(void *weights);
// HEADER:     size_t net_weights_size(void);
// HEADER:     int net_run(const void *const *inputs, void *const *outputs, void *arena, const void *weights, int64_t batch);

// SYMBOLS-NOT: {{ U }}
// SYMBOLS-DAG: T net_load_weights
// SYMBOLS-DAG: T net_run
// SYMBOLS-DAG: T net_weights_size
// SYMBOLS-NOT: cnnc

// PLAIN-NOT:   {{load|decode|WEIGHTS|weights_}}

// UNKNOWN:     Cannot find option named 'zip'
#map = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
func.func @net(%x: tensor<1x16xf32>) -> tensor<1x16xf32> attributes {
    cnn.dynamic_batch,
    cnn.inputs = [{name = "x", type = tensor<?x16xf32>}],
    cnn.outputs = [{name = "y", type = tensor<?x16xf32>}]} {
  %weight = arith.constant dense<[1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0]> : tensor<16xf32>
  %empty = tensor.empty() : tensor<1x16xf32>
  %0 = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]}
      ins(%x, %weight : tensor<1x16xf32>, tensor<16xf32>) outs(%empty : tensor<1x16xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %1 = arith.mulf %a, %b : f32
    linalg.yield %1 : f32
  } -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}
