// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @broadcasts
// CHECK:         cnn.select %{{.*}}, %{{.*}}, %{{.*}} : tensor<3x1xi1>, tensor<?x3x4xui8>, tensor<ui8>
// CHECK-NEXT:    return %{{.*}} : tensor<?x3x4xui8>
func.func @broadcasts(%c: tensor<3x1xi1>, %x: tensor<?x3x4xui8>, %y: tensor<ui8>) -> tensor<?x3x4xui8> {
  %0 = cnn.select %c, %x, %y : tensor<3x1xi1>, tensor<?x3x4xui8>, tensor<ui8>
  return %0 : tensor<?x3x4xui8>
}
