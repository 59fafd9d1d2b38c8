// RUN: cnn-opt %s | FileCheck %s
// RUN: cnn-opt %s --print-weights | FileCheck %s --check-prefix=ALL
// RUN: cnn-opt %s -o %t.mlirbc && cnn-opt %t.mlirbc --print-weights | FileCheck %s --check-prefix=ALL

// CHECK:     dense_resource<elided> : tensor<65xi8>
// CHECK:     dense<[1, 2]> : tensor<2xi8>
// CHECK-NOT: dialect_resources
// ALL:       dense_resource<weight> : tensor<65xi8>
// ALL:       weight: "0x01000000
func.func @constants() -> (tensor<65xi8>, tensor<2xi8>) {
  %0 = arith.constant dense_resource<weight> : tensor<65xi8>
  %1 = arith.constant dense<[1, 2]> : tensor<2xi8>
  return %0, %1 : tensor<65xi8>, tensor<2xi8>
}

{-#
  dialect_resources: {
    builtin: {
      weight: "0x0100000001010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101"
    }
  }
#-}
