// RUN: cnn-opt %s --canonicalize | FileCheck %s

// A result that is larger than the operand is not the operand.
// CHECK-LABEL: func @chooses
//  CHECK-SAME:   %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<3x2xf32>
//       CHECK:   %[[Z:.*]] = cnn.select
//       CHECK:   return %[[Y]], %[[Z]]
func.func @chooses(%x: tensor<2xf32>, %y: tensor<3x2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %no = arith.constant dense<false> : tensor<2xi1>
  %yes = arith.constant dense<true> : tensor<2xi1>
  %0 = cnn.select %no, %x, %y : tensor<2xi1>, tensor<2xf32>, tensor<3x2xf32>
  %1 = cnn.select %yes, %x, %y : tensor<2xi1>, tensor<2xf32>, tensor<3x2xf32>
  return %0, %1 : tensor<3x2xf32>, tensor<3x2xf32>
}
