// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @axis(%x: tensor<?x2x4xf32>, %y: tensor<?x6x4xf32>) -> tensor<?x2x4xf32> {
  // expected-error@+1 {{concat expects an axis from 0 to 2, got 3}}
  %0 = cnn.concat %x, %y axis 3 : tensor<?x2x4xf32>, tensor<?x6x4xf32>
  return %0 : tensor<?x2x4xf32>
}

// -----

func.func @shapes(%x: tensor<?x2x4xf32>, %y: tensor<?x6x4xf32>) -> tensor<?x2x4xf32> {
  // expected-error@+1 {{concat expects inputs that differ only in dimension 2, got ?x2x4 and ?x6x4}}
  %0 = cnn.concat %x, %y axis 2 : tensor<?x2x4xf32>, tensor<?x6x4xf32>
  return %0 : tensor<?x2x4xf32>
}

// -----

func.func @ranks(%x: tensor<2x4xf32>, %y: tensor<2xf32>) -> tensor<?x2x4xf32> {
  // expected-error@+1 {{concat expects inputs that differ only in dimension 0, got 2x4 and 2}}
  %0 = cnn.concat %x, %y axis 0 : tensor<2x4xf32>, tensor<2xf32>
  return %0 : tensor<?x2x4xf32>
}

// -----

func.func @none() -> tensor<?x2x4xf32> {
  // expected-error@+1 {{op expected 1 or more operands, but found 0}}
  %0 = "cnn.concat"() <{axis = 0 : i64}> : () -> tensor<?x2x4xf32>
  return %0 : tensor<?x2x4xf32>
}
