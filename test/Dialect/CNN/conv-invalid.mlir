// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @rank(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{conv expects images of rank 3, 4 or 5, got 3}}
  %0 = cnn.conv %x, %y : tensor<3xf32>, tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

func.func @ranks(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3xf32>) -> tensor<1x3x8x8xf32> {
  // expected-error@+1 {{conv expects input and filter of one rank, got 1x3x8x8 and 8x3x3}}
  %0 = cnn.conv %x, %y : tensor<1x3x8x8xf32>, tensor<8x3x3xf32>
  return %0 : tensor<1x3x8x8xf32>
}

// -----

func.func @groups(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf32>) -> tensor<1x3x8x8xf32> {
  // expected-error@+1 {{conv expects groups to divide the 8 output channels, got 3}}
  %0 = cnn.conv %x, %y groups 3 : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<1x3x8x8xf32>
}

// -----

func.func @channels(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf32>) -> tensor<1x3x8x8xf32> {
  // expected-error@+1 {{conv expects 6 input channels (3 of the filter times 2 groups), got 3}}
  %0 = cnn.conv %x, %y groups 2 : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<1x3x8x8xf32>
}

// -----

func.func @stride_count(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf32>) -> tensor<1x3x8x8xf32> {
  // expected-error@+1 {{conv expects 2 strides, got 1}}
  %0 = cnn.conv %x, %y strides [1] : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<1x3x8x8xf32>
}

// -----

func.func @stride(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf32>) -> tensor<1x3x8x8xf32> {
  // expected-error@+1 {{conv expects strides of at least 1 and at most 2^31, got 0}}
  %0 = cnn.conv %x, %y strides [1, 0] : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<1x3x8x8xf32>
}

// -----

func.func @pad_count(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf32>) -> tensor<1x3x8x8xf32> {
  // expected-error@+1 {{conv expects 4 pads, got 2}}
  %0 = cnn.conv %x, %y pads [1, 1] : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<1x3x8x8xf32>
}

// -----

func.func @pad(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf32>) -> tensor<1x3x8x8xf32> {
  // expected-error@+1 {{conv expects pads of at least 0 and at most 2^31, got -1}}
  %0 = cnn.conv %x, %y pads [0, 0, 0, -1] : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<1x3x8x8xf32>
}

// -----

func.func @dilation(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf32>) -> tensor<1x3x8x8xf32> {
  // expected-error@+1 {{conv expects dilations of at least 1 and at most 2^31, got 0}}
  %0 = cnn.conv %x, %y dilations [0, 1] : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<1x3x8x8xf32>
}

// -----

func.func @window(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf32>) -> tensor<1x3x8x8xf32> {
  // expected-error@+1 {{conv expects its window of 9 elements to fit the padded input extent 8}}
  %0 = cnn.conv %x, %y dilations [1, 4] : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<1x3x8x8xf32>
}

// -----

func.func @bias(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf32>, %z: tensor<3xf32>) -> tensor<1x3x8x8xf32> {
  // expected-error@+1 {{conv expects one bias per output channel (8), got 3}}
  %0 = cnn.conv %x, %y bias %z : tensor<3xf32> : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<1x3x8x8xf32>
}

// -----

func.func @residual(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf32>, %z: tensor<1x8x8x8xf32>) -> tensor<1x3x8x8xf32> {
  // expected-error@+1 {{conv expects a residual of the result's shape 1x8x6x6, got 1x8x8x8}}
  %0 = cnn.conv %x, %y residual %z : tensor<1x8x8x8xf32> : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<1x3x8x8xf32>
}

// -----

func.func @element_type(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf16>) -> tensor<1x8x6x6xf32> {
  // expected-error@+1 {{op requires the same element type for all operands}}
  %0 = cnn.conv %x, %y : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf16>
  return %0 : tensor<1x8x6x6xf32>
}

// -----

func.func @result(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf32>) -> tensor<1x8x8x8xf32> {
  // expected-error@+2 {{op failed to infer returned types}}
  // expected-error@+1 {{op inferred type(s) 'tensor<1x8x6x6xf32>' are incompatible with return type(s) of operation 'tensor<1x8x8x8xf32>'}}
  %0 = "cnn.conv"(%x, %y) <{operandSegmentSizes = array<i32: 1, 1, 0, 0>}> : (tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @dynamic_height(%x: tensor<1x3x?x8xf32>, %y: tensor<8x3x3x3xf32>) -> tensor<1x8x?x6xf32> {
  // expected-error@+1 {{conv expects ranked tensors of at most 2^40 elements of which only dimension 0 may be dynamic, got 'tensor<1x3x?x8xf32>'}}
  %0 = cnn.conv %x, %y : tensor<1x3x?x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<1x8x?x6xf32>
}
