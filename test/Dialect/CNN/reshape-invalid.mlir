// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @count(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32> {
  // expected-error@+1 {{reshape expects as many elements as 1x8x4x4 has, got shape 1x127}}
  %0 = cnn.reshape %x to [1, 127] : tensor<1x8x4x4xf32>
  return %0 : tensor<1x8x4x4xf32>
}

// -----

func.func @divisor(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32> {
  // expected-error@+1 {{reshape expects as many elements as 1x8x4x4 has, got shape 3x-1}}
  %0 = cnn.reshape %x to [3, -1] : tensor<1x8x4x4xf32>
  return %0 : tensor<1x8x4x4xf32>
}

// -----

func.func @unknown(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32> {
  // expected-error@+1 {{reshape expects extents that are not negative, and at most one -1}}
  %0 = cnn.reshape %x to [-1, -1] : tensor<1x8x4x4xf32>
  return %0 : tensor<1x8x4x4xf32>
}

// -----

func.func @negative(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32> {
  // expected-error@+1 {{reshape expects extents that are not negative, and at most one -1}}
  %0 = cnn.reshape %x to [-2, 64] : tensor<1x8x4x4xf32>
  return %0 : tensor<1x8x4x4xf32>
}

// -----

func.func @batch(%x: tensor<?x8xf32>) -> tensor<1x8x4x4xf32> {
  // expected-error@+1 {{reshape of a dynamic batch expects -1 as the first extent, got 1x-1}}
  %0 = cnn.reshape %x to [1, -1] : tensor<?x8xf32>
  return %0 : tensor<1x8x4x4xf32>
}

// -----

func.func @batch_divisor(%x: tensor<?x8xf32>) -> tensor<1x8x4x4xf32> {
  // expected-error@+1 {{reshape expects as many elements as ?x8 has, got shape -1x3}}
  %0 = cnn.reshape %x to [-1, 3] : tensor<?x8xf32>
  return %0 : tensor<1x8x4x4xf32>
}

// -----

func.func @huge(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32> {
  // expected-error@+1 {{reshape expects at most 2^40 elements, got shape 4294967296x4294967296}}
  %0 = cnn.reshape %x to [4294967296, 4294967296] : tensor<1x8x4x4xf32>
  return %0 : tensor<1x8x4x4xf32>
}
