// RUN: cnn-opt %s --simplify | FileCheck %s

// CHECK-LABEL: func @cancels_transposes
//  CHECK-SAME:   %[[X:.*]]: tensor<1x2x3x4xf32>
//  CHECK-NEXT:   %[[A:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00]], {{\[\[}}2.000000e+00]]]]> : tensor<1x2x1x1xf32>
//  CHECK-NEXT:   %[[B:.*]] = cnn.binary <mul> %[[X]], %[[A]]
//  CHECK-NEXT:   %[[Y:.*]] = cnn.unary <relu> %[[B]]
//  CHECK-NEXT:   return %[[Y]]
func.func @cancels_transposes(%x: tensor<1x2x3x4xf32>) -> tensor<1x2x3x4xf32> {
  %c = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = cnn.transpose %x permutation [0, 2, 3, 1] : tensor<1x2x3x4xf32>
  %1 = cnn.binary <mul> %0, %c : tensor<1x3x4x2xf32>, tensor<2xf32>
  %2 = cnn.unary <relu> %1 : tensor<1x3x4x2xf32>
  %3 = cnn.transpose %2 permutation [0, 3, 1, 2] : tensor<1x3x4x2xf32>
  return %3 : tensor<1x2x3x4xf32>
}

// CHECK-LABEL: func @joins_transposes
//       CHECK:   %[[A:.*]] = cnn.binary <add> %arg0, %arg1
//  CHECK-NEXT:   cnn.transpose %[[A]] permutation [1, 0]
func.func @joins_transposes(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<3x2xf32> {
  %0 = cnn.transpose %x permutation [1, 0] : tensor<2x3xf32>
  %1 = cnn.transpose %y permutation [1, 0] : tensor<2x3xf32>
  %2 = cnn.binary <add> %0, %1 : tensor<3x2xf32>, tensor<3x2xf32>
  return %2 : tensor<3x2xf32>
}

// CHECK-LABEL: func @keeps_shared_transpose
//       CHECK:   cnn.transpose
//  CHECK-NEXT:   cnn.unary
func.func @keeps_shared_transpose(%x: tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<2x3xf32>) {
  %0 = cnn.transpose %x permutation [1, 0] : tensor<2x3xf32>
  %1 = cnn.unary <relu> %0 : tensor<3x2xf32>
  %2 = cnn.transpose %1 permutation [1, 0] : tensor<3x2xf32>
  return %0, %2 : tensor<3x2xf32>, tensor<2x3xf32>
}

// The pixel shuffle of ESPCN.
// CHECK-LABEL: func @forms_column_row_depth
//  CHECK-NEXT:   %[[Y:.*]] = cnn.depth_to_space <column_row_depth> %{{.*}} block 3 : tensor<?x9x4x5xf32>
//  CHECK-NEXT:   return %[[Y]]
func.func @forms_column_row_depth(%x: tensor<?x9x4x5xf32>) -> tensor<?x1x12x15xf32> {
  %0 = cnn.reshape %x to [-1, 1, 3, 3, 4, 5] : tensor<?x9x4x5xf32>
  %1 = cnn.transpose %0 permutation [0, 1, 4, 2, 5, 3] : tensor<?x1x3x3x4x5xf32>
  %2 = cnn.reshape %1 to [-1, 1, 12, 15] : tensor<?x1x4x3x5x3xf32>
  return %2 : tensor<?x1x12x15xf32>
}

// CHECK-LABEL: func @forms_depth_column_row
//  CHECK-NEXT:   cnn.depth_to_space <depth_column_row> %{{.*}} block 2
func.func @forms_depth_column_row(%x: tensor<1x8x4x5xf32>) -> tensor<1x2x8x10xf32> {
  %0 = cnn.reshape %x to [1, 2, 2, 2, 4, 5] : tensor<1x8x4x5xf32>
  %1 = cnn.transpose %0 permutation [0, 3, 4, 1, 5, 2] : tensor<1x2x2x2x4x5xf32>
  %2 = cnn.reshape %1 to [1, 2, 8, 10] : tensor<1x2x4x2x5x2xf32>
  return %2 : tensor<1x2x8x10xf32>
}

// CHECK-LABEL: func @forms_space_to_depth
//  CHECK-NEXT:   cnn.space_to_depth %{{.*}} block 2
func.func @forms_space_to_depth(%x: tensor<1x3x4x6xf32>) -> tensor<1x12x2x3xf32> {
  %0 = cnn.reshape %x to [1, 3, 2, 2, 3, 2] : tensor<1x3x4x6xf32>
  %1 = cnn.transpose %0 permutation [0, 3, 5, 1, 2, 4] : tensor<1x3x2x2x3x2xf32>
  %2 = cnn.reshape %1 to [1, 12, 2, 3] : tensor<1x2x2x3x2x3xf32>
  return %2 : tensor<1x12x2x3xf32>
}

// Blocks of 2 x 3.
// CHECK-LABEL: func @keeps_oblong_blocks
//       CHECK:   cnn.transpose
func.func @keeps_oblong_blocks(%x: tensor<1x6x4x5xf32>) -> tensor<1x1x8x15xf32> {
  %0 = cnn.reshape %x to [1, 1, 2, 3, 4, 5] : tensor<1x6x4x5xf32>
  %1 = cnn.transpose %0 permutation [0, 1, 4, 2, 5, 3] : tensor<1x1x2x3x4x5xf32>
  %2 = cnn.reshape %1 to [1, 1, 8, 15] : tensor<1x1x4x2x5x3xf32>
  return %2 : tensor<1x1x8x15xf32>
}

// Element i is element 1 + 2 (1 + i) = 3 + 2 i.
// CHECK-LABEL: func @merges_slices
//  CHECK-NEXT:   cnn.slice %{{.*}} starts [3] sizes [2] steps [2]
func.func @merges_slices(%x: tensor<8xf32>) -> tensor<2xf32> {
  %0 = cnn.slice %x starts [1] sizes [3] steps [2] : tensor<8xf32>
  %1 = cnn.slice %0 starts [1] sizes [2] : tensor<3xf32>
  return %1 : tensor<2xf32>
}

// CHECK-LABEL: func @slices_one_input
//  CHECK-NEXT:   cnn.slice %arg1 starts [0, 1] sizes [1, 2]
func.func @slices_one_input(%x: tensor<1x4xf32>, %y: tensor<1x4xf32>) -> tensor<1x2xf32> {
  %0 = cnn.concat %x, %y axis 1 : tensor<1x4xf32>, tensor<1x4xf32>
  %1 = cnn.slice %0 starts [0, 5] sizes [1, 2] : tensor<1x8xf32>
  return %1 : tensor<1x2xf32>
}

// CHECK-LABEL: func @keeps_slice_of_both
//       CHECK:   cnn.concat
func.func @keeps_slice_of_both(%x: tensor<1x4xf32>, %y: tensor<1x4xf32>) -> tensor<1x2xf32> {
  %0 = cnn.concat %x, %y axis 1 : tensor<1x4xf32>, tensor<1x4xf32>
  %1 = cnn.slice %0 starts [0, 3] sizes [1, 2] : tensor<1x8xf32>
  return %1 : tensor<1x2xf32>
}

// CHECK-LABEL: func @joins_slices
//  CHECK-SAME:   %[[X:.*]]: tensor
//  CHECK-NEXT:   return %[[X]]
func.func @joins_slices(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %0 = cnn.slice %x starts [0, 0] sizes [1, 3] : tensor<1x8xf32>
  %1 = cnn.slice %x starts [0, 3] sizes [1, 5] : tensor<1x8xf32>
  %2 = cnn.concat %0, %1 axis 1 : tensor<1x3xf32>, tensor<1x5xf32>
  return %2 : tensor<1x8xf32>
}

// CHECK-LABEL: func @keeps_swapped_slices
//       CHECK:   cnn.concat
func.func @keeps_swapped_slices(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %0 = cnn.slice %x starts [0, 0] sizes [1, 4] : tensor<1x8xf32>
  %1 = cnn.slice %x starts [0, 4] sizes [1, 4] : tensor<1x8xf32>
  %2 = cnn.concat %1, %0 axis 1 : tensor<1x4xf32>, tensor<1x4xf32>
  return %2 : tensor<1x8xf32>
}

// The first is expanded in vain; the second gives the result its shape.
// CHECK-LABEL: func @drops_expand
//       CHECK:   %[[E:.*]] = cnn.expand %arg1
//       CHECK:   cnn.binary <mul> %arg0, %arg1 : tensor<2x3xf32>, tensor<3xf32>
//       CHECK:   cnn.binary <mul> %[[E]], %arg1
func.func @drops_expand(%x: tensor<2x3xf32>, %y: tensor<3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %0 = cnn.expand %y to [2, 3] : tensor<3xf32>
  %1 = cnn.binary <mul> %x, %0 : tensor<2x3xf32>, tensor<2x3xf32>
  %2 = cnn.binary <mul> %0, %y : tensor<2x3xf32>, tensor<3xf32>
  return %1, %2 : tensor<2x3xf32>, tensor<2x3xf32>
}
