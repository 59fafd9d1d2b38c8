// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @extent(%x: tensor<3x1xf32>) -> tensor<3x1xf32> {
  // expected-error@+1 {{expand expects a shape that 3x1 broadcasts to, got 4x4}}
  %0 = cnn.expand %x to [4, 4] : tensor<3x1xf32>
  return %0 : tensor<3x1xf32>
}

// -----

func.func @rank(%x: tensor<3x1xf32>) -> tensor<3x1xf32> {
  // expected-error@+1 {{expand expects a shape that 3x1 broadcasts to, got 3}}
  %0 = cnn.expand %x to [3] : tensor<3x1xf32>
  return %0 : tensor<3x1xf32>
}

// -----

func.func @negative(%x: tensor<3x1xf32>) -> tensor<3x1xf32> {
  // expected-error@+1 {{expand expects a shape that 3x1 broadcasts to, got 3x-2}}
  %0 = cnn.expand %x to [3, -2] : tensor<3x1xf32>
  return %0 : tensor<3x1xf32>
}

// -----

func.func @huge(%x: tensor<3x1xf32>) -> tensor<3x1xf32> {
  // expected-error@+1 {{expand expects ranked tensors of at most 2^40 elements of which only dimension 0 may be dynamic, got 'tensor<3x1099511627776xf32>'}}
  %0 = cnn.expand %x to [3, 1099511627776] : tensor<3x1xf32>
  return %0 : tensor<3x1xf32>
}
