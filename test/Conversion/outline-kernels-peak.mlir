// RUN: cnn-opt %s --outline-kernels=describe --split-input-file | FileCheck %s

// Twice as many float16 lanes, where the processor computes in float16.
// CHECK-LABEL: func @computes_in_float16
// CHECK:         kernel = "matmul"{{.*}} peak_factor = 2.000000e+00
module attributes {cnn.target = {triple = "aarch64-linux-gnu", cpu = "cortex-a76"}} {
  func.func @computes_in_float16(%a: memref<1x256xf16>, %m: memref<256x10xf16>, %z: memref<1x10xf16>) {
    kernel.matmul ins(%a, %m : memref<1x256xf16>, memref<256x10xf16>) outs(%z : memref<1x10xf16>)
    return
  }
}

// -----

// It only stores them.
// CHECK-LABEL: func @stores_float16
// CHECK:         kernel = "matmul"{{.*}} peak_factor = 1.000000e+00
module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3"}} {
  func.func @stores_float16(%a: memref<1x256xf16>, %m: memref<256x10xf16>, %z: memref<1x10xf16>) {
    kernel.matmul ins(%a, %m : memref<1x256xf16>, memref<256x10xf16>) outs(%z : memref<1x10xf16>)
    return
  }
}
