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

// Weights in fewer bits are widened behind their loads; the scales of 4 vectors
// of columns are loaded once.
// CHECK-LABEL: func @stored
// CHECK-COUNT-4: vector.load {{.*}} vector<8xf32>
// CHECK: scf.for
// CHECK: %[[N:.*]] = vector.load {{.*}} : memref<2048xi8, {{.*}}>, vector<8xi8>
// CHECK: %[[F:.*]] = arith.sitofp %[[N]] : vector<8xi8> to vector<8xf32>
// CHECK: %[[W:.*]] = arith.mulf %[[F]], %{{.*}} : vector<8xf32>
// CHECK: vector.fma %{{.*}}, %[[W]]
// CHECK: vector.load {{.*}} vector<8xf16>
// CHECK: %[[W:.*]] = arith.extf {{.*}} : vector<8xf16> to vector<8xf32>
// CHECK: vector.fma %{{.*}}, %[[W]]
func.func @stored(%a: memref<1x64xf32>, %b: memref<1x64x32xi8>, %s: memref<32xf32>, %c: memref<1x64x32xf16>,
                  %y: memref<1x32xf32>, %z: memref<1x32xf32>) {
  kernel.matmul ins(%a, %b : memref<1x64xf32>, memref<1x64x32xi8>) scale(%s : memref<32xf32>)
    outs(%y : memref<1x32xf32>) packed
  kernel.matmul ins(%a, %c : memref<1x64xf32>, memref<1x64x32xf16>) outs(%z : memref<1x32xf32>) packed
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

// 16 rows are tiles of 6, 5 and 5, which would each read a panel of 192 KB. It
// is cut into 10 slabs of 312 k: the first starts from zero, the others from what
// the output holds, and bias and function follow the last. Each step of a tile
// fetches a part of the next slab.
// CHECK-LABEL: func @slabs
// CHECK: scf.forall {{.*}} in (4)
// CHECK: scf.for {{.*}} to %c10 step %c1
// CHECK: scf.if
// CHECK-NEXT: scf.yield %cst
// CHECK: } else {
// CHECK: vector.load
// CHECK: scf.for
// CHECK: memref.prefetch
// CHECK-COUNT-12: vector.fma
// CHECK: scf.if
// CHECK: arith.addf
// CHECK: arith.select
// CHECK: } else {
// CHECK: vector.store
func.func @slabs(%a: memref<16x3072xf32>, %b: memref<4x3072x16xf32>, %bias: memref<64xf32>, %y: memref<16x64xf32>) {
  kernel.matmul ins(%a, %b : memref<16x3072xf32>, memref<4x3072x16xf32>) bias(%bias : memref<64xf32>)
    outs(%y : memref<16x64xf32>) packed activation <relu>
  return
}

// All rows are one tile, which reads the panel once and fetches what follows.
// CHECK-LABEL: func @one_tile
// CHECK-NOT: scf.if
// CHECK: memref.prefetch
// CHECK-COUNT-12: vector.fma
// CHECK-NOT: vector.fma
// CHECK: return
func.func @one_tile(%a: memref<6x3072xf32>, %b: memref<4x3072x16xf32>, %y: memref<6x64xf32>) {
  kernel.matmul ins(%a, %b : memref<6x3072xf32>, memref<4x3072x16xf32>) outs(%y : memref<6x64xf32>) packed
  return
}

// A panel of 48 KB stays near the tiles, which are what threads share.
// CHECK-LABEL: func @small_panel
// CHECK: scf.forall {{.*}} in (4, 2)
// CHECK-NOT: scf.if
// CHECK: return
func.func @small_panel(%a: memref<12x768xf32>, %b: memref<4x768x16xf32>, %y: memref<12x64xf32>) {
  kernel.matmul ins(%a, %b : memref<12x768xf32>, memref<4x768x16xf32>) outs(%y : memref<12x64xf32>) packed
  return
}
}
