// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @scale(%x: tensor<2x3xi8>, %s: tensor<2xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{dequantize expects its scale to broadcast to 2x3, got 2}}
  %0 = cnn.dequantize %x, %s : tensor<2x3xi8>, tensor<2xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @zero_point(%x: tensor<3xi8>, %s: tensor<f32>, %z: tensor<2xi8>) -> tensor<3xf32> {
  // expected-error@+1 {{dequantize expects its zero point to broadcast to 3, got 2}}
  %0 = cnn.dequantize %x, %s zeroPoint %z : tensor<2xi8> : tensor<3xi8>, tensor<f32>
  return %0 : tensor<3xf32>
}

// -----

func.func @sign(%x: tensor<3xi8>, %s: tensor<f32>, %z: tensor<ui8>) -> tensor<3xf32> {
  // expected-error@+1 {{dequantize expects a zero point of the element type 'i8', got 'ui8'}}
  %0 = cnn.dequantize %x, %s zeroPoint %z : tensor<ui8> : tensor<3xi8>, tensor<f32>
  return %0 : tensor<3xf32>
}
