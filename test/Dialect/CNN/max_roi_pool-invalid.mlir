// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @columns(%x: tensor<1x8x32x32xf32>, %rois: tensor<3x4xf32>) -> tensor<3x8x7x7xf32> {
  // expected-error@+1 {{max_roi_pool expects regions of 5 numbers, got 3x4}}
  %0 = cnn.max_roi_pool %x, %rois size [7, 7] : tensor<1x8x32x32xf32>, tensor<3x4xf32>
  return %0 : tensor<3x8x7x7xf32>
}

// -----

func.func @size(%x: tensor<1x8x32x32xf32>, %rois: tensor<3x5xf32>) -> tensor<3x8x7x7xf32> {
  // expected-error@+1 {{max_roi_pool expects two positive extents as size}}
  %0 = cnn.max_roi_pool %x, %rois size [7] : tensor<1x8x32x32xf32>, tensor<3x5xf32>
  return %0 : tensor<3x8x7x7xf32>
}
