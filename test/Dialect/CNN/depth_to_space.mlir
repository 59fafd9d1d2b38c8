// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @depth_column_row
//       CHECK:   cnn.depth_to_space <depth_column_row> %{{.*}} block 2 : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x2x8x8xf32>
func.func @depth_column_row(%x: tensor<?x8x4x4xf32>) -> tensor<?x2x8x8xf32> {
  %0 = cnn.depth_to_space <depth_column_row> %x block 2 : tensor<?x8x4x4xf32>
  return %0 : tensor<?x2x8x8xf32>
}

// CHECK-LABEL: func @column_row_depth
//       CHECK:   cnn.depth_to_space <column_row_depth> %{{.*}} block 2 : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x2x8x8xf32>
func.func @column_row_depth(%x: tensor<?x8x4x4xf32>) -> tensor<?x2x8x8xf32> {
  %0 = cnn.depth_to_space <column_row_depth> %x block 2 : tensor<?x8x4x4xf32>
  return %0 : tensor<?x2x8x8xf32>
}
