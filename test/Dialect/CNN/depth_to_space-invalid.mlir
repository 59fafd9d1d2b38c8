// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @block(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{depth_to_space expects an image of rank 4 whose channels are divisible by 3 squared, got ?x8x4x4}}
  %0 = cnn.depth_to_space <depth_column_row> %x block 3 : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// -----

func.func @zero(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{depth_to_space expects an image of rank 4 whose channels are divisible by 0 squared, got ?x8x4x4}}
  %0 = cnn.depth_to_space <depth_column_row> %x block 0 : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// -----

func.func @huge(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{depth_to_space expects an image of rank 4 whose channels are divisible by 4294967296 squared, got ?x8x4x4}}
  %0 = cnn.depth_to_space <depth_column_row> %x block 4294967296 : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// -----

func.func @rank(%x: tensor<1x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{depth_to_space expects an image of rank 4 whose channels are divisible by 2 squared, got 1x4x4}}
  %0 = cnn.depth_to_space <depth_column_row> %x block 2 : tensor<1x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}
