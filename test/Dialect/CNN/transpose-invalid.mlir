// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @length(%x: tensor<1x8x4x5xf32>) -> tensor<1x8x4x5xf32> {
  // expected-error@+1 {{transpose expects one entry per dimension (4), got 2}}
  %0 = cnn.transpose %x permutation [1, 0] : tensor<1x8x4x5xf32>
  return %0 : tensor<1x8x4x5xf32>
}

// -----

func.func @permutation(%x: tensor<1x8x4x5xf32>) -> tensor<1x8x4x5xf32> {
  // expected-error@+1 {{transpose expects a permutation of 0 to 3}}
  %0 = cnn.transpose %x permutation [0, 1, 1, 2] : tensor<1x8x4x5xf32>
  return %0 : tensor<1x8x4x5xf32>
}

// -----

func.func @batch(%x: tensor<?x2xf32>) -> tensor<1x8x4x5xf32> {
  // expected-error@+1 {{transpose expects ranked tensors of at most 2^40 elements of which only dimension 0 may be dynamic, got 'tensor<2x?xf32>'}}
  %0 = cnn.transpose %x permutation [1, 0] : tensor<?x2xf32>
  return %0 : tensor<1x8x4x5xf32>
}
