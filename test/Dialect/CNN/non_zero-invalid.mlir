// RUN: cnn-opt %s --verify-diagnostics

func.func @images(%x: tensor<?x3xf32>) {
  // expected-error@+1 {{non_zero expects a static batch, got ?x3}}
  %0 = cnn.non_zero %x : tensor<?x3xf32>
  return
}
