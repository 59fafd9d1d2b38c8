// RUN: cnn-translate %s --emit=header | FileCheck %s
// RUN: cnn-translate %s --emit=header -o %t.h
// RUN: %cc -std=c99 -Wall -Werror -pedantic -fsyntax-only -x c %t.h
// RUN: %cc -std=c++17 -Wall -Werror -pedantic -fsyntax-only -x c++ %t.h

// A static arena, in every language.
// RUN: echo 'NET_DEFINE_ARENA(arena); unsigned long get(void) { return (unsigned long)arena % NET_ARENA_ALIGNMENT; }' > %t.c
// RUN: %cc -std=c99 -Wall -Werror -fsyntax-only -x c -include %t.h %t.c
// RUN: %cc -std=c11 -Wall -Werror -pedantic -fsyntax-only -x c -include %t.h %t.c
// RUN: %cc -std=c++17 -Wall -Werror -pedantic -fsyntax-only -x c++ -include %t.h %t.c

// CHECK:      The object calls no function of any library.
// CHECK:      #ifndef NET_H
// CHECK:      #define NET_INPUT_COUNT 1
// CHECK:      #define NET_INPUT_0_NAME "a \"b\"\012"
// CHECK:      #define NET_INPUT_0_TYPE float
// CHECK:      #define NET_INPUT_0_SHAPE {-1, 3}
// CHECK-NEXT: #define NET_INPUT_0_ELEMENTS 3
// CHECK-NEXT: #define NET_INPUT_0_BYTES 12
// CHECK:      #define NET_OUTPUT_0_NAME "output0"
// CHECK:      #define NET_ARENA_SIZE 0
// CHECK:      #define NET_DEFINE_ARENA(arena)
// CHECK:      int net_run(const void *const *inputs, void *const *outputs, void *arena, int64_t batch);
// CHECK:      size_t net_arena_size(void);
// CHECK:      const char *net_info(void);
func.func @net(%x: tensor<1x3xf32>) -> tensor<1x3xf32> attributes {
    cnn.dynamic_batch,
    cnn.inputs = [{name = "a \22b\22\0A", type = tensor<?x3xf32>}],
    cnn.outputs = [{name = "output0", type = tensor<?x3xf32>}]} {
  %empty = tensor.empty() : tensor<1x3xf32>
  %0 = linalg.copy ins(%x : tensor<1x3xf32>) outs(%empty : tensor<1x3xf32>) -> tensor<1x3xf32>
  return %0 : tensor<1x3xf32>
}
