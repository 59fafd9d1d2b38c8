// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @widen
//       CHECK:   cnn.cast %{{.*}} to f32 : tensor<?x8xf16>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xf32>
func.func @widen(%x: tensor<?x8xf16>) -> tensor<?x8xf32> {
  %0 = cnn.cast %x to f32 : tensor<?x8xf16>
  return %0 : tensor<?x8xf32>
}

// CHECK-LABEL: func @integers
//       CHECK:   cnn.cast %{{.*}} to i64 : tensor<?x8xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xi64>
func.func @integers(%x: tensor<?x8xf32>) -> tensor<?x8xi64> {
  %0 = cnn.cast %x to i64 : tensor<?x8xf32>
  return %0 : tensor<?x8xi64>
}

// CHECK-LABEL: func @booleans
//       CHECK:   cnn.cast %{{.*}} to ui8 : tensor<4xi1>
//  CHECK-NEXT:   return %{{.*}} : tensor<4xui8>
func.func @booleans(%x: tensor<4xi1>) -> tensor<4xui8> {
  %0 = cnn.cast %x to ui8 : tensor<4xi1>
  return %0 : tensor<4xui8>
}
