// RUN: cnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @drops_same_shape
//  CHECK-SAME:   %[[X:.*]]: tensor
//       CHECK:   return %[[X]]
func.func @drops_same_shape(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = cnn.reshape %x to [2, -1] : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: func @merges
//  CHECK-SAME:   %[[X:.*]]: tensor
//       CHECK:   cnn.reshape %[[X]] to [-1, 2] : tensor<?x2x3xf32>
func.func @merges(%x: tensor<?x2x3xf32>) -> tensor<?x2xf32> {
  %0 = cnn.reshape %x to [-1, 6] : tensor<?x2x3xf32>
  %1 = cnn.reshape %0 to [-1, 2] : tensor<?x6xf32>
  return %1 : tensor<?x2xf32>
}

// CHECK-LABEL: func @folds
//       CHECK:   arith.constant dense<{{\[\[}}1, 2], [3, 4]]> : tensor<2x2xi32>
func.func @folds() -> tensor<2x2xi32> {
  %c = arith.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
  %0 = cnn.reshape %c to [2, 2] : tensor<4xi32>
  return %0 : tensor<2x2xi32>
}
