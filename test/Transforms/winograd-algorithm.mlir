// RUN: split-file %s %t
// RUN: cnn-opt %t/obeys.mlir --winograd | FileCheck %t/obeys.mlir --implicit-check-not=cnn.algorithm
// RUN: cnn-opt %t/obeys.mlir --winograd=tile=2 | FileCheck %t/obeys.mlir --implicit-check-not=cnn.algorithm
// RUN: cnn-opt %t/refuses.mlir --winograd --split-input-file --verify-diagnostics

//--- obeys.mlir
// The cost model would not take tiles of 2 for the first layer, nor any for the
// second, and would for the third.
// CHECK-LABEL: func @takes_named_tile
//       CHECK:   cnn.winograd_conv {{.*}} tile [2, 2]
func.func @takes_named_tile(%x: tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32> {
  %w = arith.constant dense<1.0> : tensor<64x64x3x3xf32>
  %0 = cnn.conv %x, %w pads [1, 1, 1, 1] {cnn.algorithm = "winograd 2"} : tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>
  return %0 : tensor<1x64x56x56xf32>
}

// CHECK-LABEL: func @takes_tile_in_one_dimension
//       CHECK:   cnn.winograd_conv {{.*}} tile [1, 6]
func.func @takes_tile_in_one_dimension(%x: tensor<1x3x8x8xf32>) -> tensor<1x2x8x6xf32> {
  %w = arith.constant dense<1.0> : tensor<2x3x1x3xf32>
  %0 = cnn.conv %x, %w {cnn.algorithm = "winograd 6"} : tensor<1x3x8x8xf32>, tensor<2x3x1x3xf32>
  return %0 : tensor<1x2x8x6xf32>
}

// CHECK-LABEL: func @stays_direct
//       CHECK:   cnn.conv
func.func @stays_direct(%x: tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32> {
  %w = arith.constant dense<1.0> : tensor<64x64x3x3xf32>
  %0 = cnn.conv %x, %w pads [1, 1, 1, 1] {cnn.algorithm = "direct"} : tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>
  return %0 : tensor<1x64x56x56xf32>
}

// CHECK-LABEL: func @direct_is_always_possible
//       CHECK:   cnn.conv
func.func @direct_is_always_possible(%x: tensor<1x3x8x8xf32>) -> tensor<1x2x8x8xf32> {
  %w = arith.constant dense<1.0> : tensor<2x3x1x1xf32>
  %0 = cnn.conv %x, %w {cnn.algorithm = "direct"} : tensor<1x3x8x8xf32>, tensor<2x3x1x1xf32>
  return %0 : tensor<1x2x8x8xf32>
}

//--- refuses.mlir
func.func @unknown(%x: tensor<1x3x8x8xf32>) -> tensor<1x2x6x6xf32> {
  %w = arith.constant dense<1.0> : tensor<2x3x3x3xf32>
  // expected-error @+1 {{expected attribute cnn.algorithm to be "direct" or "winograd N", N being 2, 4 or 6, got "winograd 3"}}
  %0 = cnn.conv %x, %w {cnn.algorithm = "winograd 3"} : tensor<1x3x8x8xf32>, tensor<2x3x3x3xf32>
  return %0 : tensor<1x2x6x6xf32>
}

// -----

func.func @no_string(%x: tensor<1x3x8x8xf32>) -> tensor<1x2x6x6xf32> {
  %w = arith.constant dense<1.0> : tensor<2x3x3x3xf32>
  // expected-error @+1 {{or "winograd N", N being 2, 4 or 6, got 4 : i64}}
  %0 = cnn.conv %x, %w {cnn.algorithm = 4} : tensor<1x3x8x8xf32>, tensor<2x3x3x3xf32>
  return %0 : tensor<1x2x6x6xf32>
}

// -----

func.func @impossible(%x: tensor<1x3x8x8xf32>) -> tensor<1x2x8x8xf32> {
  %w = arith.constant dense<1.0> : tensor<2x3x1x1xf32>
  // expected-error @+1 {{attribute cnn.algorithm asks for "winograd 4", but a filter of one tap has no products to save}}
  %0 = cnn.conv %x, %w {cnn.algorithm = "winograd 4"} : tensor<1x3x8x8xf32>, tensor<2x3x1x1xf32>
  return %0 : tensor<1x2x8x8xf32>
}

// -----

func.func @too_many_points(%x: tensor<1x3x8x16xf32>) -> tensor<1x2x8x10xf32> {
  %w = arith.constant dense<1.0> : tensor<2x3x1x7xf32>
  // expected-error @+1 {{attribute cnn.algorithm asks for "winograd 6", but that tile of its filter needs too many points}}
  %0 = cnn.conv %x, %w {cnn.algorithm = "winograd 6"} : tensor<1x3x8x16xf32>, tensor<2x3x1x7xf32>
  return %0 : tensor<1x2x8x10xf32>
}
