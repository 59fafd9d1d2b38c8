// RUN: cnn-opt %s --separate-results | FileCheck %s

// CHECK-LABEL: func @copies_a_repeated_result
//      CHECK:    %[[A:.*]] = memref.alloc
//      CHECK:    %[[B:.*]] = memref.alloc
//      CHECK:    memref.copy %[[A]], %[[B]]
//      CHECK:    return %[[A]], %[[B]]
func.func @copies_a_repeated_result() -> (memref<4xf32>, memref<4xf32>) {
  %a = memref.alloc() : memref<4xf32>
  return %a, %a : memref<4xf32>, memref<4xf32>
}

// CHECK-LABEL: func @copies_another_view
//      CHECK:    memref.copy %{{.*}} : memref<4xf32> to memref<4xf32>
func.func @copies_another_view() -> (memref<2x2xf32>, memref<4xf32>) {
  %a = memref.alloc() : memref<2x2xf32>
  %flat = memref.collapse_shape %a [[0, 1]] : memref<2x2xf32> into memref<4xf32>
  return %a, %flat : memref<2x2xf32>, memref<4xf32>
}

// CHECK-LABEL: func @leaves_different_results
//  CHECK-NOT:    memref.copy
func.func @leaves_different_results() -> (memref<4xf32>, memref<4xf32>) {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  return %a, %b : memref<4xf32>, memref<4xf32>
}
