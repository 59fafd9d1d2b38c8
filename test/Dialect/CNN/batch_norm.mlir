// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @image
//       CHECK:   cnn.batch_norm %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} epsilon 1.000000e-03 : tensor<1x8x4x4xf32>, tensor<8xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x8x4x4xf32>
func.func @image(%x: tensor<1x8x4x4xf32>, %y: tensor<8xf32>, %z: tensor<8xf32>, %u: tensor<8xf32>, %v: tensor<8xf32>) -> tensor<1x8x4x4xf32> {
  %0 = cnn.batch_norm %x, %y, %z, %u, %v epsilon 1.000000e-03 : tensor<1x8x4x4xf32>, tensor<8xf32>
  return %0 : tensor<1x8x4x4xf32>
}

// CHECK-LABEL: func @matrix
//       CHECK:   cnn.batch_norm %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<8xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xf32>
func.func @matrix(%x: tensor<?x8xf32>, %y: tensor<8xf32>, %z: tensor<8xf32>, %u: tensor<8xf32>, %v: tensor<8xf32>) -> tensor<?x8xf32> {
  %0 = cnn.batch_norm %x, %y, %z, %u, %v : tensor<?x8xf32>, tensor<8xf32>
  return %0 : tensor<?x8xf32>
}
