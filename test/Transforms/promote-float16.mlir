// RUN: cnn-opt %s --split-input-file --verify-diagnostics --promote-float16 | FileCheck %s
// RUN: cnn-opt %s --split-input-file --verify-diagnostics --promote-float16=store-weights | FileCheck %s --check-prefix=STORE

// CHECK-LABEL: func @promotes
//  CHECK-SAME:   %[[X:.*]]: tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16>
//       CHECK:   %[[A:.*]] = cnn.cast %[[X]] to f32
//       CHECK:   %[[W:.*]] = arith.constant dense<5.000000e-01> : tensor<2x2x1x1xf32>
//       CHECK:   %[[B:.*]] = cnn.conv %[[A]], %[[W]] : tensor<1x2x2x2xf32>
//       CHECK:   %[[C:.*]] = cnn.unary <relu> %[[B]] : tensor<1x2x2x2xf32>
//       CHECK:   %[[Y:.*]] = cnn.cast %[[C]] to f16
//       CHECK:   return %[[Y]] : tensor<1x2x2x2xf16>
func.func @promotes(%x: tensor<1x2x2x2xf16>) -> tensor<1x2x2x2xf16> {
  %w = arith.constant dense<0.5> : tensor<2x2x1x1xf16>
  %0 = cnn.conv %x, %w : tensor<1x2x2x2xf16>, tensor<2x2x1x1xf16>
  %1 = cnn.unary <relu> %0 : tensor<1x2x2x2xf16>
  return %1 : tensor<1x2x2x2xf16>
}

// -----

// Casts between types that have become one vanish, others remain.
// CHECK-LABEL: func @cancels_casts
//  CHECK-SAME:   %[[X:.*]]: tensor<2xf32>, %[[I:.*]]: tensor<2xi32>
//  CHECK-NEXT:   %[[A:.*]] = cnn.unary <relu> %[[X]]
//  CHECK-NEXT:   %[[B:.*]] = cnn.cast %[[I]] to f32
//  CHECK-NEXT:   return %[[A]], %[[B]]
func.func @cancels_casts(%x: tensor<2xf32>, %i: tensor<2xi32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %0 = cnn.cast %x to bf16 : tensor<2xf32>
  %1 = cnn.unary <relu> %0 : tensor<2xbf16>
  %2 = cnn.cast %1 to f32 : tensor<2xbf16>
  %3 = cnn.cast %i to f16 : tensor<2xi32>
  %4 = cnn.cast %3 to f32 : tensor<2xf16>
  return %2, %4 : tensor<2xf32>, tensor<2xf32>
}

// -----

// CHECK-LABEL: func @keeps_other_types
//  CHECK-NEXT:   %[[A:.*]] = cnn.unary <relu> %{{.*}} : tensor<2xf64>
//  CHECK-NEXT:   return %[[A]]
func.func @keeps_other_types(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = cnn.unary <relu> %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}

// -----

func.func @refuses_other_dialects(%x: tensor<2xf16>) -> tensor<2xf16> {
  // expected-error@+1 {{expects only cnn ops to produce half-precision tensors, got arith.negf}}
  %0 = arith.negf %x : tensor<2xf16>
  return %0 : tensor<2xf16>
}

// -----

// A matrix that is read once may stay, one that many rows are multiplied with
// may not.
// CHECK-LABEL: func @stores_matrix
//   CHECK-NOT:   cnn.stored
// STORE-LABEL: func @stores_matrix
//       STORE:   %[[W:.*]] = arith.constant dense<5.000000e-01> : tensor<2x8xf16>
//       STORE:   %[[A:.*]] = cnn.cast %[[W]] to f32 {cnn.stored} : tensor<2x8xf16>
//       STORE:   cnn.gemm %{{.*}}, %[[A]] : tensor<4x2xf32>, tensor<2x8xf32>
//       STORE:   %[[B:.*]] = arith.constant dense<5.000000e-01> : tensor<2x8xf32>
//       STORE:   cnn.gemm %{{.*}}, %[[B]] : tensor<5x2xf32>, tensor<2x8xf32>
//       STORE:   cnn.gemm %{{.*}}, %[[B]] alpha 2.000000e+00 : tensor<4x2xf32>, tensor<2x8xf32>
func.func @stores_matrix(%x: tensor<4x2xf16>, %y: tensor<5x2xf16>) -> (tensor<4x8xf16>, tensor<5x8xf16>, tensor<4x8xf16>) {
  %v = arith.constant dense<0.5> : tensor<2x8xf16>
  %0 = cnn.gemm %x, %v : tensor<4x2xf16>, tensor<2x8xf16>
  %w = arith.constant dense<0.5> : tensor<2x8xf16>
  %1 = cnn.gemm %y, %w : tensor<5x2xf16>, tensor<2x8xf16>
  %2 = cnn.gemm %x, %w alpha 2.0 : tensor<4x2xf16>, tensor<2x8xf16>
  return %0, %1, %2 : tensor<4x8xf16>, tensor<5x8xf16>, tensor<4x8xf16>
}
