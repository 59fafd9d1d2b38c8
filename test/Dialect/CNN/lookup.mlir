// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s
// RUN: cnn-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// CHECK-LABEL: func @one
//       CHECK:   cnn.lookup %{{.*}}, %{{.*}} : tensor<?x4xui8>, tensor<3xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x4xf32>
func.func @one(%x: tensor<?x4xui8>, %c: tensor<3xf32>) -> tensor<?x4xf32> {
  %0 = cnn.lookup %x, %c : tensor<?x4xui8>, tensor<3xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: func @channels
//       CHECK:   cnn.lookup %{{.*}}, %{{.*}} : tensor<2x3x4xui8>, tensor<3x1x256xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<2x3x4xf32>
func.func @channels(%x: tensor<2x3x4xui8>, %c: tensor<3x1x256xf32>) -> tensor<2x3x4xf32> {
  %0 = cnn.lookup %x, %c : tensor<2x3x4xui8>, tensor<3x1x256xf32>
  return %0 : tensor<2x3x4xf32>
}

// A code beyond the last number stands for it.
// FOLD-LABEL: func @constant
//       FOLD:   arith.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00], [4.000000e+00, 3.000000e+00]]> : tensor<2x2xf32>
//   FOLD-NOT:   cnn.lookup
func.func @constant() -> tensor<2x2xf32> {
  %x = arith.constant dense<[[0, 1], [9, 0]]> : tensor<2x2xui8>
  %c = arith.constant dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>
  %0 = cnn.lookup %x, %c : tensor<2x2xui8>, tensor<2x1x2xf32>
  return %0 : tensor<2x2xf32>
}

// FOLD-LABEL: func @stored
//       FOLD:   cnn.lookup
func.func @stored() -> tensor<2xf32> {
  %x = arith.constant dense<[0, 1]> : tensor<2xui8>
  %c = arith.constant dense<[0.0, 2.0]> : tensor<2xf32>
  %0 = cnn.lookup %x, %c {cnn.stored} : tensor<2xui8>, tensor<2xf32>
  return %0 : tensor<2xf32>
}
