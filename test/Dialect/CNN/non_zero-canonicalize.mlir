// RUN: cnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @constant
//       CHECK:   arith.constant dense<{{\[\[}}0, 1, -1, -1], [1, 0, -1, -1]]> : tensor<2x4xi64>
//   CHECK-NOT:   cnn.non_zero
func.func @constant() -> tensor<2x4xi64> {
  %x = arith.constant dense<[[0.0, 1.0], [2.0, 0.0]]> : tensor<2x2xf32>
  %0 = cnn.non_zero %x : tensor<2x2xf32>
  return %0 : tensor<2x4xi64>
}
