// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @updates(%x: tensor<8xf32>, %i: tensor<3xi64>, %u: tensor<2xf32>) {
  // expected-error@+1 {{scatter_elements expects an update per index (3), got 2}}
  %0 = cnn.scatter_elements <set> %x, %i, %u axis 0 : tensor<8xf32>, tensor<3xi64>, tensor<2xf32>
  return
}

// -----

func.func @types(%x: tensor<8xf32>, %i: tensor<3xi64>, %u: tensor<3xf64>) {
  // expected-error@+1 {{scatter_elements expects updates of the input's element type 'f32', got 'f64'}}
  %0 = cnn.scatter_elements <set> %x, %i, %u axis 0 : tensor<8xf32>, tensor<3xi64>, tensor<3xf64>
  return
}

// -----

func.func @booleans(%x: tensor<8xi1>, %i: tensor<3xi64>, %u: tensor<3xi1>) {
  // expected-error@+1 {{scatter_elements expects numbers to combine, got booleans}}
  %0 = cnn.scatter_elements <max> %x, %i, %u axis 0 : tensor<8xi1>, tensor<3xi64>, tensor<3xi1>
  return
}

// -----

func.func @indices(%x: tensor<8xf32>, %i: tensor<1x3xi64>, %u: tensor<1x3xf32>) {
  // expected-error@+1 {{scatter_elements expects indices no larger than the input outside of dimension 0, got 1x3 for 8}}
  %0 = cnn.scatter_elements <set> %x, %i, %u axis 0 : tensor<8xf32>, tensor<1x3xi64>, tensor<1x3xf32>
  return
}
