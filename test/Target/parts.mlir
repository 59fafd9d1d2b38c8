// Kernels are compiled in parts, on as many processors as there are. The object is the same for any number of processors, and only what callers
// use is global.

// RUN: cnn-translate %examples/lenet-mnist/lenet.onnx --emit=obj -o %t.o
// RUN: taskset 1 cnn-translate %examples/lenet-mnist/lenet.onnx --emit=obj -o %t.one.o
// RUN: cmp %t.o %t.one.o
// RUN: llvm-nm --extern-only --defined-only %t.o | FileCheck %s --check-prefix=GLOBAL --implicit-check-not=lenet
// RUN: llvm-nm --defined-only %t.o | FileCheck %s --check-prefix=ALL

// GLOBAL-DAG: T lenet_arena_size
// GLOBAL-DAG: T lenet_info
// GLOBAL-DAG: T lenet_run

// ALL-DAG: t lenet_direct_conv_0
// ALL-DAG: t lenet_pool_1
// ALL-DAG: t lenet_matmul_{{.*}}
