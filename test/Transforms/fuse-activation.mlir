// RUN: cnn-opt %s --fuse-activation | FileCheck %s
// RUN: cnn-opt %s --fuse-activation --remarks-filter=cnn --remark-format=emitRemark -o %t 2>&1 | FileCheck %s --check-prefix=REMARK

// CHECK-LABEL: func @fuses_into_conv
//       CHECK:   %[[Y:.*]] = cnn.conv {{.*}} activation <clip, 0.000000e+00, 6.000000e+00>
//  CHECK-NEXT:   return %[[Y]]
func.func @fuses_into_conv(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x1x1xf32>) -> tensor<1x3x4x4xf32> {
  %0 = cnn.conv %x, %w : tensor<1x2x4x4xf32>, tensor<3x2x1x1xf32>
  %1 = cnn.unary <clip, 0.0, 6.0> %0 : tensor<1x3x4x4xf32>
  return %1 : tensor<1x3x4x4xf32>
}

// CHECK-LABEL: func @fuses_into_gemm
//       CHECK:   %[[Y:.*]] = cnn.gemm {{.*}} activation <sigmoid>
//  CHECK-NEXT:   return %[[Y]]
func.func @fuses_into_gemm(%x: tensor<1x2xf32>, %w: tensor<2x3xf32>) -> tensor<1x3xf32> {
  %0 = cnn.gemm %x, %w : tensor<1x2xf32>, tensor<2x3xf32>
  %1 = cnn.unary <sigmoid> %0 : tensor<1x3xf32>
  return %1 : tensor<1x3xf32>
}

// The maximum of clipped numbers is the clipped maximum.
// CHECK-LABEL: func @passes_max_pool
//       CHECK:   %[[C:.*]] = cnn.conv {{.*}} activation <relu>
//  CHECK-NEXT:   %[[Y:.*]] = cnn.max_pool %[[C]]
//  CHECK-NEXT:   return %[[Y]]
func.func @passes_max_pool(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x1x1xf32>) -> tensor<1x3x2x2xf32> {
  %0 = cnn.conv %x, %w : tensor<1x2x4x4xf32>, tensor<3x2x1x1xf32>
  %1 = cnn.max_pool %0 kernel [2, 2] strides [2, 2] : tensor<1x3x4x4xf32>
  %2 = cnn.unary <relu> %1 : tensor<1x3x2x2xf32>
  return %2 : tensor<1x3x2x2xf32>
}

// CHECK-LABEL: func @keeps_decreasing_function_after_max_pool
//       CHECK:   cnn.max_pool
//  CHECK-NEXT:   cnn.unary <neg>
//      REMARK:   its input is not a layer that applies functions
func.func @keeps_decreasing_function_after_max_pool(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x1x1xf32>) -> tensor<1x3x2x2xf32> {
  %0 = cnn.conv %x, %w : tensor<1x2x4x4xf32>, tensor<3x2x1x1xf32>
  %1 = cnn.max_pool %0 kernel [2, 2] strides [2, 2] : tensor<1x3x4x4xf32>
  %2 = cnn.unary <neg> %1 : tensor<1x3x2x2xf32>
  return %2 : tensor<1x3x2x2xf32>
}

// CHECK-LABEL: func @keeps_function_of_shared_conv
//       CHECK:   cnn.conv {{.*}} : tensor
//  CHECK-NEXT:   cnn.unary <relu>
//      REMARK:   the layer before it has another user
func.func @keeps_function_of_shared_conv(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x1x1xf32>) -> (tensor<1x3x4x4xf32>, tensor<1x3x4x4xf32>) {
  %0 = cnn.conv %x, %w : tensor<1x2x4x4xf32>, tensor<3x2x1x1xf32>
  %1 = cnn.unary <relu> %0 : tensor<1x3x4x4xf32>
  return %0, %1 : tensor<1x3x4x4xf32>, tensor<1x3x4x4xf32>
}

// CHECK-LABEL: func @keeps_second_function
//       CHECK:   cnn.conv {{.*}} activation <relu>
//  CHECK-NEXT:   cnn.unary <tanh>
//      REMARK:   the layer before it applies a function already
func.func @keeps_second_function(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x1x1xf32>) -> tensor<1x3x4x4xf32> {
  %0 = cnn.conv %x, %w : tensor<1x2x4x4xf32>, tensor<3x2x1x1xf32>
  %1 = cnn.unary <relu> %0 : tensor<1x3x4x4xf32>
  %2 = cnn.unary <tanh> %1 : tensor<1x3x4x4xf32>
  return %2 : tensor<1x3x4x4xf32>
}
