// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @count(%x: tensor<2x8xf32>) {
  // expected-error@+1 {{top_k expects a count of at most the extent of dimension 1 of 2x8, got 9}}
  %0 = cnn.top_k %x axis 1 count 9 : tensor<2x8xf32>
  return
}

// -----

func.func @images(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{top_k expects a count of at most the extent of dimension 0 of ?x8, got 1}}
  %0 = cnn.top_k %x axis 0 count 1 : tensor<?x8xf32>
  return
}

// -----

func.func @axis(%x: tensor<2x8xf32>) {
  // expected-error@+1 {{top_k expects an axis from 0 to 1, got 2}}
  %0 = cnn.top_k %x axis 2 count 1 : tensor<2x8xf32>
  return
}
