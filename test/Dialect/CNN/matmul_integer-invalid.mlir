// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @inner(%x: tensor<3x4xi8>, %y: tensor<3x4xi8>) -> tensor<3x4xi32> {
  // expected-error@+1 {{matmul_integer expects shapes ..MxK and ..KxN with leading dimensions that broadcast, got 3x4 and 3x4}}
  %0 = cnn.matmul_integer %x, %y : tensor<3x4xi8>, tensor<3x4xi8>
  return %0 : tensor<3x4xi32>
}

// -----

func.func @zero_point(%x: tensor<3x4xi8>, %y: tensor<4x5xi8>, %z: tensor<3xi8>) -> tensor<3x5xi32> {
  // expected-error@+1 {{matmul_integer expects its zero point to broadcast to 3x4, got 3}}
  %0 = cnn.matmul_integer %x, %y lhsZeroPoint %z : tensor<3xi8> : tensor<3x4xi8>, tensor<4x5xi8>
  return %0 : tensor<3x5xi32>
}

// -----

func.func @sign(%x: tensor<3x4xi8>, %y: tensor<4x5xi8>, %z: tensor<ui8>) -> tensor<3x5xi32> {
  // expected-error@+1 {{matmul_integer expects a zero point of the element type 'i8', got 'ui8'}}
  %0 = cnn.matmul_integer %x, %y rhsZeroPoint %z : tensor<ui8> : tensor<3x4xi8>, tensor<4x5xi8>
  return %0 : tensor<3x5xi32>
}
