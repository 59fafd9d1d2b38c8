// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @updates(%x: tensor<8x4xf32>, %i: tensor<3x1xi64>, %u: tensor<3xf32>) {
  // expected-error@+1 {{scatter_nd expects updates of shape 3x4, got 3}}
  %0 = cnn.scatter_nd <set> %x, %i, %u : tensor<8x4xf32>, tensor<3x1xi64>, tensor<3xf32>
  return
}

// -----

func.func @booleans(%x: tensor<8xi1>, %i: tensor<3x1xi64>, %u: tensor<3xi1>) {
  // expected-error@+1 {{scatter_nd expects numbers to combine, got booleans}}
  %0 = cnn.scatter_nd <mul> %x, %i, %u : tensor<8xi1>, tensor<3x1xi64>, tensor<3xi1>
  return
}

// -----

func.func @empty(%x: tensor<0xf32>, %i: tensor<3x1xi64>, %u: tensor<3xf32>) {
  // expected-error@+1 {{scatter_nd expects no indices into a dimension of extent 0, got indices of shape 3x1}}
  %0 = cnn.scatter_nd <set> %x, %i, %u : tensor<0xf32>, tensor<3x1xi64>, tensor<3xf32>
  return
}
