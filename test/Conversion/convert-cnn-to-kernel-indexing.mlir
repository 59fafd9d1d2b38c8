// RUN: cnn-opt %s --convert-cnn-to-kernel --split-input-file --verify-diagnostics | FileCheck %s

// Elements are read where the index says, within the dimension.
// CHECK-LABEL: func @gather
//       CHECK:   linalg.generic
//       CHECK:   ^bb0(%[[I:.*]]: i64, %{{.*}}: f32):
//       CHECK:   arith.maxsi
//       CHECK:   %[[AT:.*]] = arith.minsi
//       CHECK:   tensor.extract %{{.*}}[%{{.*}}, %[[AT]]] : tensor<2x8xf32>
func.func @gather(%x: tensor<2x8xf32>, %i: tensor<2x3xi64>) -> tensor<2x3xf32> {
  %0 = cnn.gather_elements %x, %i axis 1 : tensor<2x8xf32>, tensor<2x3xi64>
  return %0 : tensor<2x3xf32>
}

// Updates are written one after the other into what will be one buffer.
// CHECK-LABEL: func @scatter
//  CHECK-SAME:   (%[[X:.*]]: tensor<8x4xf32>, %[[I:.*]]: tensor<3x1xi64>, %[[U:.*]]: tensor<3x4xf32>)
//       CHECK:   scf.for {{.*}} iter_args(%{{.*}} = %[[X]]) -> (tensor<8x4xf32>)
//       CHECK:     scf.for {{.*}} iter_args(%[[Y:.*]] = %{{.*}}) -> (tensor<8x4xf32>)
//   CHECK-DAG:       %[[OLD:.*]] = tensor.extract %[[Y]]
//   CHECK-DAG:       %[[NEW:.*]] = tensor.extract %[[U]]
//       CHECK:       %[[SUM:.*]] = arith.addf %[[OLD]], %[[NEW]]
//       CHECK:       tensor.insert %[[SUM]] into %[[Y]]
func.func @scatter(%x: tensor<8x4xf32>, %i: tensor<3x1xi64>, %u: tensor<3x4xf32>) -> tensor<8x4xf32> {
  %0 = cnn.scatter_nd <add> %x, %i, %u : tensor<8x4xf32>, tensor<3x1xi64>, tensor<3x4xf32>
  return %0 : tensor<8x4xf32>
}

// A result without elements is computed by nothing.
// CHECK-LABEL: func @empty
//  CHECK-NEXT:   %[[Y:.*]] = tensor.empty() : tensor<0x4xf32>
//  CHECK-NEXT:   return %[[Y]]
func.func @empty(%x: tensor<0x4xf32>) -> tensor<0x4xf32> {
  %0 = cnn.unary <relu> %x : tensor<0x4xf32>
  return %0 : tensor<0x4xf32>
}

// -----

func.func @out_of_range(%x: tensor<2x8xf32>) -> tensor<1x2xf32> {
  %i = arith.constant dense<[[7, -9]]> : tensor<1x2xi64>
  // expected-error@+2 {{expects indices from -8 to 7, got -9}}
  // expected-error@+1 {{failed to legalize}}
  %0 = cnn.gather_elements %x, %i axis 1 : tensor<2x8xf32>, tensor<1x2xi64>
  return %0 : tensor<1x2xf32>
}

// -----

func.func @no_products(%x: tensor<3x0xf32>, %w: tensor<0x4xf32>) -> tensor<3x4xf32> {
  // expected-error@+1 {{expects operands with elements}}
  %0 = cnn.gemm %x, %w : tensor<3x0xf32>, tensor<0x4xf32>
  return %0 : tensor<3x4xf32>
}
