// RUN: cnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @drops_same_type
//  CHECK-SAME:   %[[X:.*]]: tensor
//       CHECK:   return %[[X]]
func.func @drops_same_type(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = cnn.cast %x to f32 : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func @folds
//       CHECK:   arith.constant dense<[1, -1]> : tensor<2xi64>
func.func @folds() -> tensor<2xi64> {
  %c = arith.constant dense<[1.5, -1.5]> : tensor<2xf32>
  %0 = cnn.cast %c to i64 : tensor<2xf32>
  return %0 : tensor<2xi64>
}

// A cast to fewer bits and back is not nothing.
// CHECK-LABEL: func @keeps_rounding
//       CHECK:   cnn.cast %{{.*}} to f16
//       CHECK:   cnn.cast %{{.*}} to f32
func.func @keeps_rounding(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = cnn.cast %x to f16 : tensor<2xf32>
  %1 = cnn.cast %0 to f32 : tensor<2xf16>
  return %1 : tensor<2xf32>
}
