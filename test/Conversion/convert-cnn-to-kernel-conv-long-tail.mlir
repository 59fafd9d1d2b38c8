// RUN: cnn-opt %s --convert-cnn-to-kernel | FileCheck %s

//      CHECK: #[[INPUT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d1, d5, d3 * 2 + d6, d4 * 2 + d7)>

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// CHECK-LABEL: func @one_dimension
//      CHECK:    tensor.expand_shape {{.*}} into tensor<1x8x1x16xf32>
//      CHECK:    kernel.direct_conv {{.*}} tensor<1x1x1x3x8x8xf32>) {{.*}} pads [0, 1, 0, 1]
func.func @one_dimension(%x: tensor<1x8x16xf32>) -> tensor<1x8x16xf32> {
  %f = arith.constant dense<1.0> : tensor<8x8x3xf32>
  %y = cnn.conv %x, %f pads [1, 1] : tensor<1x8x16xf32>, tensor<8x8x3xf32>
  return %y : tensor<1x8x16xf32>
}

// Two depth taps, on 3 planes each; the second adds to the first and applies
// the function.
// CHECK-LABEL: func @three_dimensions
//      CHECK:    %[[FIRST:.*]] = kernel.direct_conv
//  CHECK-NOT:      activation
//      CHECK:    %[[SUM:.*]] = kernel.unpack ins(%[[FIRST]]
//      CHECK:    %[[RESIDUAL:.*]] = kernel.pack ins(%[[SUM]] : tensor<3x8x4x4xf32>)
//      CHECK:    kernel.direct_conv {{.*}} residual(%[[RESIDUAL]] {{.*}} activation <relu>
func.func @three_dimensions(%x: tensor<1x8x4x4x4xf32>) -> tensor<1x8x3x4x4xf32> {
  %f = arith.constant dense<1.0> : tensor<8x8x2x1x1xf32>
  %y = cnn.conv %x, %f activation <relu> : tensor<1x8x4x4x4xf32>, tensor<8x8x2x1x1xf32>
  return %y : tensor<1x8x3x4x4xf32>
}

// Dimensions are N, G, O/G, H, W, C/G, U, V; the input is read at 2 * h + u.
// CHECK-LABEL: func @computed_filter
//      CHECK:    linalg.generic {indexing_maps = [#[[INPUT]],
//      CHECK:    arith.mulf
//      CHECK:    arith.addf
//      CHECK:    linalg.generic
//      CHECK:    arith.cmpf
func.func @computed_filter(%x: tensor<1x4x9x9xf32>, %f: tensor<6x2x3x3xf32>) -> tensor<1x6x4x4xf32> {
  %y = cnn.conv %x, %f strides [2, 2] groups 2 activation <relu>
    : tensor<1x4x9x9xf32>, tensor<6x2x3x3xf32>
  return %y : tensor<1x6x4x4xf32>
}

// Four phases of a 2x2 filter with stride 2 have one tap each: 8 outputs become
// 32, and the phases move into space.
// CHECK-LABEL: func @transposed
//      CHECK:    kernel.direct_conv {{.*}} tensor<2x1x1x1x8x16xf32>
//      CHECK:    kernel.unpack {{.*}} outs({{.*}} : tensor<1x32x4x4xf32>)
//      CHECK:    linalg.transpose {{.*}} outs({{.*}} : tensor<1x1x8x4x2x4x2xf32>)
//      CHECK:    return %{{.*}} : tensor<1x8x8x8xf32>
func.func @transposed(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x8x8xf32> {
  %f = arith.constant dense<1.0> : tensor<8x8x2x2xf32>
  %y = cnn.conv_transpose %x, %f strides [2, 2] : tensor<1x8x4x4xf32>, tensor<8x8x2x2xf32>
  return %y : tensor<1x8x8x8xf32>
}

// One channel, stride 2 and filter [1, 2, 3]: phase 0 has taps 3, 1 (mirrored)
// and phase 1 has 0, 2.
// CHECK-LABEL: func @transposed_phases
//      CHECK:    arith.constant dense<{{\[\[\[\[}}[3.000000e+00, 0.000000e+00, 0.000000e+00{{.*}}], [1.000000e+00, 2.000000e+00, 0.000000e+00
//      CHECK:    tensor.extract_slice {{.*}} : tensor<1x1x10xf32> to tensor<1x1x9xf32>
func.func @transposed_phases(%x: tensor<1x1x4xf32>) -> tensor<1x1x9xf32> {
  %f = arith.constant dense<[[[1.0, 2.0, 3.0]]]> : tensor<1x1x3xf32>
  %y = cnn.conv_transpose %x, %f strides [2] : tensor<1x1x4xf32>, tensor<1x1x3xf32>
  return %y : tensor<1x1x9xf32>
}

// Zeros between the elements, then a convolution by the mirrored filter.
// CHECK-LABEL: func @transposed_computed_filter
// CHECK-SAME:    %[[X:.*]]: tensor<1x1x4xf32>
//      CHECK:    %[[ZEROS:.*]] = linalg.fill {{.*}} -> tensor<1x1x11xf32>
//      CHECK:    tensor.insert_slice %[[X]] into %[[ZEROS]][0, 0, 2] [1, 1, 4] [1, 1, 2]
//      CHECK:    arith.constant dense<[2, 1, 0]> : tensor<3xi64>
func.func @transposed_computed_filter(%x: tensor<1x1x4xf32>, %f: tensor<1x1x3xf32>) -> tensor<1x1x9xf32> {
  %y = cnn.conv_transpose %x, %f strides [2] : tensor<1x1x4xf32>, tensor<1x1x3xf32>
  return %y : tensor<1x1x9xf32>
}

}
