// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @add
//       CHECK:   cnn.scatter_elements <add> %{{.*}}, %{{.*}}, %{{.*}} axis 1 : tensor<?x8xf32>, tensor<?x3xi32>, tensor<?x3xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xf32>
func.func @add(%x: tensor<?x8xf32>, %i: tensor<?x3xi32>, %u: tensor<?x3xf32>) -> tensor<?x8xf32> {
  %0 = cnn.scatter_elements <add> %x, %i, %u axis 1 : tensor<?x8xf32>, tensor<?x3xi32>, tensor<?x3xf32>
  return %0 : tensor<?x8xf32>
}
