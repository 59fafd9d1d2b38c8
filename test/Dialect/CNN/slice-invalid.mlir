// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @starts(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // expected-error@+1 {{slice (starts) expects one entry per dimension (2), got 1}}
  %0 = cnn.slice %x starts [0] sizes [-1, 1] : tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}

// -----

func.func @sizes(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // expected-error@+1 {{slice (sizes) expects one entry per dimension (2), got 1}}
  %0 = cnn.slice %x starts [0, 0] sizes [1] : tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}

// -----

func.func @steps(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // expected-error@+1 {{slice (steps) expects one entry per dimension (2), got 1}}
  %0 = cnn.slice %x starts [0, 0] sizes [-1, 1] steps [1] : tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}

// -----

func.func @end(%x: tensor<8xf32>) -> tensor<?x8xf32> {
  // expected-error@+1 {{slice expects a box inside 8, got start 5, size 4, step 1 in dimension 0}}
  %0 = cnn.slice %x starts [5] sizes [4] : tensor<8xf32>
  return %0 : tensor<?x8xf32>
}

// -----

func.func @start(%x: tensor<8xf32>) -> tensor<?x8xf32> {
  // expected-error@+1 {{slice expects a box inside 8, got start -1, size 1, step 1 in dimension 0}}
  %0 = cnn.slice %x starts [-1] sizes [1] : tensor<8xf32>
  return %0 : tensor<?x8xf32>
}

// -----

func.func @below(%x: tensor<8xf32>) -> tensor<?x8xf32> {
  // expected-error@+1 {{slice expects a box inside 8, got start 3, size 3, step -2 in dimension 0}}
  %0 = cnn.slice %x starts [3] sizes [3] steps [-2] : tensor<8xf32>
  return %0 : tensor<?x8xf32>
}

// -----

func.func @step(%x: tensor<8xf32>) -> tensor<?x8xf32> {
  // expected-error@+1 {{slice expects a box inside 8, got start 0, size 2, step 0 in dimension 0}}
  %0 = cnn.slice %x starts [0] sizes [2] steps [0] : tensor<8xf32>
  return %0 : tensor<?x8xf32>
}

// -----

func.func @large_step(%x: tensor<8xf32>) -> tensor<?x8xf32> {
  // expected-error@+1 {{slice expects a box inside 8, got start 0, size 2, step 9223372036854775807 in dimension 0}}
  %0 = cnn.slice %x starts [0] sizes [2] steps [9223372036854775807] : tensor<8xf32>
  return %0 : tensor<?x8xf32>
}

// -----

func.func @batch(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // expected-error@+1 {{slice expects a box inside ?x8, got start 0, size 1, step 1 in dimension 0}}
  %0 = cnn.slice %x starts [0, 0] sizes [1, 8] : tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}
