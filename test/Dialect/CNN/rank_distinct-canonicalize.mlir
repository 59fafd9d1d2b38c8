// RUN: cnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @sorted
//       CHECK:   arith.constant dense<[1, 0, 1, 2]> : tensor<4xi64>
func.func @sorted() -> tensor<4xi64> {
  %x = arith.constant dense<[[2, 1], [1, 9], [2, 1], [2, 3]]> : tensor<4x2xi8>
  %0 = cnn.rank_distinct %x : tensor<4x2xi8>
  return %0 : tensor<4xi64>
}

// CHECK-LABEL: func @unsorted
//       CHECK:   arith.constant dense<[0, 1, 0, 2]> : tensor<4xi64>
func.func @unsorted() -> tensor<4xi64> {
  %x = arith.constant dense<[[2, 1], [1, 9], [2, 1], [2, 3]]> : tensor<4x2xi8>
  %0 = cnn.rank_distinct %x unsorted : tensor<4x2xi8>
  return %0 : tensor<4xi64>
}
