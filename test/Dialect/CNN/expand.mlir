// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @repeats
//       CHECK:   cnn.expand %{{.*}} to [2, 3, 4] : tensor<3x1xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<2x3x4xf32>
func.func @repeats(%x: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %0 = cnn.expand %x to [2, 3, 4] : tensor<3x1xf32>
  return %0 : tensor<2x3x4xf32>
}

// CHECK-LABEL: func @dynamic_batch
//       CHECK:   cnn.expand %{{.*}} to [-1, 8, -1] : tensor<?x1x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x4xf32>
func.func @dynamic_batch(%x: tensor<?x1x4xf32>) -> tensor<?x8x4xf32> {
  %0 = cnn.expand %x to [-1, 8, -1] : tensor<?x1x4xf32>
  return %0 : tensor<?x8x4xf32>
}

// CHECK-LABEL: func @scalar
//       CHECK:   cnn.expand %{{.*}} to [2] : tensor<i64>
//  CHECK-NEXT:   return %{{.*}} : tensor<2xi64>
func.func @scalar(%x: tensor<i64>) -> tensor<2xi64> {
  %0 = cnn.expand %x to [2] : tensor<i64>
  return %0 : tensor<2xi64>
}
