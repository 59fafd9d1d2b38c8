// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @dimensions(%x: tensor<1x8x4x4xf32>, %grid: tensor<1x6x6x3xf32>) -> tensor<1x8x6x6xf32> {
  // expected-error@+1 {{grid_sample expects a grid of the input's rank and batch whose last extent is the number of spatial dimensions, got 1x6x6x3 for an input of 1x8x4x4}}
  %0 = cnn.grid_sample <linear> %x, %grid padding <zeros> : tensor<1x8x4x4xf32>, tensor<1x6x6x3xf32>
  return %0 : tensor<1x8x6x6xf32>
}

// -----

func.func @batch(%x: tensor<1x8x4x4xf32>, %grid: tensor<2x6x6x2xf32>) -> tensor<1x8x6x6xf32> {
  // expected-error@+1 {{grid_sample expects a grid of the input's rank and batch whose last extent is the number of spatial dimensions, got 2x6x6x2 for an input of 1x8x4x4}}
  %0 = cnn.grid_sample <linear> %x, %grid padding <zeros> : tensor<1x8x4x4xf32>, tensor<2x6x6x2xf32>
  return %0 : tensor<1x8x6x6xf32>
}

// -----

func.func @empty(%x: tensor<1x8x0x4xf32>, %grid: tensor<1x6x6x2xf32>) -> tensor<1x8x6x6xf32> {
  // expected-error@+1 {{grid_sample expects an image that is not empty, got 1x8x0x4}}
  %0 = cnn.grid_sample <linear> %x, %grid padding <zeros> : tensor<1x8x0x4xf32>, tensor<1x6x6x2xf32>
  return %0 : tensor<1x8x6x6xf32>
}
