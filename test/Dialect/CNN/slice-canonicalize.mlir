// RUN: cnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @drops_whole
//  CHECK-SAME:   %[[X:.*]]: tensor
//       CHECK:   return %[[X]]
func.func @drops_whole(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %0 = cnn.slice %x starts [0, 0] sizes [-1, 8] : tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}

// CHECK-LABEL: func @keeps_reversal
//       CHECK:   cnn.slice
func.func @keeps_reversal(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = cnn.slice %x starts [7] sizes [8] steps [-1] : tensor<8xf32>
  return %0 : tensor<8xf32>
}

// CHECK-LABEL: func @folds
//       CHECK:   arith.constant dense<[3, 1]> : tensor<2xi8>
func.func @folds() -> tensor<2xi8> {
  %c = arith.constant dense<[0, 1, 2, 3]> : tensor<4xi8>
  %0 = cnn.slice %c starts [3] sizes [2] steps [-2] : tensor<4xi8>
  return %0 : tensor<2xi8>
}
