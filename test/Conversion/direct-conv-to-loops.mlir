// RUN: cnn-opt %s --convert-kernel-to-loops --canonicalize | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "haswell", features = ""}} {

// Of 16 registers 12 hold 12 columns of one block: the 2 x 6 pixels, seen as one
// row, are one tile. A body takes one input lane.
// CHECK-LABEL: func @pointwise
// CHECK-NOT: kernel.
// CHECK: scf.for {{.*}} to %c2 step %c1
// CHECK: scf.for {{.*}} to %c8 step %c1
// CHECK-COUNT-12: vector.fma
// CHECK-NOT: vector.fma
// CHECK: vector.load {{.*}} vector<8xf32>
// CHECK: arith.addf
// CHECK: arith.select
// CHECK: vector.store
func.func @pointwise(%x: memref<1x2x2x6x8xf32>, %filter: memref<1x2x1x1x8x8xf32>, %bias: memref<8xf32>,
                     %residual: memref<1x1x2x6x8xf32>, %y: memref<1x1x2x6x8xf32>) {
  kernel.direct_conv ins(%x, %filter : memref<1x2x2x6x8xf32>, memref<1x2x1x1x8x8xf32>) bias(%bias : memref<8xf32>)
    residual(%residual : memref<1x1x2x6x8xf32>) outs(%y : memref<1x1x2x6x8xf32>) activation <relu>
  return
}

// Two blocks of 6 columns fill a row of 12. In the left tile the first column
// misses the first tap, in the right one the last column the last: each tap is a
// loop with its own columns, 5 * 2 + 6 * 2 + 6 * 2 products. Both filter blocks
// stay in the second cache, and pass by one row after the other.
// CHECK-LABEL: func @borders
// CHECK: scf.forall {{.*}} in (7, 2)
// CHECK: arith.maxsi
// CHECK: arith.minsi
// CHECK-COUNT-34: vector.fma
// CHECK: vector.store
// CHECK-COUNT-34: vector.fma
// CHECK-NOT: vector.fma
// CHECK: return
func.func @borders(%x: memref<1x1x7x12x8xf32>, %filter: memref<2x1x3x3x8x16xf32>, %y: memref<1x4x7x12x8xf32>) {
  kernel.direct_conv ins(%x, %filter : memref<1x1x7x12x8xf32>, memref<2x1x3x3x8x16xf32>)
    outs(%y : memref<1x4x7x12x8xf32>) pads [1, 1, 1, 1]
  return
}

// Two output blocks of 64 input blocks are 295 KB, more than half of the second
// cache. The first takes slabs of 4 input blocks, 18 KB. Sums start from the
// bias, or from what the output holds; each of
// 5 tiles fetches a part of what follows.
// CHECK-LABEL: func @slabs
// CHECK: scf.forall {{.*}} in (8)
// CHECK: scf.for {{.*}} to %c16 step %c1
// CHECK: scf.for
// CHECK: scf.if
// CHECK: vector.load %{{.*}} memref<16x
// CHECK: } else {
// CHECK: vector.load
// CHECK: scf.for {{.*}} to %c4 step %c1
// CHECK: memref.prefetch
// CHECK: vector.fma
// CHECK: scf.if
// CHECK: arith.select
func.func @slabs(%x: memref<1x64x40x6x8xf32>, %filter: memref<1x64x3x3x8x16xf32>, %bias: memref<16xf32>,
                 %y: memref<1x2x40x6x8xf32>) {
  kernel.direct_conv ins(%x, %filter : memref<1x64x40x6x8xf32>, memref<1x64x3x3x8x16xf32>) bias(%bias : memref<16xf32>)
    outs(%y : memref<1x2x40x6x8xf32>) pads [1, 1, 1, 1] activation <relu>
  return
}

// A filter block of 111 KB is less than half of the second cache, but few tiles
// read each slab once.
// CHECK-LABEL: func @slabs_of_small_image
// CHECK: scf.forall {{.*}} in (8)
// CHECK: scf.for {{.*}} to %c6 step %c1
// CHECK: scf.if
// CHECK: memref.prefetch
// CHECK: return
func.func @slabs_of_small_image(%x: memref<1x24x4x6x8xf32>, %filter: memref<8x24x3x3x8x16xf32>, %y: memref<1x16x4x6x8xf32>) {
  kernel.direct_conv ins(%x, %filter : memref<1x24x4x6x8xf32>, memref<8x24x3x3x8x16xf32>)
    outs(%y : memref<1x16x4x6x8xf32>) pads [1, 1, 1, 1]
  return
}

// A single tile reads each filter block once in any case and keeps its sums.
// CHECK-LABEL: func @no_slabs_of_one_tile
// CHECK-NOT: scf.if
// CHECK: return
func.func @no_slabs_of_one_tile(%x: memref<1x24x1x4x8xf32>, %filter: memref<8x24x3x3x8x16xf32>, %y: memref<1x16x1x4x8xf32>) {
  kernel.direct_conv ins(%x, %filter : memref<1x24x1x4x8xf32>, memref<8x24x3x3x8x16xf32>)
    outs(%y : memref<1x16x1x4x8xf32>) pads [1, 1, 1, 1]
  return
}

// Three output blocks, two at a time: the last filter block has loops of its own.
// CHECK-LABEL: func @odd_blocks
// CHECK: scf.for {{.*}} to %c8 step %c4
// CHECK-COUNT-16: vector.fma
// CHECK-COUNT-4: vector.store
// CHECK-COUNT-16: vector.fma
// CHECK-COUNT-2: vector.store
// CHECK-NOT: vector.store
// CHECK: return
func.func @odd_blocks(%x: memref<1x1x1x2x8xf32>, %filter: memref<2x1x1x1x8x16xf32>, %y: memref<1x3x1x2x8xf32>) {
  kernel.direct_conv ins(%x, %filter : memref<1x1x1x2x8xf32>, memref<2x1x1x1x8x16xf32>)
    outs(%y : memref<1x3x1x2x8xf32>)
  return
}
}
