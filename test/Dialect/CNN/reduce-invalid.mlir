// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @axis(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{reduce expects an axis from 0 to 3, got 4}}
  %0 = cnn.reduce <sum> %x axes [4] : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// -----

func.func @twice(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  // expected-error@+1 {{reduce expects each axis once, got 2 twice}}
  %0 = cnn.reduce <sum> %x axes [2, 3, 2] : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}
