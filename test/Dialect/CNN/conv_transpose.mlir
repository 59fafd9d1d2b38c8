// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// (8 - 1) * 2 + 2 = 16.
// CHECK-LABEL: func @plain
//       CHECK:   cnn.conv_transpose %{{.*}}, %{{.*}} strides [2, 2] : tensor<1x4x8x8xf32>, tensor<4x3x2x2xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x3x16x16xf32>
func.func @plain(%x: tensor<1x4x8x8xf32>, %y: tensor<4x3x2x2xf32>) -> tensor<1x3x16x16xf32> {
  %0 = cnn.conv_transpose %x, %y strides [2, 2] : tensor<1x4x8x8xf32>, tensor<4x3x2x2xf32>
  return %0 : tensor<1x3x16x16xf32>
}

// 16 - 1 - 1 = 14, and one more row.
// CHECK-LABEL: func @full
//       CHECK:   cnn.conv_transpose %{{.*}}, %{{.*}} bias %{{.*}} : tensor<6xf32> strides [2, 2] pads [1, 1, 1, 1] outputPads [1, 0] groups 2 activation <relu> : tensor<1x4x8x8xf32>, tensor<4x3x2x2xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x6x15x14xf32>
func.func @full(%x: tensor<1x4x8x8xf32>, %y: tensor<4x3x2x2xf32>, %z: tensor<6xf32>) -> tensor<1x6x15x14xf32> {
  %0 = cnn.conv_transpose %x, %y bias %z : tensor<6xf32> strides [2, 2] pads [1, 1, 1, 1] outputPads [1, 0] groups 2 activation <relu> : tensor<1x4x8x8xf32>, tensor<4x3x2x2xf32>
  return %0 : tensor<1x6x15x14xf32>
}

// (4 - 1) * 1 + (3 - 1) * 2 + 1 = 8.
// CHECK-LABEL: func @dilated
//       CHECK:   cnn.conv_transpose %{{.*}}, %{{.*}} dilations [2] : tensor<?x1x4xf32>, tensor<1x1x3xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x1x8xf32>
func.func @dilated(%x: tensor<?x1x4xf32>, %y: tensor<1x1x3xf32>) -> tensor<?x1x8xf32> {
  %0 = cnn.conv_transpose %x, %y dilations [2] : tensor<?x1x4xf32>, tensor<1x1x3xf32>
  return %0 : tensor<?x1x8xf32>
}
