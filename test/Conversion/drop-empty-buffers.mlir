// RUN: cnn-opt %s --drop-empty-buffers | FileCheck %s

// A sum of nothing keeps its initial value, and nothing is copied.
// CHECK-LABEL: func @nothing
//  CHECK-SAME:   (%{{.*}}: memref<0xi8>, %[[SUM:.*]]: memref<3xf32>, %{{.*}}: memref<0xi8>)
//  CHECK-NEXT:   %[[ZERO:.*]] = arith.constant
//  CHECK-NEXT:   linalg.fill ins(%[[ZERO]] : f32) outs(%[[SUM]] : memref<3xf32>)
//  CHECK-NEXT:   return
func.func @nothing(%x: memref<0x3xf32>, %sum: memref<3xf32>, %y: memref<0x3xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%sum : memref<3xf32>)
  linalg.reduce { arith.addf } ins(%x : memref<0x3xf32>) outs(%sum : memref<3xf32>) dimensions = [0]
  memref.copy %x, %y : memref<0x3xf32> to memref<0x3xf32>
  return
}
