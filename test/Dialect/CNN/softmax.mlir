// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @plain
//       CHECK:   cnn.softmax %{{.*}} axis 1 : tensor<?x10xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x10xf32>
func.func @plain(%x: tensor<?x10xf32>) -> tensor<?x10xf32> {
  %0 = cnn.softmax %x axis 1 : tensor<?x10xf32>
  return %0 : tensor<?x10xf32>
}

// CHECK-LABEL: func @logarithm
//       CHECK:   cnn.softmax %{{.*}} axis 1 log : tensor<1x10xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x10xf32>
func.func @logarithm(%x: tensor<1x10xf32>) -> tensor<1x10xf32> {
  %0 = cnn.softmax %x axis 1 log : tensor<1x10xf32>
  return %0 : tensor<1x10xf32>
}
