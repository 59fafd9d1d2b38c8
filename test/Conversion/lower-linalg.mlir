// RUN: cnn-opt %s --lower-linalg | FileCheck %s

#rows = affine_map<(i, j) -> (i, j)>
#sums = affine_map<(i, j) -> (i)>
#columns = affine_map<(i, j) -> (j)>

// Enough work to share: the outer loop is parallel, the inner one left to the
// vectoriser.
// CHECK-LABEL: func @shares_rows
// CHECK:         scf.forall (%[[I:.*]]) in (64)
// CHECK:           scf.for %[[J:.*]] =
// CHECK:             memref.load %{{.*}}[%[[I]], %[[J]]]
// CHECK:             arith.negf
// CHECK:             memref.store
func.func @shares_rows(%x: memref<64x256xf32>, %y: memref<64x256xf32>) {
  linalg.generic {indexing_maps = [#rows, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<64x256xf32>) outs(%y : memref<64x256xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.negf %in : f32
    linalg.yield %0 : f32
  }
  return
}

// CHECK-LABEL: func @too_small_to_share
// CHECK-NOT:     scf.forall
func.func @too_small_to_share(%x: memref<4x4xf32>, %y: memref<4x4xf32>) {
  memref.copy %x, %y : memref<4x4xf32> to memref<4x4xf32>
  return
}

// The sum along the inner loop may be reordered.
// CHECK-LABEL: func @sums_rows
// CHECK:         arith.addf {{.*}} fastmath<reassoc>
func.func @sums_rows(%x: memref<4x16xf32>, %y: memref<4xf32>) {
  linalg.generic {indexing_maps = [#rows, #sums], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<4x16xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  }
  return
}

// The sum along the outer loop has the output's columns innermost, and nothing
// to reorder.
// CHECK-LABEL: func @sums_columns
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %c4
// CHECK:           scf.for %[[J:.*]] = %{{.*}} to %c16
// CHECK:             arith.addf %{{.*}}, %{{.*}} : f32
func.func @sums_columns(%x: memref<4x16xf32>, %y: memref<16xf32>) {
  linalg.generic {indexing_maps = [#rows, #columns], iterator_types = ["reduction", "parallel"]}
      ins(%x : memref<4x16xf32>) outs(%y : memref<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  }
  return
}
