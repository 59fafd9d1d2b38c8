// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @image(%x: tensor<1x8x32xf32>, %rois: tensor<3x4xf32>, %indices: tensor<3xi64>) -> tensor<3x8x7xf32> {
  // expected-error@+1 {{roi_align expects an image of rank 4 that is not empty, got 1x8x32}}
  %0 = cnn.roi_align <avg> %x, %rois, %indices size [7, 7] : tensor<1x8x32xf32>, tensor<3x4xf32>, tensor<3xi64>
  return %0 : tensor<3x8x7xf32>
}

// -----

func.func @columns(%x: tensor<1x8x32x32xf32>, %rois: tensor<3x5xf32>, %indices: tensor<3xi64>) -> tensor<3x8x7x7xf32> {
  // expected-error@+1 {{roi_align expects regions of 4 numbers, got 3x5}}
  %0 = cnn.roi_align <avg> %x, %rois, %indices size [7, 7] : tensor<1x8x32x32xf32>, tensor<3x5xf32>, tensor<3xi64>
  return %0 : tensor<3x8x7x7xf32>
}

// -----

func.func @indices(%x: tensor<1x8x32x32xf32>, %rois: tensor<3x4xf32>, %indices: tensor<2xi64>) -> tensor<3x8x7x7xf32> {
  // expected-error@+1 {{roi_align expects one index per region, got 2 for regions of 3x4}}
  %0 = cnn.roi_align <avg> %x, %rois, %indices size [7, 7] : tensor<1x8x32x32xf32>, tensor<3x4xf32>, tensor<2xi64>
  return %0 : tensor<3x8x7x7xf32>
}

// -----

func.func @size(%x: tensor<1x8x32x32xf32>, %rois: tensor<3x4xf32>, %indices: tensor<3xi64>) -> tensor<3x8x7x7xf32> {
  // expected-error@+1 {{roi_align expects two positive extents as size}}
  %0 = cnn.roi_align <avg> %x, %rois, %indices size [7, 0] : tensor<1x8x32x32xf32>, tensor<3x4xf32>, tensor<3xi64>
  return %0 : tensor<3x8x7x7xf32>
}

// -----

func.func @samples(%x: tensor<1x8x32x32xf32>, %rois: tensor<3x4xf32>, %indices: tensor<3xi64>) -> tensor<3x8x7x7xf32> {
  // expected-error@+1 {{roi_align expects 0 to 1024 samples, got 2000}}
  %0 = cnn.roi_align <avg> %x, %rois, %indices size [7, 7] samples 2000 : tensor<1x8x32x32xf32>, tensor<3x4xf32>, tensor<3xi64>
  return %0 : tensor<3x8x7x7xf32>
}
