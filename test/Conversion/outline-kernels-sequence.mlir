// RUN: cnn-opt %s --outline-kernels --canonicalize | FileCheck %s

// A kernel returns nothing, so the store of the sum belongs to the kernel that computes it; the
// view between them comes before.
// CHECK-LABEL: func.func @net
//  CHECK-SAME:   (%[[X:.*]]: memref<4xf32>, %[[Y:.*]]: memref<2x2xf32>)
//  CHECK-NEXT:   %[[FLAT:.*]] = memref.collapse_shape %[[Y]]
//  CHECK-NEXT:   call @net_execute_region_0(%[[X]], %[[FLAT]])
//  CHECK-NEXT:   return
func.func @net(%x: memref<4xf32>, %y: memref<2x2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %sum = scf.for %i = %c0 to %c4 step %c1 iter_args(%before = %zero) -> (f32) {
    %element = memref.load %x[%i] : memref<4xf32>
    %next = arith.addf %before, %element : f32
    memref.store %zero, %x[%i] : memref<4xf32>
    scf.yield %next : f32
  }
  %flat = memref.collapse_shape %y [[0, 1]] : memref<2x2xf32> into memref<4xf32>
  memref.store %sum, %flat[%c0] : memref<4xf32>
  return
}

// CHECK-LABEL: func.func private @net_execute_region_0
//       CHECK:   %[[SUM:.*]] = scf.for
//       CHECK:   memref.store %[[SUM]]
