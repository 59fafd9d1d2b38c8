// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @plain
//       CHECK:   cnn.matmul_integer %{{.*}}, %{{.*}} : tensor<?x3x4xi8>, tensor<4x5xi8>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3x5xi32>
func.func @plain(%x: tensor<?x3x4xi8>, %y: tensor<4x5xi8>) -> tensor<?x3x5xi32> {
  %0 = cnn.matmul_integer %x, %y : tensor<?x3x4xi8>, tensor<4x5xi8>
  return %0 : tensor<?x3x5xi32>
}

// One zero point per row and one per column.
// CHECK-LABEL: func @zero_points
//       CHECK:   cnn.matmul_integer %{{.*}}, %{{.*}} lhsZeroPoint %{{.*}} : tensor<3x1xui8> rhsZeroPoint %{{.*}} : tensor<5xi8> : tensor<3x4xui8>, tensor<4x5xi8>
//  CHECK-NEXT:   return %{{.*}} : tensor<3x5xi32>
func.func @zero_points(%x: tensor<3x4xui8>, %y: tensor<4x5xi8>, %a: tensor<3x1xui8>, %b: tensor<5xi8>) -> tensor<3x5xi32> {
  %0 = cnn.matmul_integer %x, %y lhsZeroPoint %a : tensor<3x1xui8> rhsZeroPoint %b : tensor<5xi8> : tensor<3x4xui8>, tensor<4x5xi8>
  return %0 : tensor<3x5xi32>
}

// CHECK-LABEL: func @words
//       CHECK:   cnn.matmul_integer %{{.*}}, %{{.*}} : tensor<2x4xi16>, tensor<4x3xui8>
func.func @words(%x: tensor<2x4xi16>, %w: tensor<4x3xui8>) -> tensor<2x3xi32> {
  %0 = cnn.matmul_integer %x, %w : tensor<2x4xi16>, tensor<4x3xui8>
  return %0 : tensor<2x3xi32>
}
