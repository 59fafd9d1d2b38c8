// RUN: cnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @drops_identity
//  CHECK-SAME:   %[[X:.*]]: tensor
//       CHECK:   return %[[X]]
func.func @drops_identity(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = cnn.transpose %x permutation [0, 1] : tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// Dimension 0 of the result is dimension 2 of %0, which is dimension 0 of %x.
// CHECK-LABEL: func @merges
//  CHECK-SAME:   %[[X:.*]]: tensor
//       CHECK:   cnn.transpose %[[X]] permutation [0, 2, 1]
func.func @merges(%x: tensor<2x3x4xf32>) -> tensor<2x4x3xf32> {
  %0 = cnn.transpose %x permutation [1, 2, 0] : tensor<2x3x4xf32>
  %1 = cnn.transpose %0 permutation [2, 1, 0] : tensor<3x4x2xf32>
  return %1 : tensor<2x4x3xf32>
}

// CHECK-LABEL: func @folds
//       CHECK:   arith.constant dense<{{\[\[}}1, 3], [2, 4]]> : tensor<2x2xi32>
func.func @folds() -> tensor<2x2xi32> {
  %c = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi32>
  %0 = cnn.transpose %c permutation [1, 0] : tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}

// CHECK-LABEL: func @folds_splat
//       CHECK:   arith.constant dense<7> : tensor<3x100xi32>
func.func @folds_splat() -> tensor<3x100xi32> {
  %c = arith.constant dense<7> : tensor<100x3xi32>
  %0 = cnn.transpose %c permutation [1, 0] : tensor<100x3xi32>
  return %0 : tensor<3x100xi32>
}
