// RUN: cnn-opt %s --verify-diagnostics

func.func @images(%x: tensor<?x3xf32>) {
  // expected-error@+1 {{rank_distinct expects a static batch, got ?x3}}
  %0 = cnn.rank_distinct %x : tensor<?x3xf32>
  return
}
