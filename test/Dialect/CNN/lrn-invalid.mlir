// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @rank(%x: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{lrn expects channels in dimension 1 and a size of at least 1, got 8 and 5}}
  %0 = cnn.lrn %x size 5 alpha 1.000000e-04 beta 7.500000e-01 bias 1.000000e+00 : tensor<8xf32>
  return %0 : tensor<8xf32>
}

// -----

func.func @size(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{lrn expects channels in dimension 1 and a size of at least 1, got ?x8x4x4 and 0}}
  %0 = cnn.lrn %x size 0 alpha 1.000000e-04 beta 7.500000e-01 bias 1.000000e+00 : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}
