// RUN: cnn-opt %s --simplify | FileCheck %s
// RUN: cnn-opt %s --simplify --remarks-filter=cnn --remark-format=emitRemark -o %t 2>&1 | FileCheck %s --check-prefix=REMARK

// 1 + 1 above and to the left, 2 + 1 below, 0 + 1 to the right.
// CHECK-LABEL: func @pads_conv
//  CHECK-SAME:   %[[X:.*]]: tensor<1x1x4x4xf32>
//  CHECK-NEXT:   cnn.conv %[[X]], %{{.*}} pads [2, 2, 3, 1]
func.func @pads_conv(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x3x3xf32>) -> tensor<1x1x7x5xf32> {
  %0 = cnn.pad <constant> %x low [0, 0, 1, 1] high [0, 0, 2, 0] : tensor<1x1x4x4xf32>
  %1 = cnn.conv %0, %w pads [1, 1, 1, 1] : tensor<1x1x7x5xf32>, tensor<1x1x3x3xf32>
  return %1 : tensor<1x1x7x5xf32>
}

// CHECK-LABEL: func @keeps_reflection
//       CHECK:   cnn.pad <reflect>
//      REMARK:   mode, value or place of the pad
func.func @keeps_reflection(%x: tensor<1x1x4x4xf32>, %w: tensor<1x1x3x3xf32>) -> tensor<1x1x4x4xf32> {
  %0 = cnn.pad <reflect> %x low [0, 0, 1, 1] high [0, 0, 1, 1] : tensor<1x1x4x4xf32>
  %1 = cnn.conv %0, %w : tensor<1x1x6x6xf32>, tensor<1x1x3x3xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// CHECK-LABEL: func @pads_max_pool_with_lowest
//       CHECK:   cnn.max_pool %{{.*}} kernel [3, 3] pads [1, 1, 1, 1]
func.func @pads_max_pool_with_lowest(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %0 = cnn.pad <constant> %x low [0, 0, 1, 1] high [0, 0, 1, 1] value 0xFFF0000000000000 : tensor<1x1x4x4xf32>
  %1 = cnn.max_pool %0 kernel [3, 3] : tensor<1x1x6x6xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// CHECK-LABEL: func @pads_max_pool_after_relu
//       CHECK:   cnn.unary <relu>
//  CHECK-NEXT:   cnn.max_pool %{{.*}} kernel [3, 3] pads [1, 1, 1, 1]
func.func @pads_max_pool_after_relu(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %0 = cnn.unary <relu> %x : tensor<1x1x4x4xf32>
  %1 = cnn.pad <constant> %0 low [0, 0, 1, 1] high [0, 0, 1, 1] : tensor<1x1x4x4xf32>
  %2 = cnn.max_pool %1 kernel [3, 3] : tensor<1x1x6x6xf32>
  return %2 : tensor<1x1x4x4xf32>
}

// Zero may be the maximum of negative numbers.
// CHECK-LABEL: func @keeps_zeros_before_max_pool
//       CHECK:   cnn.pad
//      REMARK:   mode, value or place of the pad
func.func @keeps_zeros_before_max_pool(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %0 = cnn.pad <constant> %x low [0, 0, 1, 1] high [0, 0, 1, 1] : tensor<1x1x4x4xf32>
  %1 = cnn.max_pool %0 kernel [3, 3] : tensor<1x1x6x6xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// CHECK-LABEL: func @pads_avg_pool
//       CHECK:   cnn.avg_pool %{{.*}} kernel [3, 3] pads [1, 1, 1, 1] includePad
func.func @pads_avg_pool(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
  %0 = cnn.pad <constant> %x low [0, 0, 1, 1] high [0, 0, 1, 1] : tensor<1x1x4x4xf32>
  %1 = cnn.avg_pool %0 kernel [3, 3] : tensor<1x1x6x6xf32>
  return %1 : tensor<1x1x4x4xf32>
}

// Its own pads do not count, those of the pad do.
// CHECK-LABEL: func @keeps_pad_before_padded_avg_pool
//       CHECK:   cnn.pad
func.func @keeps_pad_before_padded_avg_pool(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x6x6xf32> {
  %0 = cnn.pad <constant> %x low [0, 0, 1, 1] high [0, 0, 1, 1] : tensor<1x1x4x4xf32>
  %1 = cnn.avg_pool %0 kernel [3, 3] pads [1, 1, 1, 1] : tensor<1x1x6x6xf32>
  return %1 : tensor<1x1x6x6xf32>
}

// CHECK-LABEL: func @reduces
//       CHECK:   cnn.reduce <mean> %{{.*}} axes [2, 3] keepDims
//       CHECK:   cnn.reduce <max> %{{.*}} axes [2, 3] keepDims
func.func @reduces(%x: tensor<1x2x4x4xf32>) -> (tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) {
  %0 = cnn.avg_pool %x kernel [4, 4] : tensor<1x2x4x4xf32>
  %1 = cnn.max_pool %x kernel [4, 4] : tensor<1x2x4x4xf32>
  return %0, %1 : tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>
}

// CHECK-LABEL: func @keeps_partial_window
//       CHECK:   cnn.avg_pool
func.func @keeps_partial_window(%x: tensor<1x2x5x5xf32>) -> tensor<1x2x1x1xf32> {
  %0 = cnn.avg_pool %x kernel [4, 4] strides [4, 4] : tensor<1x2x5x5xf32>
  return %0 : tensor<1x2x1x1xf32>
}
