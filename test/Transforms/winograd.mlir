// RUN: cnn-opt %s --winograd | FileCheck %s
// RUN: cnn-opt %s --winograd=tile=2 | FileCheck %s --check-prefix=TWO
// RUN: cnn-opt %s --winograd=tile=6 | FileCheck %s --check-prefix=SIX
// RUN: cnn-opt %s --winograd=max-error=1.7 | FileCheck %s --check-prefix=EXACT
// RUN: cnn-opt %s --winograd=max-error=1 | FileCheck %s --check-prefix=NONE
// RUN: cnn-opt %s --winograd --remarks-filter=cnn --remark-format=emitRemark -o %t 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: sed 's/x86_64-unknown-linux-gnu/thumbv7em-none-eabihf/; s/x86-64-v3/cortex-m4/' %s > %t-small.mlir
// RUN: cnn-opt %t-small.mlir --winograd --remarks-filter=cnn --remark-format=emitRemark -o - 2>&1 | FileCheck %s --check-prefix=SMALL
// RUN: cnn-opt %t-small.mlir --winograd=tile=2 | FileCheck %s --check-prefix=TWO
// RUN: not cnn-opt %s --winograd=tile=3 2>&1 | FileCheck %s --check-prefix=ERROR

// ERROR: for the --tile option: Cannot find option named '3'

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// CHECK-LABEL: func @takes_tile_4
//  CHECK-SAME:   %[[X:.*]]: tensor<1x64x56x56xf32>, %[[R:.*]]: tensor
//       CHECK:   cnn.winograd_conv %[[X]], %{{.*}} residual %[[R]] : tensor<1x64x56x56xf32>
//  CHECK-SAME:     tile [4, 4] pads [1, 1, 1, 1] activation <relu>
// Errors grow 1.67 times in F(2x2, 3x3) and 4.8 times in F(4x4, 3x3).
// EXACT-LABEL: func @takes_tile_4
//       EXACT:   cnn.winograd_conv {{.*}} tile [2, 2]
//  NONE-LABEL: func @takes_tile_4
//        NONE:   cnn.conv
//   TWO-LABEL: func @takes_tile_4
//         TWO:   cnn.winograd_conv {{.*}} tile [2, 2]
//   SIX-LABEL: func @takes_tile_4
//         SIX:   cnn.winograd_conv {{.*}} tile [6, 6]
//       SMALL:   the machine has little memory
//   SMALL-NOT:   cnn.winograd_conv
//      REMARK:   F(4x4, 3x3) is estimated at 2.{{.*}} times the speed of direct convolution
func.func @takes_tile_4(%x: tensor<1x64x56x56xf32>, %r: tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32> {
  %w = arith.constant dense<1.0> : tensor<64x64x3x3xf32>
  %0 = cnn.conv %x, %w residual %r : tensor<1x64x56x56xf32> pads [1, 1, 1, 1] activation <relu> : tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>
  return %0 : tensor<1x64x56x56xf32>
}

// A filter of 36 * 512 * 512 floats comes from memory, which four tiles do not hide.
// CHECK-LABEL: func @avoids_large_filter
//       CHECK:   cnn.winograd_conv {{.*}} tile [2, 2]
func.func @avoids_large_filter(%x: tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32> {
  %w = arith.constant dense<1.0> : tensor<512x512x3x3xf32>
  %0 = cnn.conv %x, %w pads [1, 1, 1, 1] : tensor<1x512x7x7xf32>, tensor<512x512x3x3xf32>
  return %0 : tensor<1x512x7x7xf32>
}

// CHECK-LABEL: func @takes_one_dimension
//       CHECK:   cnn.winograd_conv {{.*}} tile [1, 4] pads [0, 3, 0, 3]
func.func @takes_one_dimension(%x: tensor<1x64x17x17xf32>) -> tensor<1x64x17x17xf32> {
  %w = arith.constant dense<1.0> : tensor<64x64x1x7xf32>
  %0 = cnn.conv %x, %w pads [0, 3, 0, 3] : tensor<1x64x17x17xf32>, tensor<64x64x1x7xf32>
  return %0 : tensor<1x64x17x17xf32>
}

// CHECK-LABEL: func @takes_5x5
//       CHECK:   cnn.winograd_conv {{.*}} tile [4, 4]
//   SIX-LABEL: func @takes_5x5
//         SIX:   cnn.winograd_conv {{.*}} tile [6, 6]
func.func @takes_5x5(%x: tensor<1x32x28x28xf32>) -> tensor<1x32x24x24xf32> {
  %w = arith.constant dense<1.0> : tensor<32x32x5x5xf32>
  %0 = cnn.conv %x, %w : tensor<1x32x28x28xf32>, tensor<32x32x5x5xf32>
  return %0 : tensor<1x32x24x24xf32>
}

// Three channels do not pay for the transforms; who names a tile gets it.
// CHECK-LABEL: func @keeps_few_channels
//       CHECK:   cnn.conv
//   TWO-LABEL: func @keeps_few_channels
//         TWO:   cnn.winograd_conv
//      REMARK:   3x3) is estimated at 0.{{.*}} times the speed of direct convolution
func.func @keeps_few_channels(%x: tensor<1x3x32x32xf32>) -> tensor<1x16x30x30xf32> {
  %w = arith.constant dense<1.0> : tensor<16x3x3x3xf32>
  %0 = cnn.conv %x, %w : tensor<1x3x32x32xf32>, tensor<16x3x3x3xf32>
  return %0 : tensor<1x16x30x30xf32>
}

// CHECK-LABEL: func @keeps_strides
//       CHECK:   cnn.conv
//      REMARK:   it has strides
func.func @keeps_strides(%x: tensor<1x16x32x32xf32>) -> tensor<1x16x15x15xf32> {
  %w = arith.constant dense<1.0> : tensor<16x16x3x3xf32>
  %0 = cnn.conv %x, %w strides [2, 2] : tensor<1x16x32x32xf32>, tensor<16x16x3x3xf32>
  return %0 : tensor<1x16x15x15xf32>
}

// Pixel (2i + p, 2j + q) is pixel (i, j) of phase 2p + q.
// CHECK-LABEL: func @splits_dilations
//       CHECK:   %[[R6:.*]] = cnn.reshape %{{.*}} to [1, 128, 14, 2, 14, 2]
//       CHECK:   %[[X6:.*]] = cnn.reshape %{{.*}} to [1, 128, 14, 2, 14, 2]
//       CHECK:   %[[X:.*]] = cnn.transpose %[[X6]] permutation [0, 3, 5, 1, 2, 4]
//       CHECK:   %[[X4:.*]] = cnn.reshape %[[X]] to [4, 128, 14, 14]
//       CHECK:   %[[Y4:.*]] = cnn.winograd_conv %[[X4]], {{.*}} tile [4, 4] pads [1, 1, 1, 1] activation <relu>
//       CHECK:   %[[Y6:.*]] = cnn.reshape %[[Y4]] to [1, 2, 2, 128, 14, 14]
//       CHECK:   %[[Y:.*]] = cnn.transpose %[[Y6]] permutation [0, 3, 4, 1, 5, 2]
//       CHECK:   cnn.reshape %[[Y]] to [1, 128, 28, 28]
func.func @splits_dilations(%x: tensor<1x128x28x28xf32>, %r: tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32> {
  %w = arith.constant dense<1.0> : tensor<128x128x3x3xf32>
  %0 = cnn.conv %x, %w residual %r : tensor<1x128x28x28xf32> pads [2, 2, 2, 2] dilations [2, 2] activation <relu>
    : tensor<1x128x28x28xf32>, tensor<128x128x3x3xf32>
  return %0 : tensor<1x128x28x28xf32>
}

// CHECK-LABEL: func @keeps_uneven_dilations
//   CHECK-NOT:   winograd_conv
//      REMARK:   its dilations do not divide its image and its pads
func.func @keeps_uneven_dilations(%x: tensor<1x128x28x28xf32>) -> tensor<1x128x26x26xf32> {
  %w = arith.constant dense<1.0> : tensor<128x128x3x3xf32>
  %0 = cnn.conv %x, %w pads [1, 1, 1, 1] dilations [2, 2] : tensor<1x128x28x28xf32>, tensor<128x128x3x3xf32>
  return %0 : tensor<1x128x26x26xf32>
}

// CHECK-LABEL: func @keeps_groups
//       CHECK:   cnn.conv
//      REMARK:   it has groups
func.func @keeps_groups(%x: tensor<1x16x32x32xf32>) -> tensor<1x16x30x30xf32> {
  %w = arith.constant dense<1.0> : tensor<16x8x3x3xf32>
  %0 = cnn.conv %x, %w groups 2 : tensor<1x16x32x32xf32>, tensor<16x8x3x3xf32>
  return %0 : tensor<1x16x30x30xf32>
}

// CHECK-LABEL: func @keeps_unknown_filter
//       CHECK:   cnn.conv
//      REMARK:   its filter is not a constant
func.func @keeps_unknown_filter(%x: tensor<1x16x32x32xf32>, %w: tensor<16x16x3x3xf32>) -> tensor<1x16x30x30xf32> {
  %0 = cnn.conv %x, %w : tensor<1x16x32x32xf32>, tensor<16x16x3x3xf32>
  return %0 : tensor<1x16x30x30xf32>
}

// CHECK-LABEL: func @keeps_pointwise
//       CHECK:   cnn.conv
//      REMARK:   a filter of one tap has no products to save
func.func @keeps_pointwise(%x: tensor<1x16x32x32xf32>) -> tensor<1x16x32x32xf32> {
  %w = arith.constant dense<1.0> : tensor<16x16x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x16x32x32xf32>, tensor<16x16x1x1xf32>
  return %0 : tensor<1x16x32x32xf32>
}


}
