// RUN: cnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @drops_neutral
//  CHECK-SAME:   %[[X:.*]]: tensor
//       CHECK:   return %[[X]], %[[X]], %[[X]]
func.func @drops_neutral(%x: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>) {
  %zero = arith.constant dense<0.0> : tensor<2xf32>
  %one = arith.constant dense<1.0> : tensor<2x2xf32>
  %0 = cnn.binary <sub> %x, %zero : tensor<2x2xf32>, tensor<2xf32>
  %1 = cnn.binary <mul> %one, %x : tensor<2x2xf32>, tensor<2x2xf32>
  %2 = cnn.binary <pow> %x, %one : tensor<2x2xf32>, tensor<2x2xf32>
  return %0, %1, %2 : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
}

// 0 - x is not x, and adding a larger zero repeats x.
// CHECK-LABEL: func @keeps_what_changes
//       CHECK:   cnn.binary <sub>
//       CHECK:   cnn.binary <add>
func.func @keeps_what_changes(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2x2xf32>) {
  %zero = arith.constant dense<0.0> : tensor<2xf32>
  %large = arith.constant dense<0.0> : tensor<2x2xf32>
  %0 = cnn.binary <sub> %zero, %x : tensor<2xf32>, tensor<2xf32>
  %1 = cnn.binary <add> %x, %large : tensor<2xf32>, tensor<2x2xf32>
  return %0, %1 : tensor<2xf32>, tensor<2x2xf32>
}

// CHECK-LABEL: func @folds
//       CHECK:   arith.constant dense<[5.000000e-01, 2.000000e+00]> : tensor<2xf32>
func.func @folds() -> tensor<2xf32> {
  %a = arith.constant dense<[1.0, 6.0]> : tensor<2xf32>
  %b = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %0 = cnn.binary <div> %a, %b : tensor<2xf32>, tensor<2xf32>
  return %0 : tensor<2xf32>
}
