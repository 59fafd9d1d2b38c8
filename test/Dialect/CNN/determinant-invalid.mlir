// RUN: cnn-opt %s --verify-diagnostics

func.func @rectangle(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{determinant expects square matrices in the last two dimensions, got 2x3}}
  %0 = cnn.determinant %x : tensor<2x3xf32>
  return
}
