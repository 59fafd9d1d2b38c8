// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @scale(%x: tensor<2x3xf32>, %s: tensor<2xf32>, %z: tensor<i8>) -> tensor<2x3xi8> {
  // expected-error@+1 {{quantize expects its scale to broadcast to 2x3, got 2}}
  %0 = cnn.quantize %x, %s, %z : tensor<2x3xf32>, tensor<2xf32>, tensor<i8>
  return %0 : tensor<2x3xi8>
}

// -----

func.func @zero_point(%x: tensor<3xf32>, %s: tensor<f32>, %z: tensor<2x1xi8>) -> tensor<3xi8> {
  // expected-error@+1 {{quantize expects its zero point to broadcast to 3, got 2x1}}
  %0 = cnn.quantize %x, %s, %z : tensor<3xf32>, tensor<f32>, tensor<2x1xi8>
  return %0 : tensor<3xi8>
}

// -----

func.func @precision(%x: tensor<3xf32>, %s: tensor<f16>, %z: tensor<i8>) -> tensor<3xi8> {
  // expected-error@+1 {{failed to verify that all of {input, scale} have same element type}}
  %0 = cnn.quantize %x, %s, %z : tensor<3xf32>, tensor<f16>, tensor<i8>
  return %0 : tensor<3xi8>
}
