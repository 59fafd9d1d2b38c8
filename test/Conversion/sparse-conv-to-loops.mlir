// RUN: cnn-opt %s --convert-kernel-to-loops | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// 49 pixels are 7 vectors: tiles of 4 and of 3, whose last has one pixel. A tile is
// transposed, a block of 8 x 8 at a time, and so are its results.
// CHECK-LABEL: func @tiles
//       CHECK: scf.forall (%{{.*}}) in (1)
//       CHECK:   scf.for
// CHECK-COUNT-8:   vector.load {{.*}} vector<8xf32>
// CHECK-COUNT-24:  vector.shuffle
// CHECK-COUNT-8:   vector.store {{.*}} memref<512xf32
// Four sums of a channel, from its bias on.
//       CHECK:   vector.broadcast %{{.*}} : f32 to vector<8xf32>
//       CHECK:   scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
//       CHECK:     arith.index_castui %{{.*}} : i16 to index
// CHECK-COUNT-4:   vector.fma
//       CHECK:     scf.yield
// CHECK-COUNT-4:   arith.cmpf olt
// CHECK-COUNT-24:  vector.shuffle
// CHECK-COUNT-8:   vector.store {{.*}} memref<392xf32
//       CHECK:   scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>, vector<8xf32>)
// One pixel is left.
// CHECK-COUNT-9:   vector.store {{.*}} memref<392xf32
//   CHECK-NOT:   vector.store
//   CHECK-NOT: kernel.
func.func @tiles(%x: memref<1x1x7x7x8xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<9xi32>, %b: memref<8xf32>, %y: memref<1x1x7x7x8xf32>, %scratch: memref<512xf32>) {
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x1x7x7x8xf32>, memref<3xf32>, memref<3xi16>, memref<9xi32>)
    bias(%b : memref<8xf32>) outs(%y, %scratch : memref<1x1x7x7x8xf32>, memref<512xf32>) tile 32 chunks 1 activation <relu>
  return
}

// A residual is added to blocks, and the function comes after it.
// CHECK-LABEL: func @adds_residual
//       CHECK: vector.fma
//   CHECK-NOT: arith.cmpf
//       CHECK: vector.shuffle
//       CHECK: arith.addf {{.*}} vector<8xf32>
//       CHECK: arith.cmpf olt
func.func @adds_residual(%x: memref<1x1x4x4x8xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<9xi32>, %y: memref<1x1x4x4x8xf32>, %scratch: memref<256xf32>) {
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x1x4x4x8xf32>, memref<3xf32>, memref<3xi16>, memref<9xi32>)
    residual(%x : memref<1x1x4x4x8xf32>) outs(%y, %scratch : memref<1x1x4x4x8xf32>, memref<256xf32>) tile 16 chunks 1 activation <relu>
  return
}

// All tiles are transposed before chunks share them.
// CHECK-LABEL: func @shares_tiles
//       CHECK: scf.forall (%{{.*}}, %{{.*}}) in (1, 2)
//   CHECK-NOT:   vector.fma
//       CHECK: scf.forall (%{{.*}}) in (4)
//       CHECK:   vector.fma
func.func @shares_tiles(%x: memref<1x2x4x4x8xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<17xi32>, %y: memref<1x2x4x4x8xf32>, %scratch: memref<768xf32>) {
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x2x4x4x8xf32>, memref<3xf32>, memref<3xi16>, memref<17xi32>)
    outs(%y, %scratch : memref<1x2x4x4x8xf32>, memref<768xf32>) tile 16 chunks 4 sharesTiles
  return
}

// Rows with gaps between them are tiles of their own, and chunks are as many as
// there is memory for: that of one tile.
// CHECK-LABEL: func @rows_with_gaps
//       CHECK: scf.forall (%{{.*}}) in (1)
//       CHECK:   vector.fma
//   CHECK-NOT: scf.forall
func.func @rows_with_gaps(%x: memref<1x1x4x4x8xf32, strided<[256, 256, 64, 8, 1]>>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<9xi32>, %y: memref<1x1x4x4x8xf32>, %scratch: memref<384xf32>) {
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x1x4x4x8xf32, strided<[256, 256, 64, 8, 1]>>, memref<3xf32>, memref<3xi16>, memref<9xi32>)
    outs(%y, %scratch : memref<1x1x4x4x8xf32>, memref<384xf32>) tile 16 chunks 2 sharesTiles
  return
}
}
