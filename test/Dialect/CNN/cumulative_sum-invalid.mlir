// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @axis(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{cumulative_sum expects an axis from 0 to 1, got 2}}
  %0 = cnn.cumulative_sum %x axis 2 : tensor<2x3xf32>
  return
}

// -----

func.func @truths(%x: tensor<2xi1>) {
  // expected-error@+1 {{op expects numbers, got 'tensor<2xi1>'}}
  %0 = cnn.cumulative_sum %x axis 0 : tensor<2xi1>
  return
}
