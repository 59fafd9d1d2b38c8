// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @batched
//       CHECK:   cnn.matmul %{{.*}}, %{{.*}} : tensor<2x3x4xf32>, tensor<4x5xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<2x3x5xf32>
func.func @batched(%x: tensor<2x3x4xf32>, %y: tensor<4x5xf32>) -> tensor<2x3x5xf32> {
  %0 = cnn.matmul %x, %y : tensor<2x3x4xf32>, tensor<4x5xf32>
  return %0 : tensor<2x3x5xf32>
}

// CHECK-LABEL: func @row_and_column
//       CHECK:   cnn.matmul %{{.*}}, %{{.*}} : tensor<4xf32>, tensor<4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<f32>
func.func @row_and_column(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<f32> {
  %0 = cnn.matmul %x, %y : tensor<4xf32>, tensor<4xf32>
  return %0 : tensor<f32>
}

// CHECK-LABEL: func @broadcast
//       CHECK:   cnn.matmul %{{.*}}, %{{.*}} : tensor<2x1x3x4xf32>, tensor<5x4x6xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<2x5x3x6xf32>
func.func @broadcast(%x: tensor<2x1x3x4xf32>, %y: tensor<5x4x6xf32>) -> tensor<2x5x3x6xf32> {
  %0 = cnn.matmul %x, %y : tensor<2x1x3x4xf32>, tensor<5x4x6xf32>
  return %0 : tensor<2x5x3x6xf32>
}

// CHECK-LABEL: func @dynamic_batch
//       CHECK:   cnn.matmul %{{.*}}, %{{.*}} : tensor<?x4xf32>, tensor<4x5xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x5xf32>
func.func @dynamic_batch(%x: tensor<?x4xf32>, %y: tensor<4x5xf32>) -> tensor<?x5xf32> {
  %0 = cnn.matmul %x, %y : tensor<?x4xf32>, tensor<4x5xf32>
  return %0 : tensor<?x5xf32>
}
