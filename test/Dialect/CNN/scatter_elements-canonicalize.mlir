// RUN: cnn-opt %s --canonicalize | FileCheck %s

// 127 + 1 wraps around.
// CHECK-LABEL: func @adds
//       CHECK:   arith.constant dense<[-128, 5, 0]> : tensor<3xi8>
//   CHECK-NOT:   cnn.scatter_elements
func.func @adds() -> tensor<3xi8> {
  %x = arith.constant dense<[127, 0, 0]> : tensor<3xi8>
  %i = arith.constant dense<[0, 1, -2]> : tensor<3xi64>
  %u = arith.constant dense<[1, 2, 3]> : tensor<3xi8>
  %0 = cnn.scatter_elements <add> %x, %i, %u axis 0 : tensor<3xi8>, tensor<3xi64>, tensor<3xi8>
  return %0 : tensor<3xi8>
}

// The last update counts.
// CHECK-LABEL: func @sets
//       CHECK:   arith.constant dense<[3.000000e+00, 0.000000e+00]> : tensor<2xf32>
func.func @sets() -> tensor<2xf32> {
  %x = arith.constant dense<0.0> : tensor<2xf32>
  %i = arith.constant dense<[0, 0]> : tensor<2xi64>
  %u = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %0 = cnn.scatter_elements <set> %x, %i, %u axis 0 : tensor<2xf32>, tensor<2xi64>, tensor<2xf32>
  return %0 : tensor<2xf32>
}
