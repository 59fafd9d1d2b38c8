// RUN: cnn-opt %s --convert-cnn-to-kernel | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// Every row and column twice, without index tables, in blocked form.
// CHECK-LABEL: func @nearest_by_a_factor
//      CHECK:    kernel.pack
//      CHECK:    linalg.generic {{.*}} outs(%{{.*}} : tensor<1x1x4x2x4x8xf32>)
//      CHECK:    tensor.collapse_shape {{.*}} into tensor<1x1x8x4x8xf32>
//      CHECK:    linalg.generic {{.*}} outs(%{{.*}} : tensor<1x1x8x4x2x8xf32>)
//      CHECK:    kernel.unpack
//  CHECK-NOT:    tensor.extract
func.func @nearest_by_a_factor(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x8x8xf32> {
  %y = cnn.resize <nearest> %x to [1, 8, 8, 8] scales [1.0, 1.0, 2.0, 2.0]
    coordinates <asymmetric> rounding <floor> : tensor<1x8x4x4xf32>
  return %y : tensor<1x8x8x8xf32>
}

// Positions 0, 2/3, 4/3 round down to 0, 0, 1.
// CHECK-LABEL: func @nearest
//      CHECK:    %[[TABLE:.*]] = arith.constant dense<[0, 0, 1]> : tensor<3xi64>
//      CHECK:    linalg.generic {{.*}} ins(%[[TABLE]]
//      CHECK:    tensor.extract
func.func @nearest(%x: tensor<1x2xf32>) -> tensor<1x3xf32> {
  %y = cnn.resize <nearest> %x to [1, 3] scales [1.0, 1.5]
    coordinates <asymmetric> rounding <floor> : tensor<1x2xf32>
  return %y : tensor<1x3xf32>
}

// Positions 0, 0.5, 1: between the elements at 0, 0, 1 and 0, 1, 1, with
// weights 1, 0.5, 1 and 0, 0.5, 0.
// CHECK-LABEL: func @linear
//      CHECK:    arith.constant dense<[0, 0, 1]> : tensor<3xi64>
//      CHECK:    arith.constant dense<[1.000000e+00, 5.000000e-01, 1.000000e+00]> : tensor<3xf32>
//      CHECK:    arith.constant dense<[0, 1, 1]> : tensor<3xi64>
//      CHECK:    arith.constant dense<[0.000000e+00, 5.000000e-01, 0.000000e+00]> : tensor<3xf32>
//      CHECK:    arith.mulf
//      CHECK:    arith.mulf
//      CHECK:    arith.addf
func.func @linear(%x: tensor<1x2xf32>) -> tensor<1x3xf32> {
  %y = cnn.resize <linear> %x to [1, 3] scales [1.0, 1.5]
    coordinates <align_corners> : tensor<1x2xf32>
  return %y : tensor<1x3xf32>
}

// At position 0.5 the weights with coefficient -0.75 are -0.09375, 0.59375 and
// the same mirrored; at positions 0 and 1 the first is that of the element.
// CHECK-LABEL: func @cubic
//      CHECK:    arith.constant dense<[0.000000e+00, -9.375000e-02, 0.000000e+00]> : tensor<3xf32>
//      CHECK:    arith.constant dense<[1.000000e+00, 5.937500e-01, 1.000000e+00]> : tensor<3xf32>
func.func @cubic(%x: tensor<1x2xf32>) -> tensor<1x3xf32> {
  %y = cnn.resize <cubic> %x to [1, 3] scales [1.0, 1.5]
    coordinates <align_corners> : tensor<1x2xf32>
  return %y : tensor<1x3xf32>
}

}
