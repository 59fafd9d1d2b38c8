// RUN: cnn-opt %s --convert-kernel-to-loops --canonicalize | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "haswell", features = ""}} {

// One row: 4 vectors of 8 columns, and four sets of sums for every fourth k. Of
// the second panel 12 columns exist: 8 and 4 are stored.
// CHECK-LABEL: func @row
// CHECK-NOT: kernel.
// CHECK: scf.for {{.*}} to %c64 step %c4
// CHECK-COUNT-16: vector.fma
// CHECK-COUNT-4: vector.store
// CHECK: scf.for
// CHECK-COUNT-16: vector.fma
// CHECK: vector.store {{.*}} vector<8xf32>
// CHECK: vector.extract_strided_slice {{.*}} sizes = [4]
// CHECK: vector.store {{.*}} vector<4xf32>
func.func @row(%a: memref<1x64xf32>, %b: memref<2x64x32xf32>, %y: memref<1x44xf32>) {
  kernel.matmul ins(%a, %b : memref<1x64xf32>, memref<2x64x32xf32>) outs(%y : memref<1x44xf32>) packed
  return
}

// Without packing the end of a row takes narrower vectors.
// CHECK-LABEL: func @plain
// CHECK: vector.load {{.*}} vector<8xf32>
// CHECK: vector.load {{.*}} vector<2xf32>
func.func @plain(%a: memref<4x3xf32>, %b: memref<3x10xf32>, %y: memref<4x10xf32>) {
  kernel.matmul ins(%a, %b : memref<4x3xf32>, memref<3x10xf32>) outs(%y : memref<4x10xf32>)
  return
}
}
