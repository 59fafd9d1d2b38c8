// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @kinds
// CHECK:         cnn.cumulative_sum %{{.*}} axis 1 : tensor<?x3xf32>
// CHECK-NEXT:    cnn.cumulative_sum %{{.*}} axis 0 exclusive reverse : tensor<?x3xf32>
func.func @kinds(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = cnn.cumulative_sum %x axis 1 : tensor<?x3xf32>
  %1 = cnn.cumulative_sum %0 axis 0 exclusive reverse : tensor<?x3xf32>
  return %1 : tensor<?x3xf32>
}
