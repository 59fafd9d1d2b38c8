// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @shapes(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{binary expects shapes that broadcast, got 2x3 and 2x4}}
  %0 = cnn.binary <add> %x, %y : tensor<2x3xf32>, tensor<2x4xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @batch(%x: tensor<?x4xf32>, %y: tensor<2x4xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{binary expects shapes that broadcast, got ?x4 and 2x4}}
  %0 = cnn.binary <add> %x, %y : tensor<?x4xf32>, tensor<2x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

func.func @element_type(%x: tensor<2xf32>, %y: tensor<2xf16>) -> tensor<2xf32> {
  // expected-error@+1 {{op requires the same element type for all operands}}
  %0 = cnn.binary <add> %x, %y : tensor<2xf32>, tensor<2xf16>
  return %0 : tensor<2xf32>
}
