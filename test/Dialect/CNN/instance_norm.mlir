// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @image
//       CHECK:   cnn.instance_norm %{{.*}}, %{{.*}}, %{{.*}} : tensor<1x8x4x4xf32>, tensor<8xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x8x4x4xf32>
func.func @image(%x: tensor<1x8x4x4xf32>, %y: tensor<8xf32>, %z: tensor<8xf32>) -> tensor<1x8x4x4xf32> {
  %0 = cnn.instance_norm %x, %y, %z : tensor<1x8x4x4xf32>, tensor<8xf32>
  return %0 : tensor<1x8x4x4xf32>
}

// CHECK-LABEL: func @epsilon
//       CHECK:   cnn.instance_norm %{{.*}}, %{{.*}}, %{{.*}} epsilon 1.000000e-03 : tensor<?x8x4xf32>, tensor<8xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x4xf32>
func.func @epsilon(%x: tensor<?x8x4xf32>, %y: tensor<8xf32>, %z: tensor<8xf32>) -> tensor<?x8x4xf32> {
  %0 = cnn.instance_norm %x, %y, %z epsilon 1.000000e-03 : tensor<?x8x4xf32>, tensor<8xf32>
  return %0 : tensor<?x8x4xf32>
}
