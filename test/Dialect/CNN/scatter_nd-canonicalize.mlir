// RUN: cnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @constants
//       CHECK:   arith.constant dense<{{\[\[}}1, 2], [7, 8]]> : tensor<2x2xi64>
//   CHECK-NOT:   cnn.scatter_nd
func.func @constants() -> tensor<2x2xi64> {
  %x = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi64>
  %i = arith.constant dense<[[1]]> : tensor<1x1xi64>
  %u = arith.constant dense<[[7, 8]]> : tensor<1x2xi64>
  %0 = cnn.scatter_nd <set> %x, %i, %u : tensor<2x2xi64>, tensor<1x1xi64>, tensor<1x2xi64>
  return %0 : tensor<2x2xi64>
}
