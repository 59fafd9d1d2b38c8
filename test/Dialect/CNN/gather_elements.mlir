// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @batch
//       CHECK:   cnn.gather_elements %{{.*}}, %{{.*}} axis 1 : tensor<?x8xf32>, tensor<?x3xi64>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3xf32>
func.func @batch(%x: tensor<?x8xf32>, %i: tensor<?x3xi64>) -> tensor<?x3xf32> {
  %0 = cnn.gather_elements %x, %i axis 1 : tensor<?x8xf32>, tensor<?x3xi64>
  return %0 : tensor<?x3xf32>
}
