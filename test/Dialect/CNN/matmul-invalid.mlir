// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @inner(%x: tensor<3x4xf32>, %y: tensor<3x4xf32>) -> tensor<3x4xf32> {
  // expected-error@+1 {{matmul expects shapes ..MxK and ..KxN with leading dimensions that broadcast, got 3x4 and 3x4}}
  %0 = cnn.matmul %x, %y : tensor<3x4xf32>, tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

func.func @batch(%x: tensor<2x3x4xf32>, %y: tensor<3x4x5xf32>) -> tensor<3x4xf32> {
  // expected-error@+1 {{matmul expects shapes ..MxK and ..KxN with leading dimensions that broadcast, got 2x3x4 and 3x4x5}}
  %0 = cnn.matmul %x, %y : tensor<2x3x4xf32>, tensor<3x4x5xf32>
  return %0 : tensor<3x4xf32>
}

// -----

func.func @scalar(%x: tensor<f32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{matmul expects shapes ..MxK and ..KxN with leading dimensions that broadcast, got scalar and 4}}
  %0 = cnn.matmul %x, %y : tensor<f32>, tensor<4xf32>
  return %0 : tensor<4xf32>
}
