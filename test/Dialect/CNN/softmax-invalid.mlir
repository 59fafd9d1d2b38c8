// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @axis(%x: tensor<1x10xf32>) -> tensor<1x10xf32> {
  // expected-error@+1 {{softmax expects an axis from 0 to 1, got 2}}
  %0 = cnn.softmax %x axis 2 : tensor<1x10xf32>
  return %0 : tensor<1x10xf32>
}

// -----

func.func @negative_axis(%x: tensor<1x10xf32>) -> tensor<1x10xf32> {
  // expected-error@+1 {{softmax expects an axis from 0 to 1, got -1}}
  %0 = cnn.softmax %x axis -1 : tensor<1x10xf32>
  return %0 : tensor<1x10xf32>
}
