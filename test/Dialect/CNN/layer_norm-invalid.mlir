// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @axis(%x: tensor<1x49x96xf32>, %y: tensor<96xf32>) -> tensor<1x49x96xf32> {
  // expected-error@+1 {{layer_norm expects an axis from 0 to 2, got 3}}
  %0 = cnn.layer_norm %x, %y axis 3 : tensor<1x49x96xf32>, tensor<96xf32>
  return %0 : tensor<1x49x96xf32>
}

// -----

func.func @scale(%x: tensor<1x49x96xf32>, %y: tensor<96xf32>) -> tensor<1x49x96xf32> {
  // expected-error@+1 {{layer_norm expects parameters of shape 49x96, got 96}}
  %0 = cnn.layer_norm %x, %y axis 1 : tensor<1x49x96xf32>, tensor<96xf32>
  return %0 : tensor<1x49x96xf32>
}

// -----

func.func @shift(%x: tensor<1x49x96xf32>, %y: tensor<96xf32>, %z: tensor<49xf32>) -> tensor<1x49x96xf32> {
  // expected-error@+1 {{layer_norm expects parameters of shape 96, got 49}}
  %0 = cnn.layer_norm %x, %y shift %z : tensor<49xf32> axis 2 : tensor<1x49x96xf32>, tensor<96xf32>
  return %0 : tensor<1x49x96xf32>
}
