// RUN: cnn-opt %s --propagate-layout | FileCheck %s

//  CHECK-DAG: #[[ALL:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
//  CHECK-DAG: #[[LANES:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d1, d4)>
//  CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d3)>

// CHECK-LABEL: func @cancels
// CHECK-SAME:    %[[X:.*]]: tensor<1x2x4x4x8xf32>
//      CHECK:    return %[[X]]
func.func @cancels(%x: tensor<1x2x4x4x8xf32>) -> tensor<1x2x4x4x8xf32> {
  %a = tensor.empty() : tensor<1x16x4x4xf32>
  %b = tensor.empty() : tensor<1x2x4x4x8xf32>
  %plain = kernel.unpack ins(%x : tensor<1x2x4x4x8xf32>) outs(%a : tensor<1x16x4x4xf32>)
  %y = kernel.pack ins(%plain : tensor<1x16x4x4xf32>) outs(%b : tensor<1x2x4x4x8xf32>)
  return %y : tensor<1x2x4x4x8xf32>
}

// Blocks of another width are another layout.
// CHECK-LABEL: func @keeps_change_of_lanes
//      CHECK:    kernel.unpack
//      CHECK:    kernel.pack
func.func @keeps_change_of_lanes(%x: tensor<1x2x4x4x8xf32>) -> tensor<1x1x4x4x16xf32> {
  %a = tensor.empty() : tensor<1x16x4x4xf32>
  %b = tensor.empty() : tensor<1x1x4x4x16xf32>
  %plain = kernel.unpack ins(%x : tensor<1x2x4x4x8xf32>) outs(%a : tensor<1x16x4x4xf32>)
  %y = kernel.pack ins(%plain : tensor<1x16x4x4xf32>) outs(%b : tensor<1x1x4x4x16xf32>)
  return %y : tensor<1x1x4x4x16xf32>
}

#identity = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>
#column = affine_map<(d0, d1, d2, d3) -> (d3)>

// The plain image and the bias are packed; the row stays. Two channels of four
// lanes.
// CHECK-LABEL: func @sinks_through_map
// CHECK-SAME:    %[[X:.*]]: tensor<1x1x3x3x4xf32>, %[[Y:.*]]: tensor<1x2x3x3xf32>
//  CHECK-DAG:    %[[BIAS:.*]] = arith.constant dense<{{\[\[}}5.000000e+00, 6.000000e+00, 0.000000e+00, 0.000000e+00]]>
//  CHECK-DAG:    %[[YP:.*]] = kernel.pack ins(%[[Y]]
//      CHECK:    %[[SUM:.*]] = linalg.generic {indexing_maps = [#[[ALL]], #[[ALL]], #[[LANES]], #[[COLUMN]], #[[ALL]]]
// CHECK-SAME:      ins(%[[X]], %[[YP]], %[[BIAS]], %{{.*}}
//      CHECK:    kernel.unpack ins(%[[SUM]]
func.func @sinks_through_map(%x: tensor<1x1x3x3x4xf32>, %y: tensor<1x2x3x3xf32>, %row: tensor<3xf32>) -> tensor<1x2x3x3xf32> {
  %bias = arith.constant dense<[5.0, 6.0]> : tensor<2xf32>
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %plain = kernel.unpack ins(%x : tensor<1x1x3x3x4xf32>) outs(%e : tensor<1x2x3x3xf32>)
  %sum = linalg.generic {indexing_maps = [#identity, #identity, #channel, #column, #identity],
                         iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%plain, %y, %bias, %row : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>, tensor<2xf32>, tensor<3xf32>)
    outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %d: f32, %out: f32):
    %0 = arith.addf %a, %b : f32
    %1 = arith.addf %0, %c : f32
    %2 = arith.addf %1, %d : f32
    linalg.yield %2 : f32
  } -> tensor<1x2x3x3xf32>
  return %sum : tensor<1x2x3x3xf32>
}

// The third and fourth lane may hold 0, and 1 / 0 is infinite.
// CHECK-LABEL: func @keeps_division_from_empty_lanes
//      CHECK:    %[[PLAIN:.*]] = kernel.unpack
//      CHECK:    linalg.generic {{.*}} ins(%[[PLAIN]]
func.func @keeps_division_from_empty_lanes(%x: tensor<1x1x3x3x4xf32>) -> tensor<1x2x3x3xf32> {
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<1x2x3x3xf32>
  %plain = kernel.unpack ins(%x : tensor<1x1x3x3x4xf32>) outs(%e : tensor<1x2x3x3xf32>)
  %inverse = linalg.generic {indexing_maps = [#identity, #identity],
                             iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
    ins(%plain : tensor<1x2x3x3xf32>) outs(%e : tensor<1x2x3x3xf32>) {
  ^bb0(%a: f32, %out: f32):
    %0 = arith.divf %one, %a : f32
    linalg.yield %0 : f32
  } -> tensor<1x2x3x3xf32>
  return %inverse : tensor<1x2x3x3xf32>
}

// Channels 8 to 15 are the second block.
// CHECK-LABEL: func @sinks_through_slice
//      CHECK:    %[[SLICE:.*]] = tensor.extract_slice %{{.*}}[0, 1, 2, 0, 0] [1, 1, 2, 4, 8] [1, 1, 1, 1, 1]
//      CHECK:    kernel.unpack ins(%[[SLICE]]
func.func @sinks_through_slice(%x: tensor<1x2x4x4x8xf32>) -> tensor<1x8x2x4xf32> {
  %e = tensor.empty() : tensor<1x16x4x4xf32>
  %plain = kernel.unpack ins(%x : tensor<1x2x4x4x8xf32>) outs(%e : tensor<1x16x4x4xf32>)
  %y = tensor.extract_slice %plain[0, 8, 2, 0] [1, 8, 2, 4] [1, 1, 1, 1] : tensor<1x16x4x4xf32> to tensor<1x8x2x4xf32>
  return %y : tensor<1x8x2x4xf32>
}

// Channels 4 to 11 lie in two blocks.
// CHECK-LABEL: func @keeps_slice_within_blocks
//      CHECK:    kernel.unpack
//      CHECK:    tensor.extract_slice
func.func @keeps_slice_within_blocks(%x: tensor<1x2x4x4x8xf32>) -> tensor<1x8x4x4xf32> {
  %e = tensor.empty() : tensor<1x16x4x4xf32>
  %plain = kernel.unpack ins(%x : tensor<1x2x4x4x8xf32>) outs(%e : tensor<1x16x4x4xf32>)
  %y = tensor.extract_slice %plain[0, 4, 0, 0] [1, 8, 4, 4] [1, 1, 1, 1] : tensor<1x16x4x4xf32> to tensor<1x8x4x4xf32>
  return %y : tensor<1x8x4x4xf32>
}

// The last part need not fill its blocks.
// CHECK-LABEL: func @sinks_through_concat
// CHECK-SAME:    %[[X:.*]]: tensor<1x2x4x4x8xf32>, %[[Y:.*]]: tensor<1x3x4x4xf32>
//      CHECK:    %[[EMPTY:.*]] = tensor.empty() : tensor<1x3x4x4x8xf32>
//      CHECK:    %[[FIRST:.*]] = tensor.insert_slice %[[X]] into %[[EMPTY]][0, 0, 0, 0, 0] [1, 2, 4, 4, 8]
//      CHECK:    %[[YP:.*]] = kernel.pack ins(%[[Y]]
//      CHECK:    %[[ALL:.*]] = tensor.insert_slice %[[YP]] into %[[FIRST]][0, 2, 0, 0, 0] [1, 1, 4, 4, 8]
//      CHECK:    kernel.unpack ins(%[[ALL]]
func.func @sinks_through_concat(%x: tensor<1x2x4x4x8xf32>, %y: tensor<1x3x4x4xf32>) -> tensor<1x19x4x4xf32> {
  %e = tensor.empty() : tensor<1x16x4x4xf32>
  %base = tensor.empty() : tensor<1x19x4x4xf32>
  %plain = kernel.unpack ins(%x : tensor<1x2x4x4x8xf32>) outs(%e : tensor<1x16x4x4xf32>)
  %0 = tensor.insert_slice %plain into %base[0, 0, 0, 0] [1, 16, 4, 4] [1, 1, 1, 1] : tensor<1x16x4x4xf32> into tensor<1x19x4x4xf32>
  %1 = tensor.insert_slice %y into %0[0, 16, 0, 0] [1, 3, 4, 4] [1, 1, 1, 1] : tensor<1x3x4x4xf32> into tensor<1x19x4x4xf32>
  return %1 : tensor<1x19x4x4xf32>
}

// A pad is an insertion into a filled image.
// CHECK-LABEL: func @sinks_through_pad
// CHECK-SAME:    %[[X:.*]]: tensor<1x2x4x4x8xf32>
//      CHECK:    %[[FRAME:.*]] = linalg.fill {{.*}} -> tensor<1x2x6x6x8xf32>
//      CHECK:    tensor.insert_slice %[[X]] into %[[FRAME]][0, 0, 1, 1, 0]
//      CHECK:    kernel.unpack
func.func @sinks_through_pad(%x: tensor<1x2x4x4x8xf32>) -> tensor<1x16x6x6xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x16x4x4xf32>
  %base = tensor.empty() : tensor<1x16x6x6xf32>
  %frame = linalg.fill ins(%zero : f32) outs(%base : tensor<1x16x6x6xf32>) -> tensor<1x16x6x6xf32>
  %plain = kernel.unpack ins(%x : tensor<1x2x4x4x8xf32>) outs(%e : tensor<1x16x4x4xf32>)
  %0 = tensor.insert_slice %plain into %frame[0, 0, 1, 1] [1, 16, 4, 4] [1, 1, 1, 1] : tensor<1x16x4x4xf32> into tensor<1x16x6x6xf32>
  return %0 : tensor<1x16x6x6xf32>
}

// CHECK-LABEL: func @reshapes_pixel
//  CHECK-NOT:    kernel.unpack
//      CHECK:    tensor.collapse_shape %{{.*}} into tensor<1x16xf32>
func.func @reshapes_pixel(%x: tensor<1x2x1x1x8xf32>) -> tensor<1x16x1x1xf32> {
  %e = tensor.empty() : tensor<1x16x1x1xf32>
  %plain = kernel.unpack ins(%x : tensor<1x2x1x1x8xf32>) outs(%e : tensor<1x16x1x1xf32>)
  return %plain : tensor<1x16x1x1xf32>
}

// Only floats are packed, so truth values and integers are made of plain images.
// CHECK-LABEL: func @keeps_maps_to_other_types
//      CHECK:    kernel.unpack
//      CHECK:    linalg.generic {{.*}} outs(%{{.*}} : tensor<1x2x3x3xi1>)
//      CHECK:    linalg.generic {{.*}} outs(%{{.*}} : tensor<1x2x3x3xf32>)
func.func @keeps_maps_to_other_types(%x: tensor<1x1x3x3x4xf32>) -> tensor<1x2x3x3xf32> {
  %a = tensor.empty() : tensor<1x2x3x3xf32>
  %truths = tensor.empty() : tensor<1x2x3x3xi1>
  %plain = kernel.unpack ins(%x : tensor<1x1x3x3x4xf32>) outs(%a : tensor<1x2x3x3xf32>)
  %0 = linalg.generic {indexing_maps = [#identity, #identity],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%plain : tensor<1x2x3x3xf32>) outs(%truths : tensor<1x2x3x3xi1>) {
  ^bb0(%in: f32, %out: i1):
    %1 = arith.cmpf olt, %in, %in : f32
    linalg.yield %1 : i1
  } -> tensor<1x2x3x3xi1>
  %2 = linalg.generic {indexing_maps = [#identity, #identity, #identity],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%0, %plain : tensor<1x2x3x3xi1>, tensor<1x2x3x3xf32>) outs(%a : tensor<1x2x3x3xf32>) {
  ^bb0(%in: i1, %number: f32, %out: f32):
    %3 = arith.addf %number, %number : f32
    %4 = arith.select %in, %number, %3 : f32
    linalg.yield %4 : f32
  } -> tensor<1x2x3x3xf32>
  return %2 : tensor<1x2x3x3xf32>
}

// Blocks of channels move to the end as they are.
// CHECK-LABEL: func @unpacks_to_channels_last
// CHECK-SAME:    %[[X:.*]]: tensor<1x2x3x3x4xf32>
//      CHECK:    %[[T:.*]] = linalg.transpose ins(%[[X]] {{.*}} permutation = [0, 2, 3, 1, 4]
//      CHECK:    tensor.collapse_shape %[[T]] {{.*}} into tensor<1x3x3x8xf32>
//  CHECK-NOT:    kernel.unpack
func.func @unpacks_to_channels_last(%x: tensor<1x2x3x3x4xf32>) -> tensor<1x3x3x8xf32> {
  %a = tensor.empty() : tensor<1x8x3x3xf32>
  %b = tensor.empty() : tensor<1x3x3x8xf32>
  %plain = kernel.unpack ins(%x : tensor<1x2x3x3x4xf32>) outs(%a : tensor<1x8x3x3xf32>)
  %y = linalg.transpose ins(%plain : tensor<1x8x3x3xf32>) outs(%b : tensor<1x3x3x8xf32>) permutation = [0, 2, 3, 1]
  return %y : tensor<1x3x3x8xf32>
}

// CHECK-LABEL: func @packs_from_channels_last
// CHECK-SAME:    %[[X:.*]]: tensor<1x3x3x8xf32>
//      CHECK:    %[[SPLIT:.*]] = tensor.expand_shape %[[X]] {{.*}} into tensor<1x3x3x2x4xf32>
//      CHECK:    %[[Y:.*]] = linalg.transpose ins(%[[SPLIT]] {{.*}} permutation = [0, 3, 1, 2, 4]
//      CHECK:    return %[[Y]]
func.func @packs_from_channels_last(%x: tensor<1x3x3x8xf32>) -> tensor<1x2x3x3x4xf32> {
  %a = tensor.empty() : tensor<1x8x3x3xf32>
  %b = tensor.empty() : tensor<1x2x3x3x4xf32>
  %plain = linalg.transpose ins(%x : tensor<1x3x3x8xf32>) outs(%a : tensor<1x8x3x3xf32>) permutation = [0, 3, 1, 2]
  %y = kernel.pack ins(%plain : tensor<1x8x3x3xf32>) outs(%b : tensor<1x2x3x3x4xf32>)
  return %y : tensor<1x2x3x3x4xf32>
}

// Six channels leave a gap in their last block.
// CHECK-LABEL: func @keeps_transpose_of_ragged_blocks
//      CHECK:    linalg.transpose {{.*}} permutation = [0, 3, 1, 2]
//      CHECK:    kernel.pack
func.func @keeps_transpose_of_ragged_blocks(%x: tensor<1x3x3x6xf32>) -> tensor<1x2x3x3x4xf32> {
  %a = tensor.empty() : tensor<1x6x3x3xf32>
  %b = tensor.empty() : tensor<1x2x3x3x4xf32>
  %plain = linalg.transpose ins(%x : tensor<1x3x3x6xf32>) outs(%a : tensor<1x6x3x3xf32>) permutation = [0, 3, 1, 2]
  %y = kernel.pack ins(%plain : tensor<1x6x3x3xf32>) outs(%b : tensor<1x2x3x3x4xf32>)
  return %y : tensor<1x2x3x3x4xf32>
}
