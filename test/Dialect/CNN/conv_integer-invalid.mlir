// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @channels(%x: tensor<1x3x8xi8>, %w: tensor<4x2x3xi8>) -> tensor<1x4x6xi32> {
  // expected-error@+1 {{conv_integer expects 2 input channels (2 of the filter times 1 groups), got 3}}
  %0 = cnn.conv_integer %x, %w : tensor<1x3x8xi8>, tensor<4x2x3xi8>
  return %0 : tensor<1x4x6xi32>
}

// -----

func.func @sign(%x: tensor<1x3x8xui8>, %w: tensor<4x3x3xi8>, %z: tensor<i8>) -> tensor<1x4x6xi32> {
  // expected-error@+1 {{conv_integer expects a zero point of the element type 'ui8', got 'i8'}}
  %0 = cnn.conv_integer %x, %w inputZeroPoint %z : tensor<i8> : tensor<1x3x8xui8>, tensor<4x3x3xi8>
  return %0 : tensor<1x4x6xi32>
}

// -----

func.func @input_zero_points(%x: tensor<1x3x8xi8>, %w: tensor<4x3x3xi8>, %z: tensor<3xi8>) -> tensor<1x4x6xi32> {
  // expected-error@+1 {{conv_integer expects its input zero point to broadcast to 1, got 3}}
  %0 = cnn.conv_integer %x, %w inputZeroPoint %z : tensor<3xi8> : tensor<1x3x8xi8>, tensor<4x3x3xi8>
  return %0 : tensor<1x4x6xi32>
}

// -----

func.func @filter_zero_points(%x: tensor<1x3x8xi8>, %w: tensor<4x3x3xi8>, %z: tensor<3xi8>) -> tensor<1x4x6xi32> {
  // expected-error@+1 {{conv_integer expects its filter zero point to broadcast to 4, got 3}}
  %0 = cnn.conv_integer %x, %w filterZeroPoint %z : tensor<3xi8> : tensor<1x3x8xi8>, tensor<4x3x3xi8>
  return %0 : tensor<1x4x6xi32>
}

// -----

func.func @bias(%x: tensor<1x3x8xi8>, %w: tensor<4x3x3xi8>, %b: tensor<3xi32>) -> tensor<1x4x6xi32> {
  // expected-error@+1 {{conv_integer expects one bias per output channel (4), got 3}}
  %0 = cnn.conv_integer %x, %w bias %b : tensor<3xi32> : tensor<1x3x8xi8>, tensor<4x3x3xi8>
  return %0 : tensor<1x4x6xi32>
}
