// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @box
//       CHECK:   cnn.slice %{{.*}} starts [0, 2] sizes [1, 4] : tensor<1x8xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x4xf32>
func.func @box(%x: tensor<1x8xf32>) -> tensor<1x4xf32> {
  %0 = cnn.slice %x starts [0, 2] sizes [1, 4] : tensor<1x8xf32>
  return %0 : tensor<1x4xf32>
}

// A whole dynamic batch, and every third element from the last.
// CHECK-LABEL: func @backwards
//       CHECK:   cnn.slice %{{.*}} starts [0, 7] sizes [-1, 3] steps [1, -3] : tensor<?x8xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3xf32>
func.func @backwards(%x: tensor<?x8xf32>) -> tensor<?x3xf32> {
  %0 = cnn.slice %x starts [0, 7] sizes [-1, 3] steps [1, -3] : tensor<?x8xf32>
  return %0 : tensor<?x3xf32>
}

// CHECK-LABEL: func @empty
//       CHECK:   cnn.slice %{{.*}} starts [8] sizes [0] : tensor<8xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<0xf32>
func.func @empty(%x: tensor<8xf32>) -> tensor<0xf32> {
  %0 = cnn.slice %x starts [8] sizes [0] : tensor<8xf32>
  return %0 : tensor<0xf32>
}

// One element, however large the step.
// CHECK-LABEL: func @large_step
//       CHECK:   cnn.slice %{{.*}} starts [7] sizes [1] steps [9223372036854775807] : tensor<8xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1xf32>
func.func @large_step(%x: tensor<8xf32>) -> tensor<1xf32> {
  %0 = cnn.slice %x starts [7] sizes [1] steps [9223372036854775807] : tensor<8xf32>
  return %0 : tensor<1xf32>
}
