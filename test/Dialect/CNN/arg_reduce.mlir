// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @kinds
// CHECK:         cnn.arg_reduce <max> %{{.*}} axis 1 keepDims : tensor<?x3x4xf32>
// CHECK-NEXT:    cnn.arg_reduce <min> %{{.*}} axis 2 last : tensor<?x3x4xf32>
// CHECK-NEXT:    return %{{.*}}, %{{.*}} : tensor<?x1x4xi64>, tensor<?x3xi64>
func.func @kinds(%x: tensor<?x3x4xf32>) -> (tensor<?x1x4xi64>, tensor<?x3xi64>) {
  %0 = cnn.arg_reduce <max> %x axis 1 keepDims : tensor<?x3x4xf32>
  %1 = cnn.arg_reduce <min> %x axis 2 last : tensor<?x3x4xf32>
  return %0, %1 : tensor<?x1x4xi64>, tensor<?x3xi64>
}
