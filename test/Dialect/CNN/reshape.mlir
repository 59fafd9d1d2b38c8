// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @flatten
//       CHECK:   cnn.reshape %{{.*}} to [1, -1] : tensor<1x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x128xf32>
func.func @flatten(%x: tensor<1x8x4x4xf32>) -> tensor<1x128xf32> {
  %0 = cnn.reshape %x to [1, -1] : tensor<1x8x4x4xf32>
  return %0 : tensor<1x128xf32>
}

// CHECK-LABEL: func @dynamic_batch
//       CHECK:   cnn.reshape %{{.*}} to [-1, 32] : tensor<?x8x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x32xf32>
func.func @dynamic_batch(%x: tensor<?x8x4xf32>) -> tensor<?x32xf32> {
  %0 = cnn.reshape %x to [-1, 32] : tensor<?x8x4xf32>
  return %0 : tensor<?x32xf32>
}

// CHECK-LABEL: func @scalar
//       CHECK:   cnn.reshape %{{.*}} to [] : tensor<1x1xi64>
//  CHECK-NEXT:   return %{{.*}} : tensor<i64>
func.func @scalar(%x: tensor<1x1xi64>) -> tensor<i64> {
  %0 = cnn.reshape %x to [] : tensor<1x1xi64>
  return %0 : tensor<i64>
}
