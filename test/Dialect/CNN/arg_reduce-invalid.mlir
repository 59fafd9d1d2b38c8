// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @axis(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{arg_reduce expects an axis from 0 to 1, got 2}}
  %0 = cnn.arg_reduce <max> %x axis 2 : tensor<2x3xf32>
  return
}

// -----

func.func @nothing(%x: tensor<2x0xf32>) {
  // expected-error@+1 {{arg_reduce expects at least one element in dimension 1}}
  %0 = cnn.arg_reduce <max> %x axis 1 : tensor<2x0xf32>
  return
}
