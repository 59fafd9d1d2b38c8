// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @shapes(%b: tensor<1x6x4xf32>, %s: tensor<1x2x5xf32>) {
  // expected-error@+1 {{non_max_suppression expects boxes images x boxes x 4 and scores images x classes x boxes, got 1x6x4 and 1x2x5}}
  %0 = cnn.non_max_suppression %b, %s limit 1 overlapThreshold 0.5 : tensor<1x6x4xf32>, tensor<1x2x5xf32>
  return
}

// -----

func.func @limit(%b: tensor<1x6x4xf32>, %s: tensor<1x2x6xf32>) {
  // expected-error@+1 {{non_max_suppression expects a limit that is not negative, got -1}}
  %0 = cnn.non_max_suppression %b, %s limit -1 overlapThreshold 0.5 : tensor<1x6x4xf32>, tensor<1x2x6xf32>
  return
}

// -----

func.func @images(%b: tensor<?x6x4xf32>, %s: tensor<?x2x6xf32>) {
  // expected-error@+1 {{non_max_suppression expects a static batch, got ?x6x4}}
  %0 = cnn.non_max_suppression %b, %s limit 1 overlapThreshold 0.5 : tensor<?x6x4xf32>, tensor<?x2x6xf32>
  return
}
