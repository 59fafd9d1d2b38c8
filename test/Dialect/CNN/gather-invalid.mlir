// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @axis(%x: tensor<?x8x4xf32>, %y: tensor<3xi64>) -> tensor<?x8x4xf32> {
  // expected-error@+1 {{gather expects an axis from 0 to 2, got 3}}
  %0 = cnn.gather %x, %y axis 3 : tensor<?x8x4xf32>, tensor<3xi64>
  return %0 : tensor<?x8x4xf32>
}

// -----

func.func @indices(%x: tensor<?x8x4xf32>, %y: tensor<3xf32>) -> tensor<?x3x4xf32> {
  // expected-error@+1 {{op operand #1 must be tensor, dynamic in dimension 0 at most, of integer values, but got 'tensor<3xf32>'}}
  %0 = cnn.gather %x, %y axis 1 : tensor<?x8x4xf32>, tensor<3xf32>
  return %0 : tensor<?x3x4xf32>
}
