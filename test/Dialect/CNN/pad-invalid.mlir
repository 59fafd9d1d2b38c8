// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @low(%x: tensor<?x3x4x4xf32>) -> tensor<?x3x4x4xf32> {
  // expected-error@+1 {{pad (low) expects one entry per dimension (4), got 2}}
  %0 = cnn.pad <constant> %x low [1, 1] high [0, 0, 0, 0] : tensor<?x3x4x4xf32>
  return %0 : tensor<?x3x4x4xf32>
}

// -----

func.func @high(%x: tensor<?x3x4x4xf32>) -> tensor<?x3x4x4xf32> {
  // expected-error@+1 {{pad (high) expects one entry per dimension (4), got 2}}
  %0 = cnn.pad <constant> %x low [0, 0, 0, 0] high [1, 1] : tensor<?x3x4x4xf32>
  return %0 : tensor<?x3x4x4xf32>
}

// -----

func.func @batch(%x: tensor<?x3x4x4xf32>) -> tensor<?x3x4x4xf32> {
  // expected-error@+1 {{pad expects a static extent, got ?x3x4x4 with 1 and 0 in dimension 0}}
  %0 = cnn.pad <constant> %x low [1, 0, 0, 0] high [0, 0, 0, 0] : tensor<?x3x4x4xf32>
  return %0 : tensor<?x3x4x4xf32>
}

// -----

func.func @reflect(%x: tensor<?x3x4x4xf32>) -> tensor<?x3x4x4xf32> {
  // expected-error@+1 {{pad expects a static extent larger than its pads, got ?x3x4x4 with 4 and 0 in dimension 2}}
  %0 = cnn.pad <reflect> %x low [0, 0, 4, 0] high [0, 0, 0, 0] : tensor<?x3x4x4xf32>
  return %0 : tensor<?x3x4x4xf32>
}

// -----

func.func @crop(%x: tensor<?x3x4x4xf32>) -> tensor<?x3x4x4xf32> {
  // expected-error@+1 {{pad expects a static extent, got ?x3x4x4 with -3 and -2 in dimension 3}}
  %0 = cnn.pad <constant> %x low [0, 0, 0, -3] high [0, 0, 0, -2] : tensor<?x3x4x4xf32>
  return %0 : tensor<?x3x4x4xf32>
}

// -----

func.func @huge(%x: tensor<4xf32>) -> tensor<?x3x4x4xf32> {
  // expected-error@+1 {{pad expects a static extent, got 4 with 9223372036854775807 and 1 in dimension 0}}
  %0 = cnn.pad <constant> %x low [9223372036854775807] high [1] : tensor<4xf32>
  return %0 : tensor<?x3x4x4xf32>
}
