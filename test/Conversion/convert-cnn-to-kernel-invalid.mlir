// RUN: cnn-opt %s --convert-cnn-to-kernel --split-input-file --verify-diagnostics

func.func @dynamic_batch(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error @+1 {{expected a static shape, got 'tensor<?x8x4x4xf32>'; --specialize-batch makes the batch static}}
  %y = cnn.unary <relu> %x : tensor<?x8x4x4xf32>
  return %y : tensor<?x8x4x4xf32>
}

// -----

func.func @index_outside(%x: tensor<4xf32>) -> tensor<1xf32> {
  %i = arith.constant dense<4> : tensor<1xi64>
  // expected-error @+2 {{expects indices from -4 to 3 for dimension 0, got 4}}
  // expected-error @+1 {{failed to legalize operation 'cnn.gather'}}
  %y = cnn.gather %x, %i axis 0 : tensor<4xf32>, tensor<1xi64>
  return %y : tensor<1xf32>
}
