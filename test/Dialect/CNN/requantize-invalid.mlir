// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @input_scale(%x: tensor<2x3xi32>, %i: tensor<2xf32>, %o: tensor<f32>, %z: tensor<i8>) -> tensor<2x3xi8> {
  // expected-error@+1 {{requantize expects its input scale to broadcast to 2x3, got 2}}
  %0 = cnn.requantize %x, %i, %o, %z : tensor<2x3xi32>, tensor<2xf32>, tensor<f32>, tensor<i8>
  return %0 : tensor<2x3xi8>
}

// -----

func.func @output_scale(%x: tensor<2x3xi32>, %i: tensor<f32>, %o: tensor<4x1x1xf32>, %z: tensor<i8>) -> tensor<2x3xi8> {
  // expected-error@+1 {{requantize expects its output scale to broadcast to 2x3, got 4x1x1}}
  %0 = cnn.requantize %x, %i, %o, %z : tensor<2x3xi32>, tensor<f32>, tensor<4x1x1xf32>, tensor<i8>
  return %0 : tensor<2x3xi8>
}

// -----

func.func @zero_point(%x: tensor<2x3xi32>, %s: tensor<f32>, %z: tensor<2xi8>) -> tensor<2x3xi8> {
  // expected-error@+1 {{requantize expects its zero point to broadcast to 2x3, got 2}}
  %0 = cnn.requantize %x, %s, %s, %z : tensor<2x3xi32>, tensor<f32>, tensor<f32>, tensor<2xi8>
  return %0 : tensor<2x3xi8>
}

// -----

func.func @divisor(%x: tensor<2x3xi32>, %s: tensor<f32>, %z: tensor<i8>, %n: tensor<4xf32>) -> tensor<2x3xi8> {
  // expected-error@+1 {{requantize expects its divisor to broadcast to 2x3, got 4}}
  %0 = cnn.requantize %x, %s, %s, %z divisor %n : tensor<4xf32> : tensor<2x3xi32>, tensor<f32>, tensor<f32>, tensor<i8>
  return %0 : tensor<2x3xi8>
}
