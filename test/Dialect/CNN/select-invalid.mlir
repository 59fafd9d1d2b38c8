// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @shapes(%c: tensor<3xi1>, %x: tensor<2x3xf32>, %y: tensor<2xf32>) {
  // expected-error@+1 {{select expects shapes that broadcast, got 3, 2x3 and 2}}
  %0 = cnn.select %c, %x, %y : tensor<3xi1>, tensor<2x3xf32>, tensor<2xf32>
  return
}

// -----

func.func @element_types(%c: tensor<2xi1>, %x: tensor<2xf32>, %y: tensor<2xi32>) {
  // expected-error@+1 {{select expects two operands of one element type, got 'f32' and 'i32'}}
  %0 = cnn.select %c, %x, %y : tensor<2xi1>, tensor<2xf32>, tensor<2xi32>
  return
}

// -----

func.func @condition(%c: tensor<2xf32>) {
  // expected-error@+1 {{op operand #0 must be tensor, dynamic in dimension 0 at most, of 1-bit signless integer values, but got 'tensor<2xf32>'}}
  %0 = cnn.select %c, %c, %c : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
  return
}
