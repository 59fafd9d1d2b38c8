// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @kinds
// CHECK:         cnn.compare <eq> %{{.*}}, %{{.*}} : tensor<?x4xf32>, tensor<4xf32>
// CHECK-NEXT:    cnn.compare <ne>
// CHECK-NEXT:    cnn.compare <lt>
// CHECK-NEXT:    cnn.compare <le>
// CHECK-NEXT:    cnn.compare <gt>
// CHECK-NEXT:    cnn.compare <ge> %{{.*}}, %{{.*}} : tensor<?x4xi1>, tensor<?x4xi1>
func.func @kinds(%x: tensor<?x4xf32>, %y: tensor<4xf32>) -> tensor<?x4xi1> {
  %0 = cnn.compare <eq> %x, %y : tensor<?x4xf32>, tensor<4xf32>
  %1 = cnn.compare <ne> %x, %y : tensor<?x4xf32>, tensor<4xf32>
  %2 = cnn.compare <lt> %x, %y : tensor<?x4xf32>, tensor<4xf32>
  %3 = cnn.compare <le> %x, %y : tensor<?x4xf32>, tensor<4xf32>
  %4 = cnn.compare <gt> %x, %y : tensor<?x4xf32>, tensor<4xf32>
  %5 = cnn.compare <ge> %0, %1 : tensor<?x4xi1>, tensor<?x4xi1>
  return %5 : tensor<?x4xi1>
}
