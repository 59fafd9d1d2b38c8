// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @sorted
//       CHECK:   cnn.rank_distinct %{{.*}} : tensor<8x2xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<8xi64>
func.func @sorted(%x: tensor<8x2xf32>) -> tensor<8xi64> {
  %0 = cnn.rank_distinct %x : tensor<8x2xf32>
  return %0 : tensor<8xi64>
}

// CHECK-LABEL: func @unsorted
//       CHECK:   cnn.rank_distinct %{{.*}} unsorted : tensor<8x1xi8>
func.func @unsorted(%x: tensor<8x1xi8>) -> tensor<8xi64> {
  %0 = cnn.rank_distinct %x unsorted : tensor<8x1xi8>
  return %0 : tensor<8xi64>
}
