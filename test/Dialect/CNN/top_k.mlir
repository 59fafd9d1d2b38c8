// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @largest
//       CHECK:   cnn.top_k %{{.*}} axis 1 count 3 : tensor<?x8xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3xi64>
func.func @largest(%x: tensor<?x8xf32>) -> tensor<?x3xi64> {
  %0 = cnn.top_k %x axis 1 count 3 : tensor<?x8xf32>
  return %0 : tensor<?x3xi64>
}

// CHECK-LABEL: func @smallest
//       CHECK:   cnn.top_k %{{.*}} axis 0 count 8 smallest : tensor<8xui8>
//  CHECK-NEXT:   return %{{.*}} : tensor<8xi64>
func.func @smallest(%x: tensor<8xui8>) -> tensor<8xi64> {
  %0 = cnn.top_k %x axis 0 count 8 smallest : tensor<8xui8>
  return %0 : tensor<8xi64>
}
