// RUN: cnn-opt %s --copy-strided-operands | FileCheck %s

!every_other = memref<1x4x3x3xf32, strided<[72, 18, 6, 2]>>
!rows = memref<1x4x3x3xf32, strided<[144, 36, 6, 1]>>
!blocked = memref<1x1x3x3x4xf32>

// CHECK-LABEL: func @copies_columns
// CHECK-SAME:    %[[X:.*]]: memref<1x4x3x6xf32>
//      CHECK:    %[[COLUMNS:.*]] = memref.subview %[[X]]
//      CHECK:    %[[COPY:.*]] = memref.alloc() : memref<1x4x3x3xf32>
//      CHECK:    memref.copy %[[COLUMNS]], %[[COPY]]
//      CHECK:    kernel.pack ins(%[[COPY]]
func.func @copies_columns(%x: memref<1x4x3x6xf32>, %to: !blocked) {
  %columns = memref.subview %x[0, 0, 0, 0] [1, 4, 3, 3] [1, 1, 1, 2]
      : memref<1x4x3x6xf32> to !every_other
  kernel.pack ins(%columns : !every_other) outs(%to : !blocked)
  return
}

// CHECK-LABEL: func @reads_rows_where_they_are
// CHECK-NOT:     memref.copy
func.func @reads_rows_where_they_are(%x: memref<1x4x6x6xf32>, %to: !blocked) {
  %part = memref.subview %x[0, 0, 0, 0] [1, 4, 3, 3] [1, 1, 1, 1]
      : memref<1x4x6x6xf32> to !rows
  kernel.pack ins(%part : !rows) outs(%to : !blocked)
  return
}
