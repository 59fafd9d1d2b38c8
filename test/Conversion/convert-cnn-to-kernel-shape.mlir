// RUN: cnn-opt %s --convert-cnn-to-kernel | FileCheck %s

// The order of dimensions of an element of a row vector beside a matrix.
//      CHECK: #[[SECOND:.*]] = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func @broadcast
//      CHECK:    linalg.generic {indexing_maps = [#{{.*}}, #[[SECOND]], #{{.*}}], iterator_types = ["parallel", "parallel"]}
// CHECK-SAME:      ins(%{{.*}}, %{{.*}} : tensor<2x3xf32>, tensor<3xf32>)
//      CHECK:    arith.subf
func.func @broadcast(%a: tensor<2x3xf32>, %b: tensor<1x3xf32>) -> tensor<2x3xf32> {
  %y = cnn.binary <sub> %a, %b : tensor<2x3xf32>, tensor<1x3xf32>
  return %y : tensor<2x3xf32>
}

// Parts are written one by one into one tensor.
// CHECK-LABEL: func @concat
// CHECK-SAME:    %[[A:.*]]: tensor<1x2xf32>, %[[B:.*]]: tensor<1x3xf32>
//      CHECK:    %[[EMPTY:.*]] = tensor.empty() : tensor<1x5xf32>
//      CHECK:    %[[FIRST:.*]] = tensor.insert_slice %[[A]] into %[[EMPTY]][0, 0] [1, 2] [1, 1]
//      CHECK:    tensor.insert_slice %[[B]] into %[[FIRST]][0, 2] [1, 3] [1, 1]
func.func @concat(%a: tensor<1x2xf32>, %b: tensor<1x3xf32>) -> tensor<1x5xf32> {
  %y = cnn.concat %a, %b axis 1 : tensor<1x2xf32>, tensor<1x3xf32>
  return %y : tensor<1x5xf32>
}

// CHECK-LABEL: func @slice_backwards
//      CHECK:    %[[TABLE:.*]] = arith.constant dense<[3, 1]> : tensor<2xi64>
//      CHECK:    linalg.generic {{.*}} ins(%[[TABLE]]
//      CHECK:    tensor.extract_slice {{.*}}[0, 0] [1, 2] [1, 1] : tensor<2x2xf32> to tensor<1x2xf32>
func.func @slice_backwards(%x: tensor<2x4xf32>) -> tensor<1x2xf32> {
  %y = cnn.slice %x starts [0, 3] sizes [1, 2] steps [1, -2] : tensor<2x4xf32>
  return %y : tensor<1x2xf32>
}

// CHECK-LABEL: func @pads
//      CHECK:    arith.constant dense<[2, 1, 0, 1, 2, 1]> : tensor<6xi64>
//      CHECK:    arith.constant dense<[0, 0, 0, 1, 2, 3, 4, 5, 5]> : tensor<9xi64>
//      CHECK:    tensor.extract_slice {{.*}}[1] [8] [1]
//      CHECK:    linalg.fill ins(%{{.*}} : f32) {{.*}} -> tensor<9xf32>
//      CHECK:    tensor.insert_slice {{.*}}[0] [8] [1]
func.func @pads(%x: tensor<3xf32>) -> tensor<9xf32> {
  %a = cnn.pad <reflect> %x low [2] high [1] : tensor<3xf32>
  %b = cnn.pad <edge> %a low [2] high [1] : tensor<6xf32>
  %c = cnn.pad <constant> %b low [-1] high [1] value 5.0 : tensor<9xf32>
  return %c : tensor<9xf32>
}

// CHECK-LABEL: func @depth_to_space
//      CHECK:    tensor.expand_shape {{.*}} into tensor<1x2x2x3x4x4xf32>
//      CHECK:    linalg.transpose {{.*}} permutation = [0, 3, 4, 1, 5, 2]
//      CHECK:    tensor.collapse_shape {{.*}} into tensor<1x3x8x8xf32>
func.func @depth_to_space(%x: tensor<1x12x4x4xf32>) -> tensor<1x3x8x8xf32> {
  %y = cnn.depth_to_space <depth_column_row> %x block 2 : tensor<1x12x4x4xf32>
  return %y : tensor<1x3x8x8xf32>
}

// A transpose of extents of 1 moves nothing.
// CHECK-LABEL: func @transpose
//      CHECK:    tensor.collapse_shape
//      CHECK:    tensor.expand_shape {{.*}} into tensor<1x1x8xf32>
//  CHECK-NOT:    linalg.transpose
func.func @transpose(%x: tensor<1x8x1xf32>) -> tensor<1x1x8xf32> {
  %y = cnn.transpose %x permutation [0, 2, 1] : tensor<1x8x1xf32>
  return %y : tensor<1x1x8xf32>
}

// One of the last two of four rows: index -1 is 3.
// CHECK-LABEL: func @gather
//      CHECK:    tensor.extract_slice {{.*}}[2, 0] [2, 5] [1, 1]
func.func @gather(%x: tensor<4x5xf32>) -> tensor<2x5xf32> {
  %i = arith.constant dense<[2, -1]> : tensor<2xi64>
  %y = cnn.gather %x, %i axis 0 : tensor<4x5xf32>, tensor<2xi64>
  return %y : tensor<2x5xf32>
}

// CHECK-LABEL: func @gather_of_computed_indices
//      CHECK:    arith.index_cast
//      CHECK:    arith.select
//      CHECK:    tensor.extract
func.func @gather_of_computed_indices(%x: tensor<4x5xf32>, %i: tensor<2xi64>) -> tensor<2x5xf32> {
  %y = cnn.gather %x, %i axis 0 : tensor<4x5xf32>, tensor<2xi64>
  return %y : tensor<2x5xf32>
}

// arith knows signless integers only.
// CHECK-LABEL: func @cast_of_unsigned
//      CHECK:    %[[X:.*]] = builtin.unrealized_conversion_cast %{{.*}} : ui8 to i8
//      CHECK:    arith.uitofp %[[X]] : i8 to f32
func.func @cast_of_unsigned(%x: tensor<4xui8>) -> tensor<4xf32> {
  %y = cnn.cast %x to f32 : tensor<4xui8>
  return %y : tensor<4xf32>
}
