// RUN: cnn-opt %s --convert-cnn-to-kernel | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// alpha is part of the packed matrix, beta of the bias.
// CHECK-LABEL: func @gemm
//  CHECK-DAG:    %[[B:.*]] = arith.constant dense<6.000000e+00> : tensor<2xf32>
//  CHECK-DAG:    %[[W:.*]] = arith.constant dense<{{\[\[}}[2.000000e+00, 6.000000e+00, 0.000000e+00{{.*}}], [4.000000e+00, 8.000000e+00,
//      CHECK:    kernel.matmul ins(%{{.*}}, %[[W]] : tensor<1x2xf32>, tensor<1x2x8xf32>) bias(%[[B]]
// CHECK-SAME:      packed activation <relu>
func.func @gemm(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = arith.constant dense<2.0> : tensor<2xf32>
  %y = cnn.gemm %x, %w bias %b : tensor<2xf32> transposeRhs alpha 2.0 beta 3.0 activation <relu>
    : tensor<1x2xf32>, tensor<2x2xf32>
  return %y : tensor<1x2xf32>
}

// The left batch is more rows of one product.
// CHECK-LABEL: func @matmul_of_constant
//      CHECK:    kernel.matmul ins(%{{.*}} : tensor<6x4xf32>, tensor<1x4x16xf32>) outs(%{{.*}} : tensor<6x16xf32>) packed
func.func @matmul_of_constant(%x: tensor<2x3x4xf32>) -> tensor<2x3x16xf32> {
  %w = arith.constant dense<1.0> : tensor<4x16xf32>
  %y = cnn.matmul %x, %w : tensor<2x3x4xf32>, tensor<4x16xf32>
  return %y : tensor<2x3x16xf32>
}

// CHECK-LABEL: func @matmul_of_batches
//      CHECK:    kernel.matmul ins(%{{.*}} : tensor<6x4x5xf32>, tensor<6x5x7xf32>)
func.func @matmul_of_batches(%a: tensor<2x3x4x5xf32>, %b: tensor<2x3x5x7xf32>) -> tensor<2x3x4x7xf32> {
  %y = cnn.matmul %a, %b : tensor<2x3x4x5xf32>, tensor<2x3x5x7xf32>
  return %y : tensor<2x3x4x7xf32>
}

// CHECK-LABEL: func @pools
//      CHECK:    kernel.pool <max> ins(%{{.*}} : tensor<1x1x7x7x8xf32>) outs(%{{.*}} : tensor<1x1x4x4x8xf32>) kernel [2, 2] strides [2, 2]
//      CHECK:    kernel.pool <avg> {{.*}} kernel [4, 4]{{$}}
//      CHECK:    tensor.collapse_shape {{.*}} into tensor<1x8xf32>
func.func @pools(%x: tensor<1x8x7x7xf32>) -> tensor<1x8xf32> {
  %p = cnn.max_pool %x kernel [2, 2] strides [2, 2] ceil : tensor<1x8x7x7xf32>
  %y = cnn.reduce <mean> %p axes [2, 3] : tensor<1x8x4x4xf32>
  return %y : tensor<1x8xf32>
}

// Rows of all planes at once, then across planes.
// CHECK-LABEL: func @pool_in_three_dimensions
//      CHECK:    kernel.pool <avg> ins(%{{.*}} : tensor<1x4x4x4x8xf32>) {{.*}} kernel [2, 3] strides [2, 1] pads [0, 1, 0, 1]
//      CHECK:    kernel.pool <avg> ins(%{{.*}} : tensor<1x1x4x8x8xf32>) {{.*}} kernel [4, 1] strides [3, 1]
func.func @pool_in_three_dimensions(%x: tensor<1x8x4x4x4xf32>) -> tensor<1x8x1x2x4xf32> {
  %y = cnn.avg_pool %x kernel [4, 2, 3] strides [3, 2, 1] pads [0, 0, 1, 0, 0, 1] : tensor<1x8x4x4x4xf32>
  return %y : tensor<1x8x1x2x4xf32>
}

// CHECK-LABEL: func @reduce
//      CHECK:    linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
//      CHECK:    arith.mulf
//      CHECK:    tensor.expand_shape {{.*}} into tensor<2x1xf32>
func.func @reduce(%x: tensor<2x3xf32>) -> tensor<2x1xf32> {
  %y = cnn.reduce <prod> %x axes [1] keepDims : tensor<2x3xf32>
  return %y : tensor<2x1xf32>
}

// gain = 6 / sqrt(3 + 1) = 3, offset = 1 - 2 * 3 = -5.
// CHECK-LABEL: func @batch_norm
//      CHECK:    arith.constant 3.000000e+00
//      CHECK:    arith.constant -5.000000e+00
//      CHECK:    arith.mulf
//      CHECK:    arith.addf
func.func @batch_norm(%x: tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %scale = arith.constant dense<6.0> : tensor<4xf32>
  %shift = arith.constant dense<1.0> : tensor<4xf32>
  %mean = arith.constant dense<2.0> : tensor<4xf32>
  %variance = arith.constant dense<3.0> : tensor<4xf32>
  %y = cnn.batch_norm %x, %scale, %shift, %mean, %variance epsilon 1.0
    : tensor<1x4x2x2xf32>, tensor<4xf32>
  return %y : tensor<1x4x2x2xf32>
}

// CHECK-LABEL: func @softmax
//      CHECK:    arith.maximumf
//      CHECK:    arith.subf
//      CHECK:    math.exp
//      CHECK:    arith.addf
//      CHECK:    arith.divf
func.func @softmax(%x: tensor<1x10xf32>) -> tensor<1x10xf32> {
  %y = cnn.softmax %x axis 1 : tensor<1x10xf32>
  return %y : tensor<1x10xf32>
}

// The channels c - 1, c and c + 1 are those of a window of 3 over channels with
// zeros around them.
// CHECK-LABEL: func @lrn
//      CHECK:    tensor.insert_slice {{.*}}[0, 1, 0] [1, 8, 16] [1, 1, 1] : tensor<1x8x16xf32> into tensor<1x10x16xf32>
//      CHECK:    tensor.extract_slice {{.*}}[0, 0, 0] [1, 8, 16]
//      CHECK:    tensor.extract_slice {{.*}}[0, 1, 0] [1, 8, 16]
//      CHECK:    tensor.extract_slice {{.*}}[0, 2, 0] [1, 8, 16]
//      CHECK:    linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel"]
//      CHECK:    math.sqrt
func.func @lrn(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32> {
  %y = cnn.lrn %x size 3 alpha 1.0 beta 0.5 bias 1.0 : tensor<1x8x4x4xf32>
  return %y : tensor<1x8x4x4xf32>
}

}
