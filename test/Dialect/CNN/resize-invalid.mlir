// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @shape(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{resize (shape) expects one entry per dimension (4), got 2}}
  %0 = cnn.resize <linear> %x to [8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <half_pixel> : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// -----

func.func @scales(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{resize expects one scale per dimension (4), got 1}}
  %0 = cnn.resize <linear> %x to [-1, 8, 8, 8] scales [2.0] coordinates <half_pixel> : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// -----

func.func @extent(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{resize expects positive extents and scales, got 0 and 2.000000e+00 in dimension 2}}
  %0 = cnn.resize <linear> %x to [-1, 8, 0, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <half_pixel> : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// -----

func.func @scale(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{resize expects positive extents and scales, got 8 and -1.000000e+00 in dimension 3}}
  %0 = cnn.resize <linear> %x to [-1, 8, 8, 8] scales [1.0, 1.0, 2.0, -1.0] coordinates <half_pixel> : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// -----

func.func @roi(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x8x8xf32> {
  // expected-error@+1 {{resize expects a roi of 8 numbers, got 0}}
  %0 = cnn.resize <linear> %x to [1, 8, 8, 8] scales [1.0, 1.0, 2.0, 2.0] coordinates <tf_crop_and_resize> : tensor<1x8x4x4xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @integers(%x: tensor<1x8x4x4xi8>) -> tensor<1x8x8x8xi8> {
  // expected-error@+1 {{resize expects floats to interpolate, got 'i8'}}
  %0 = cnn.resize <linear> %x to [1, 8, 8, 8] scales [1.0, 1.0, 2.0, 2.0] coordinates <half_pixel> : tensor<1x8x4x4xi8>
  return %0 : tensor<1x8x8x8xi8>
}
