// RUN: cnn-opt %s --convert-kernel-to-loops | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// F(2x2, 3x3) on a 4x4 image without padding has one tile, which is whole and
// reads only inside the input: nothing is checked at run time.
// CHECK-LABEL: func @one_whole_tile
//   CHECK-NOT:   scf.if
//       CHECK:   scf.forall
// Input transform, products, output transform.
// CHECK-COUNT-16: vector.load {{.*}} vector<8xf32>
//       CHECK:   arith.subf
// CHECK-COUNT-16: vector.store
//       CHECK:   vector.fma
//       CHECK:   arith.cmpf olt
// CHECK-COUNT-4: vector.store
//   CHECK-NOT: kernel.
func.func @one_whole_tile(%x: memref<1x1x4x4x8xf32>, %u: memref<1x16x8x8xf32>, %y: memref<1x1x2x2x8xf32>, %scratch: memref<512xf32>) {
  kernel.winograd_conv ins(%x, %u : memref<1x1x4x4x8xf32>, memref<1x16x8x8xf32>)
    outs(%y, %scratch : memref<1x1x2x2x8xf32>, memref<512xf32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1 activation <relu>
  return
}

// With padding, elements outside the input are zero.
// CHECK-LABEL: func @pads_with_zero
//       CHECK:   arith.select {{.*}} vector<8xf32>
func.func @pads_with_zero(%x: memref<1x1x4x4x8xf32>, %u: memref<1x16x8x8xf32>, %y: memref<1x1x4x4x8xf32>, %scratch: memref<1536xf32>) {
  kernel.winograd_conv ins(%x, %u : memref<1x1x4x4x8xf32>, memref<1x16x8x8xf32>)
    outs(%y, %scratch : memref<1x1x4x4x8xf32>, memref<1536xf32>)
    tile [2, 2] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 1
  return
}

// Along a dimension with one tap nothing is transformed: 4 points, 2 outputs.
// CHECK-LABEL: func @one_dimension
// CHECK-COUNT-4: vector.load {{.*}} vector<8xf32>
func.func @one_dimension(%x: memref<1x1x2x4x8xf32>, %u: memref<1x4x8x8xf32>, %y: memref<1x1x2x2x8xf32>, %scratch: memref<128xf32>) {
  kernel.winograd_conv ins(%x, %u : memref<1x1x2x4x8xf32>, memref<1x4x8x8xf32>)
    outs(%y, %scratch : memref<1x1x2x2x8xf32>, memref<128xf32>)
    tile [1, 2] taps [1, 3] tileBlock 2 chunks 1
  return
}

// F(4, 3) has the points 0, 5/8, -5/8, 3/2, -3/2 and infinity. Tiles are asked
// for before they are read and written. The sum and the difference of the
// products of each pair of points serve all four outputs.
//   CHECK-LABEL: func @shares_sums
// CHECK-COUNT-4:   memref.prefetch {{.*}} read, locality<3>
// CHECK-COUNT-6:   vector.store
// CHECK-COUNT-4:   memref.prefetch {{.*}} write, locality<3>
//         CHECK:   %[[SUM:.*]] = arith.addf %[[A:.*]], %[[B:.*]] : vector<8xf32>
//    CHECK-NEXT:   %[[DIFFERENCE:.*]] = arith.subf %[[A]], %[[B]]
//    CHECK-NEXT:   arith.addf
//    CHECK-NEXT:   arith.subf
//         CHECK:   arith.addf {{.*}}, %[[SUM]]
//         CHECK:   arith.mulf {{.*}}, %[[DIFFERENCE]]
//         CHECK:   arith.mulf {{.*}}, %[[SUM]]
//         CHECK:   vector.fma {{.*}}, %[[DIFFERENCE]]
//     CHECK-NOT:   arith.subf
func.func @shares_sums(%x: memref<1x1x1x6x8xf32>, %u: memref<1x6x8x8xf32>, %y: memref<1x1x1x4x8xf32>, %scratch: memref<192xf32>) {
  kernel.winograd_conv ins(%x, %u : memref<1x1x1x6x8xf32>, memref<1x6x8x8xf32>)
    outs(%y, %scratch : memref<1x1x1x4x8xf32>, memref<192xf32>)
    tile [1, 4] taps [1, 3] tileBlock 1 chunks 1
  return
}

// Two chunks that share their tiles: all tiles, and then the filter blocks.
// CHECK-LABEL: func @shares_tiles
//       CHECK:   scf.forall {{.*}} in (1, 4)
//   CHECK-NOT:   vector.fma
//       CHECK:   scf.forall {{.*}} in (2)
//   CHECK-NOT:   cnn.independent
//       CHECK:   return
func.func @shares_tiles(%x: memref<1x1x4x4x8xf32>, %u: memref<2x16x8x8xf32>, %y: memref<1x2x4x4x8xf32>, %scratch: memref<2304xf32>) {
  kernel.winograd_conv ins(%x, %u : memref<1x1x4x4x8xf32>, memref<2x16x8x8xf32>)
    outs(%y, %scratch : memref<1x2x4x4x8xf32>, memref<2304xf32>)
    tile [2, 2] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 2 sharesTiles
  return
}

// Two chunks with a block of tiles each.
// CHECK-LABEL: func @splits_tiles
//       CHECK:   scf.forall {{.*}} in (2)
//   CHECK-NOT:   scf.forall
//       CHECK:   return
func.func @splits_tiles(%x: memref<1x1x4x8x8xf32>, %u: memref<1x16x8x8xf32>, %y: memref<1x1x4x8x8xf32>, %scratch: memref<3072xf32>) {
  kernel.winograd_conv ins(%x, %u : memref<1x1x4x8x8xf32>, memref<1x16x8x8xf32>)
    outs(%y, %scratch : memref<1x1x4x8x8xf32>, memref<3072xf32>)
    tile [2, 2] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 2
  return
}

}
