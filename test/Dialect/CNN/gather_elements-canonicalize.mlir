// RUN: cnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @constants
//       CHECK:   arith.constant dense<{{\[\[}}3, 1]]> : tensor<1x2xi8>
//   CHECK-NOT:   cnn.gather_elements
func.func @constants() -> tensor<1x2xi8> {
  %x = arith.constant dense<[[1, 2, 3]]> : tensor<1x3xi8>
  %i = arith.constant dense<[[-1, 0]]> : tensor<1x2xi64>
  %0 = cnn.gather_elements %x, %i axis 1 : tensor<1x3xi8>, tensor<1x2xi64>
  return %0 : tensor<1x2xi8>
}

// Whoever runs it will say what is wrong.
// CHECK-LABEL: func @out_of_range
//       CHECK:   cnn.gather_elements
func.func @out_of_range() -> tensor<1x1xi8> {
  %x = arith.constant dense<[[1, 2, 3]]> : tensor<1x3xi8>
  %i = arith.constant dense<[[3]]> : tensor<1x1xi64>
  %0 = cnn.gather_elements %x, %i axis 1 : tensor<1x3xi8>, tensor<1x1xi64>
  return %0 : tensor<1x1xi8>
}
