// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @rank(%x: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{avg_pool expects images of rank 3, 4 or 5, got 8}}
  %0 = cnn.avg_pool %x kernel [3] : tensor<8xf32>
  return %0 : tensor<8xf32>
}

// -----

func.func @kernel(%x: tensor<1x8x7x7xf32>) -> tensor<1x8x7x7xf32> {
  // expected-error@+1 {{avg_pool expects an input of rank 3, got 1x8x7x7}}
  %0 = cnn.avg_pool %x kernel [3] : tensor<1x8x7x7xf32>
  return %0 : tensor<1x8x7x7xf32>
}

// -----

func.func @size(%x: tensor<1x8x7x7xf32>) -> tensor<1x8x7x7xf32> {
  // expected-error@+1 {{avg_pool expects window sizes of at least 1 and at most 2^31, got 0}}
  %0 = cnn.avg_pool %x kernel [3, 0] : tensor<1x8x7x7xf32>
  return %0 : tensor<1x8x7x7xf32>
}

// -----

func.func @window(%x: tensor<1x8x7x7xf32>) -> tensor<1x8x7x7xf32> {
  // expected-error@+1 {{avg_pool expects its window of 8 elements to fit the padded input extent 7}}
  %0 = cnn.avg_pool %x kernel [8, 1] : tensor<1x8x7x7xf32>
  return %0 : tensor<1x8x7x7xf32>
}
