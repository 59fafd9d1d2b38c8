// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @rank(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> tensor<1x4x8x8xf32> {
  // expected-error@+1 {{conv_transpose expects images of rank 3, 4 or 5, got 4x4}}
  %0 = cnn.conv_transpose %x, %y : tensor<4x4xf32>, tensor<4x4xf32>
  return %0 : tensor<1x4x8x8xf32>
}

// -----

func.func @channels(%x: tensor<1x4x8x8xf32>, %y: tensor<3x4x2x2xf32>) -> tensor<1x4x8x8xf32> {
  // expected-error@+1 {{conv_transpose expects a filter of the input's rank that starts with its 4 channels, got 3x4x2x2}}
  %0 = cnn.conv_transpose %x, %y : tensor<1x4x8x8xf32>, tensor<3x4x2x2xf32>
  return %0 : tensor<1x4x8x8xf32>
}

// -----

func.func @groups(%x: tensor<1x4x8x8xf32>, %y: tensor<4x3x2x2xf32>) -> tensor<1x4x8x8xf32> {
  // expected-error@+1 {{conv_transpose expects groups to divide the 4 input channels, got 3}}
  %0 = cnn.conv_transpose %x, %y groups 3 : tensor<1x4x8x8xf32>, tensor<4x3x2x2xf32>
  return %0 : tensor<1x4x8x8xf32>
}

// -----

func.func @output_pads(%x: tensor<1x4x8x8xf32>, %y: tensor<4x3x2x2xf32>) -> tensor<1x4x8x8xf32> {
  // expected-error@+1 {{conv_transpose expects 2 outputPads, got 1}}
  %0 = cnn.conv_transpose %x, %y outputPads [1] : tensor<1x4x8x8xf32>, tensor<4x3x2x2xf32>
  return %0 : tensor<1x4x8x8xf32>
}

// -----

func.func @pads(%x: tensor<1x4x8x8xf32>, %y: tensor<4x3x2x2xf32>) -> tensor<1x4x8x8xf32> {
  // expected-error@+1 {{conv_transpose expects pads smaller than the result, got extent -1}}
  %0 = cnn.conv_transpose %x, %y pads [5, 5, 5, 5] : tensor<1x4x8x8xf32>, tensor<4x3x2x2xf32>
  return %0 : tensor<1x4x8x8xf32>
}

// -----

func.func @bias(%x: tensor<1x4x8x8xf32>, %y: tensor<4x3x2x2xf32>, %z: tensor<4xf32>) -> tensor<1x4x8x8xf32> {
  // expected-error@+1 {{conv_transpose expects one bias per output channel (3), got 4}}
  %0 = cnn.conv_transpose %x, %y bias %z : tensor<4xf32> : tensor<1x4x8x8xf32>, tensor<4x3x2x2xf32>
  return %0 : tensor<1x4x8x8xf32>
}
