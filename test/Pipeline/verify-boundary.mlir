// RUN: cnn-opt %s --verify-boundary=boundary=A --split-input-file --verify-diagnostics

func.func @network(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = cnn.unary <relu> %x : tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}

// -----

func.func @below(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  // expected-error @below {{should not be there at boundary A}}
  %0 = tensor.empty() : tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}
