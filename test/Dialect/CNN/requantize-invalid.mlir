// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @multiplier(%x: tensor<2x3xi32>, %m: tensor<2xf32>, %z: tensor<i8>) -> tensor<2x3xi8> {
  // expected-error@+1 {{requantize expects its multiplier to broadcast to 2x3, got 2}}
  %0 = cnn.requantize %x, %m, %z : tensor<2x3xi32>, tensor<2xf32>, tensor<i8>
  return %0 : tensor<2x3xi8>
}

// -----

func.func @zero_point(%x: tensor<2x3xi32>, %m: tensor<f32>, %z: tensor<2xi8>) -> tensor<2x3xi8> {
  // expected-error@+1 {{requantize expects its zero point to broadcast to 2x3, got 2}}
  %0 = cnn.requantize %x, %m, %z : tensor<2x3xi32>, tensor<f32>, tensor<2xi8>
  return %0 : tensor<2x3xi8>
}
