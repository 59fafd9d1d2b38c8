// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @kind(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  // expected-error@+1 {{unknown function 'swish'}}
  %0 = cnn.unary <swish> %x : tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}

// -----

func.func @parameters(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  // expected-error@+1 {{expected ','}}
  %0 = cnn.unary <clip, 0.0> %x : tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}

// -----

func.func @result(%x: tensor<1x4xf32>) -> tensor<4x1xf32> {
  // expected-error@+1 {{op requires the same type for all operands and results}}
  %0 = "cnn.unary"(%x) <{function = #cnn.function<relu>}> : (tensor<1x4xf32>) -> tensor<4x1xf32>
  return %0 : tensor<4x1xf32>
}

// -----

func.func @dynamic(%x: tensor<1x?xf32>) -> tensor<1x?xf32> {
  // expected-error@+1 {{op operand #0 must be tensor, dynamic in dimension 0 at most, of floating-point or integer values, but got 'tensor<1x?xf32>'}}
  %0 = cnn.unary <relu> %x : tensor<1x?xf32>
  return %0 : tensor<1x?xf32>
}

// -----

func.func @sine_of_integers(%x: tensor<2xi32>) {
  // expected-error@+1 {{op expects elements that 'sin' is defined for, got 'i32'}}
  %0 = cnn.unary <sin> %x : tensor<2xi32>
  return
}

// -----

func.func @bits_of_floats(%x: tensor<2xf32>) {
  // expected-error@+1 {{op expects elements that 'bit_not' is defined for, got 'f32'}}
  %0 = cnn.unary <bit_not> %x : tensor<2xf32>
  return
}

// -----

func.func @negative_truth(%x: tensor<2xi1>) {
  // expected-error@+1 {{op expects elements that 'neg' is defined for, got 'i1'}}
  %0 = cnn.unary <neg> %x : tensor<2xi1>
  return
}
