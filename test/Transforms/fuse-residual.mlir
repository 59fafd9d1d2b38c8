// RUN: cnn-opt %s --fuse-residual | FileCheck %s
// RUN: cnn-opt %s --fuse-residual --remarks-filter=cnn --remark-format=emitRemark -o %t 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: cnn-opt %s --fuse-residual --fuse-activation | FileCheck %s --check-prefix=BLOCK

!image = tensor<1x2x4x4xf32>
!filter = tensor<2x2x1x1xf32>

// CHECK-LABEL: func @fuses
//  CHECK-SAME:   %[[X:.*]]: tensor<1x2x4x4xf32>, %[[W:.*]]: tensor
//       CHECK:   %[[Y:.*]] = cnn.conv %[[X]], %[[W]] residual %[[X]]
//       CHECK:   cnn.unary <relu> %[[Y]]
// BLOCK-LABEL: func @fuses
//       BLOCK:   %[[Y:.*]] = cnn.conv {{.*}} residual {{.*}} activation <relu>
//  BLOCK-NEXT:   return %[[Y]]
func.func @fuses(%x: !image, %w: !filter) -> !image {
  %0 = cnn.conv %x, %w : !image, !filter
  %1 = cnn.binary <add> %x, %0 : !image, !image
  %2 = cnn.unary <relu> %1 : !image
  return %2 : !image
}

// CHECK-LABEL: func @takes_later_conv
//       CHECK:   %[[A:.*]] = cnn.conv %{{.*}}, %{{.*}} : tensor
//  CHECK-NEXT:   %[[B:.*]] = cnn.conv {{.*}} residual %[[A]]
//  CHECK-NEXT:   return %[[B]]
func.func @takes_later_conv(%x: !image, %w: !filter) -> !image {
  %0 = cnn.conv %x, %w : !image, !filter
  %1 = cnn.conv %x, %w : !image, !filter
  %2 = cnn.binary <add> %1, %0 : !image, !image
  return %2 : !image
}

// The convolution waits for the residual.
// CHECK-LABEL: func @moves_conv_down
//       CHECK:   %[[A:.*]] = cnn.unary <tanh>
//  CHECK-NEXT:   %[[B:.*]] = cnn.conv {{.*}} residual %[[A]]
//  CHECK-NEXT:   return %[[B]]
func.func @moves_conv_down(%x: !image, %w: !filter) -> !image {
  %0 = cnn.conv %x, %w : !image, !filter
  %1 = cnn.unary <tanh> %x : !image
  %2 = cnn.binary <add> %0, %1 : !image, !image
  return %2 : !image
}

// CHECK-LABEL: func @keeps_broadcast
//       CHECK:   cnn.binary <add>
//      REMARK:   an operand is broadcast
func.func @keeps_broadcast(%x: !image, %w: !filter, %r: tensor<2x1x1xf32>) -> !image {
  %0 = cnn.conv %x, %w : !image, !filter
  %1 = cnn.binary <add> %0, %r : !image, tensor<2x1x1xf32>
  return %1 : !image
}

// CHECK-LABEL: func @keeps_sum_after_activation
//       CHECK:   cnn.binary <add>
//      REMARK:   no operand is a convolution of its own
func.func @keeps_sum_after_activation(%x: !image, %w: !filter) -> !image {
  %0 = cnn.conv %x, %w activation <relu> : !image, !filter
  %1 = cnn.binary <add> %0, %x : !image, !image
  return %1 : !image
}

// CHECK-LABEL: func @keeps_shared_conv
//       CHECK:   cnn.binary <add>
func.func @keeps_shared_conv(%x: !image, %w: !filter) -> (!image, !image) {
  %0 = cnn.conv %x, %w : !image, !filter
  %1 = cnn.binary <add> %0, %x : !image, !image
  return %0, %1 : !image, !image
}

// CHECK-LABEL: func @keeps_difference
//       CHECK:   cnn.binary <sub>
func.func @keeps_difference(%x: !image, %w: !filter) -> !image {
  %0 = cnn.conv %x, %w : !image, !filter
  %1 = cnn.binary <sub> %0, %x : !image, !image
  return %1 : !image
}
