// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @rank(%x: tensor<1x16x8xf32>, %y: tensor<32x16x3x3xf32>) -> tensor<1x16x8x8xf32> {
  // expected-error@+1 {{winograd_conv expects an image of rank 4, a filter of rank 4 and two tile extents}}
  %0 = cnn.winograd_conv %x, %y tile [4, 4] : tensor<1x16x8xf32>, tensor<32x16x3x3xf32>
  return %0 : tensor<1x16x8x8xf32>
}

// -----

func.func @tile(%x: tensor<1x16x8x8xf32>, %y: tensor<32x16x3x3xf32>) -> tensor<1x16x8x8xf32> {
  // expected-error@+1 {{winograd_conv expects a tile and taps of at least 1 with tile + taps - 1 at most 10, got 9 and 3 in dimension 1}}
  %0 = cnn.winograd_conv %x, %y tile [4, 9] : tensor<1x16x8x8xf32>, tensor<32x16x3x3xf32>
  return %0 : tensor<1x16x8x8xf32>
}

// -----

func.func @channels(%x: tensor<1x8x8x8xf32>, %y: tensor<32x16x3x3xf32>) -> tensor<1x16x8x8xf32> {
  // expected-error@+1 {{winograd_conv expects 16 input channels (16 of the filter times 1 groups), got 8}}
  %0 = cnn.winograd_conv %x, %y tile [4, 4] : tensor<1x8x8x8xf32>, tensor<32x16x3x3xf32>
  return %0 : tensor<1x16x8x8xf32>
}

// -----

func.func @pads(%x: tensor<1x16x8x8xf32>, %y: tensor<32x16x3x3xf32>) -> tensor<1x16x8x8xf32> {
  // expected-error@+1 {{winograd_conv expects 4 pads, got 1}}
  %0 = cnn.winograd_conv %x, %y tile [4, 4] pads [1] : tensor<1x16x8x8xf32>, tensor<32x16x3x3xf32>
  return %0 : tensor<1x16x8x8xf32>
}

// -----

func.func @bias(%x: tensor<1x16x8x8xf32>, %y: tensor<32x16x3x3xf32>, %z: tensor<16xf32>) -> tensor<1x16x8x8xf32> {
  // expected-error@+1 {{winograd_conv expects one bias per output channel (32), got 16}}
  %0 = cnn.winograd_conv %x, %y bias %z : tensor<16xf32> tile [4, 4] : tensor<1x16x8x8xf32>, tensor<32x16x3x3xf32>
  return %0 : tensor<1x16x8x8xf32>
}
