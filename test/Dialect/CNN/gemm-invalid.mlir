// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @rank(%x: tensor<2x3x4xf32>, %y: tensor<4x5xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{gemm expects two matrices, got 2x3x4 and 4x5}}
  %0 = cnn.gemm %x, %y : tensor<2x3x4xf32>, tensor<4x5xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @inner(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{gemm expects an MxK and a KxN matrix after transposition, got 3x2 and 3x4}}
  %0 = cnn.gemm %x, %y transposeLhs : tensor<2x3xf32>, tensor<3x4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @bias(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>, %z: tensor<3xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{gemm expects a bias that broadcasts to 2x4, got 3}}
  %0 = cnn.gemm %x, %y bias %z : tensor<3xf32> : tensor<2x3xf32>, tensor<3x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

func.func @larger_bias(%x: tensor<1x3xf32>, %y: tensor<3x4xf32>, %z: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{gemm expects a bias that broadcasts to 1x4, got 2x4}}
  %0 = cnn.gemm %x, %y bias %z : tensor<2x4xf32> : tensor<1x3xf32>, tensor<3x4xf32>
  return %0 : tensor<2x4xf32>
}
