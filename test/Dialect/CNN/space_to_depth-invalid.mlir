// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @block(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{space_to_depth expects an image of rank 4 whose height and width are divisible by 3, got ?x8x4x4}}
  %0 = cnn.space_to_depth %x block 3 : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// -----

func.func @zero(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{space_to_depth expects an image of rank 4 whose height and width are divisible by 0, got ?x8x4x4}}
  %0 = cnn.space_to_depth %x block 0 : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// -----

func.func @rank(%x: tensor<1x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{space_to_depth expects an image of rank 4 whose height and width are divisible by 2, got 1x4x4}}
  %0 = cnn.space_to_depth %x block 2 : tensor<1x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}
