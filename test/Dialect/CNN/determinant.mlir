// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @batch
//       CHECK:   cnn.determinant %{{.*}} : tensor<?x3x3xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?xf32>
func.func @batch(%x: tensor<?x3x3xf32>) -> tensor<?xf32> {
  %0 = cnn.determinant %x : tensor<?x3x3xf32>
  return %0 : tensor<?xf32>
}
