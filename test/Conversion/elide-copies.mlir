// RUN: cnn-opt %s --elide-copies | FileCheck %s

!part = memref<1x4x8xf32>
!box = memref<1x4x8xf32, strided<[64, 8, 1]>>
!upper = memref<1x4x8xf32, strided<[64, 8, 1], offset: 32>>
!whole = memref<1x8x8xf32>

// The second part is computed from the first: boxes that are apart.
// CHECK-LABEL: func @concatenates_in_place
// CHECK-SAME:    %[[X:.*]]: memref<1x4x8xf32>, %[[WHOLE:.*]]: memref<1x8x8xf32>
//  CHECK-DAG:    %[[LOW:.*]] = memref.subview %[[WHOLE]][0, 0, 0]
//  CHECK-DAG:    %[[HIGH:.*]] = memref.subview %[[WHOLE]][0, 4, 0]
//      CHECK:    linalg.exp ins(%[[X]] {{.*}} outs(%[[LOW]]
//      CHECK:    linalg.exp ins(%[[LOW]] {{.*}} outs(%[[HIGH]]
//  CHECK-NOT:    memref.copy
func.func @concatenates_in_place(%x: !part, %whole: !whole) {
  %a = memref.alloc() : !part
  %b = memref.alloc() : !part
  linalg.exp ins(%x : !part) outs(%a : !part)
  linalg.exp ins(%a : !part) outs(%b : !part)
  %low = memref.subview %whole[0, 0, 0] [1, 4, 8] [1, 1, 1] : !whole to !box
  memref.copy %a, %low : !part to !box
  %high = memref.subview %whole[0, 4, 0] [1, 4, 8] [1, 1, 1] : !whole to !upper
  memref.copy %b, %high : !part to !upper
  return
}

// What is copied is computed as four rows of two times four numbers.
// CHECK-LABEL: func @expands_target
// CHECK-SAME:    %[[X:.*]]: memref<1x4x2x4xf32>, %[[Y:.*]]: memref<1x4x8xf32>
//      CHECK:    %[[ROWS:.*]] = memref.expand_shape %[[Y]] {{.*}} into memref<1x4x2x4xf32>
//      CHECK:    linalg.exp ins(%[[X]] {{.*}} outs(%[[ROWS]]
//  CHECK-NOT:    memref.copy
func.func @expands_target(%x: memref<1x4x2x4xf32>, %y: !part) {
  %a = memref.alloc() : memref<1x4x2x4xf32>
  linalg.exp ins(%x : memref<1x4x2x4xf32>) outs(%a : memref<1x4x2x4xf32>)
  %flat = memref.collapse_shape %a [[0], [1], [2, 3]] : memref<1x4x2x4xf32> into !part
  memref.copy %flat, %y : !part to !part
  return
}

// The first copy is read after %a changes.
// CHECK-LABEL: func @keeps_copy_of_what_changes
//      CHECK:    memref.copy
func.func @keeps_copy_of_what_changes(%x: !part, %y: !part) {
  %a = memref.alloc() : !part
  linalg.exp ins(%x : !part) outs(%a : !part)
  memref.copy %a, %y : !part to !part
  linalg.log ins(%x : !part) outs(%a : !part)
  linalg.exp ins(%a : !part) outs(%x : !part)
  return
}

// The target holds something else until the copy.
// CHECK-LABEL: func @keeps_copy_into_used_target
//      CHECK:    memref.copy
func.func @keeps_copy_into_used_target(%x: !part, %whole: !whole, %z: !whole) {
  %a = memref.alloc() : !part
  linalg.exp ins(%x : !part) outs(%a : !part)
  linalg.exp ins(%whole : !whole) outs(%z : !whole)
  %low = memref.subview %whole[0, 0, 0] [1, 4, 8] [1, 1, 1] : !whole to !box
  memref.copy %a, %low : !part to !box
  return
}

// Nobody knows what the callee does with the buffer.
// CHECK-LABEL: func @keeps_copy_of_escaping_buffer
//      CHECK:    memref.copy
func.func private @use(!part)
func.func @keeps_copy_of_escaping_buffer(%y: !part) {
  %a = memref.alloc() : !part
  call @use(%a) : (!part) -> ()
  memref.copy %a, %y : !part to !part
  return
}
