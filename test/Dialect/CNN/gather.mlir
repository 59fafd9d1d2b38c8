// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @rows
//       CHECK:   cnn.gather %{{.*}}, %{{.*}} axis 1 : tensor<?x8x4xf32>, tensor<3xi64>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3x4xf32>
func.func @rows(%x: tensor<?x8x4xf32>, %y: tensor<3xi64>) -> tensor<?x3x4xf32> {
  %0 = cnn.gather %x, %y axis 1 : tensor<?x8x4xf32>, tensor<3xi64>
  return %0 : tensor<?x3x4xf32>
}

// A scalar index drops the dimension.
// CHECK-LABEL: func @scalar
//       CHECK:   cnn.gather %{{.*}}, %{{.*}} axis 2 : tensor<?x8x4xf32>, tensor<i32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xf32>
func.func @scalar(%x: tensor<?x8x4xf32>, %y: tensor<i32>) -> tensor<?x8xf32> {
  %0 = cnn.gather %x, %y axis 2 : tensor<?x8x4xf32>, tensor<i32>
  return %0 : tensor<?x8xf32>
}

// CHECK-LABEL: func @matrix
//       CHECK:   cnn.gather %{{.*}}, %{{.*}} axis 0 : tensor<5xi8>, tensor<2x3xi64>
//  CHECK-NEXT:   return %{{.*}} : tensor<2x3xi8>
func.func @matrix(%x: tensor<5xi8>, %y: tensor<2x3xi64>) -> tensor<2x3xi8> {
  %0 = cnn.gather %x, %y axis 0 : tensor<5xi8>, tensor<2x3xi64>
  return %0 : tensor<2x3xi8>
}
