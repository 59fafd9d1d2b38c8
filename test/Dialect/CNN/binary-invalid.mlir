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

// -----

func.func @bits_of_floats(%x: tensor<2xf32>) {
  // expected-error@+1 {{binary expects elements that 'bit_and' is defined for, got 'f32'}}
  %0 = cnn.binary <bit_and> %x, %x : tensor<2xf32>, tensor<2xf32>
  return
}

// -----

func.func @shift_of_signed(%x: tensor<2xi32>) {
  // expected-error@+1 {{binary expects elements that 'shift_left' is defined for, got 'i32'}}
  %0 = cnn.binary <shift_left> %x, %x : tensor<2xi32>, tensor<2xi32>
  return
}

// -----

func.func @sum_of_truths(%x: tensor<2xi1>) {
  // expected-error@+1 {{binary expects elements that 'add' is defined for, got 'i1'}}
  %0 = cnn.binary <add> %x, %x : tensor<2xi1>, tensor<2xi1>
  return
}
