// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @too_long(%x: tensor<2x8xf32>, %i: tensor<5x3xi64>) {
  // expected-error@+1 {{gather_nd expects rows of indices into the input behind 0 common dimensions, got 5x3 for 2x8}}
  %0 = cnn.gather_nd %x, %i : tensor<2x8xf32>, tensor<5x3xi64>
  return
}

// -----

func.func @other_batch(%x: tensor<2x8xf32>, %i: tensor<5x1xi64>) {
  // expected-error@+1 {{gather_nd expects rows of indices into the input behind 1 common dimensions, got 5x1 for 2x8}}
  %0 = cnn.gather_nd %x, %i batchDims 1 : tensor<2x8xf32>, tensor<5x1xi64>
  return
}

// -----

func.func @images(%x: tensor<?x8xf32>, %i: tensor<5x1xi64>) {
  // expected-error@+1 {{gather_nd expects indices behind the dynamic batch, got 5x1 for ?x8}}
  %0 = cnn.gather_nd %x, %i : tensor<?x8xf32>, tensor<5x1xi64>
  return
}
