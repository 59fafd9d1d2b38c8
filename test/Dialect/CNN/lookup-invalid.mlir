// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @many(%x: tensor<2xui8>, %c: tensor<257xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{lookup expects a codebook whose last dimension has 1 to 256 numbers, got 257}}
  %0 = cnn.lookup %x, %c : tensor<2xui8>, tensor<257xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @scalar(%x: tensor<2xui8>, %c: tensor<f32>) -> tensor<2xf32> {
  // expected-error@+1 {{lookup expects a codebook whose last dimension has 1 to 256 numbers}}
  %0 = cnn.lookup %x, %c : tensor<2xui8>, tensor<f32>
  return %0 : tensor<2xf32>
}

// -----

func.func @channels(%x: tensor<2x3xui8>, %c: tensor<2x4xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{lookup expects the codebook without its last dimension to broadcast to 2x3, got 2}}
  %0 = cnn.lookup %x, %c : tensor<2x3xui8>, tensor<2x4xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @signs(%x: tensor<2xi8>, %c: tensor<4xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{must be tensor, dynamic in dimension 0 at most, of 8-bit unsigned integer values, but got 'tensor<2xi8>'}}
  %0 = cnn.lookup %x, %c : tensor<2xi8>, tensor<4xf32>
  return %0 : tensor<2xf32>
}
