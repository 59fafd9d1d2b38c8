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

// -----

func.func @no_data(%x: tensor<1x100xf32>) -> tensor<1x100xf32> {
  // expected-error @+1 {{expected 400 bytes of data for a constant of type 'tensor<1x100xf32>', got 0; were the weights left out when it was printed?}}
  %c = arith.constant dense_resource<elided> : tensor<1x100xf32>
  %y = cnn.binary <add> %x, %c : tensor<1x100xf32>, tensor<1x100xf32>
  return %y : tensor<1x100xf32>
}

// -----

func.func @little_data(%x: tensor<1x100xf32>) -> tensor<1x100xf32> {
  // expected-error @+1 {{expected 400 bytes of data for a constant of type 'tensor<1x100xf32>', got 4}}
  %c = arith.constant dense_resource<short> : tensor<1x100xf32>
  %y = cnn.binary <add> %x, %c : tensor<1x100xf32>, tensor<1x100xf32>
  return %y : tensor<1x100xf32>
}

{-#
  dialect_resources: {
    builtin: {
      short: "0x0400000000000080"
    }
  }
#-}
