// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @indices
//       CHECK:   cnn.non_zero %{{.*}} : tensor<2x3xi1>
//  CHECK-NEXT:   return %{{.*}} : tensor<2x6xi64>
func.func @indices(%x: tensor<2x3xi1>) -> tensor<2x6xi64> {
  %0 = cnn.non_zero %x : tensor<2x3xi1>
  return %0 : tensor<2x6xi64>
}
