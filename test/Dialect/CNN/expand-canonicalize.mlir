// RUN: cnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @drops_same_shape
//  CHECK-SAME:   %[[X:.*]]: tensor
//       CHECK:   return %[[X]]
func.func @drops_same_shape(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = cnn.expand %x to [-1, 3] : tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// CHECK-LABEL: func @keeps_repetition
//       CHECK:   cnn.expand
func.func @keeps_repetition(%x: tensor<1x3xf32>) -> tensor<2x3xf32> {
  %0 = cnn.expand %x to [2, 3] : tensor<1x3xf32>
  return %0 : tensor<2x3xf32>
}
