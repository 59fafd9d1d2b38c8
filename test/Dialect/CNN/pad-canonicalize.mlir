// RUN: cnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @drops_nothing_padded
//  CHECK-SAME:   %[[X:.*]]: tensor
//       CHECK:   return %[[X]]
func.func @drops_nothing_padded(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = cnn.pad <edge> %x low [0, 0] high [0, 0] : tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}

// The shape stays, the elements move.
// CHECK-LABEL: func @keeps_shift
//       CHECK:   cnn.pad
func.func @keeps_shift(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = cnn.pad <constant> %x low [0, 1] high [0, -1] : tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}
