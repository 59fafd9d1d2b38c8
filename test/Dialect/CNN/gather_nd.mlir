// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// Rows of two indices leave the last dimension.
// CHECK-LABEL: func @rows
//       CHECK:   cnn.gather_nd %{{.*}}, %{{.*}} : tensor<2x8x4xi8>, tensor<5x2xi32>
//  CHECK-NEXT:   return %{{.*}} : tensor<5x4xi8>
func.func @rows(%x: tensor<2x8x4xi8>, %i: tensor<5x2xi32>) -> tensor<5x4xi8> {
  %0 = cnn.gather_nd %x, %i : tensor<2x8x4xi8>, tensor<5x2xi32>
  return %0 : tensor<5x4xi8>
}

// CHECK-LABEL: func @batch
//       CHECK:   cnn.gather_nd %{{.*}}, %{{.*}} batchDims 1 : tensor<?x8x4xf32>, tensor<?x3x1xi64>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3x4xf32>
func.func @batch(%x: tensor<?x8x4xf32>, %i: tensor<?x3x1xi64>) -> tensor<?x3x4xf32> {
  %0 = cnn.gather_nd %x, %i batchDims 1 : tensor<?x8x4xf32>, tensor<?x3x1xi64>
  return %0 : tensor<?x3x4xf32>
}
