// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @axis(%x: tensor<2x8xf32>, %i: tensor<2x3xi64>) {
  // expected-error@+1 {{gather_elements expects an axis from 0 to 1, got 2}}
  %0 = cnn.gather_elements %x, %i axis 2 : tensor<2x8xf32>, tensor<2x3xi64>
  return
}

// -----

func.func @rank(%x: tensor<2x8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{gather_elements expects indices no larger than the input outside of dimension 1, got 3 for 2x8}}
  %0 = cnn.gather_elements %x, %i axis 1 : tensor<2x8xf32>, tensor<3xi64>
  return
}

// -----

func.func @larger(%x: tensor<2x8xf32>, %i: tensor<3x8xi64>) {
  // expected-error@+1 {{gather_elements expects indices no larger than the input outside of dimension 1, got 3x8 for 2x8}}
  %0 = cnn.gather_elements %x, %i axis 1 : tensor<2x8xf32>, tensor<3x8xi64>
  return
}

// -----

func.func @empty(%x: tensor<2x0xf32>, %i: tensor<2x1xi64>) {
  // expected-error@+1 {{gather_elements expects no indices into a dimension of extent 0, got indices of shape 2x1}}
  %0 = cnn.gather_elements %x, %i axis 1 : tensor<2x0xf32>, tensor<2x1xi64>
  return
}
