// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @images(%x: tensor<?x8x8xf32>) {
  // expected-error@+1 {{arg_max_pool expects a static batch, got ?x8x8}}
  %0 = cnn.arg_max_pool %x kernel [2] : tensor<?x8x8xf32>
  return
}

// -----

func.func @window(%x: tensor<1x8x8xf32>) {
  // expected-error@+1 {{arg_max_pool expects its window of 9 elements to fit}}
  %0 = cnn.arg_max_pool %x kernel [9] : tensor<1x8x8xf32>
  return
}
