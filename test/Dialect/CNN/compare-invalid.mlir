// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @shapes(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) {
  // expected-error@+1 {{compare expects shapes that broadcast, got 2x3 and 2x4}}
  %0 = cnn.compare <lt> %x, %y : tensor<2x3xf32>, tensor<2x4xf32>
  return
}

// -----

func.func @element_type(%x: tensor<2xf32>, %y: tensor<2xi32>) {
  // expected-error@+1 {{op requires the same element type for all operands}}
  %0 = cnn.compare <lt> %x, %y : tensor<2xf32>, tensor<2xi32>
  return
}
