// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// The smallest form.
// CHECK-LABEL: func @plain
//       CHECK:   cnn.conv %{{.*}}, %{{.*}} : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x8x6x6xf32>
func.func @plain(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf32>) -> tensor<1x8x6x6xf32> {
  %0 = cnn.conv %x, %y : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<1x8x6x6xf32>
}

// Everything there is.
// CHECK-LABEL: func @full
//       CHECK:   cnn.conv %{{.*}}, %{{.*}} bias %{{.*}} : tensor<8xf32> residual %{{.*}} : tensor<1x8x4x4xf32> strides [2, 2] pads [1, 1, 1, 1] activation <relu> : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x8x4x4xf32>
func.func @full(%x: tensor<1x3x8x8xf32>, %y: tensor<8x3x3x3xf32>, %z: tensor<8xf32>, %u: tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32> {
  %0 = cnn.conv %x, %y bias %z : tensor<8xf32> residual %u : tensor<1x8x4x4xf32> strides [2, 2] pads [1, 1, 1, 1] activation <relu> : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<1x8x4x4xf32>
}

// (10 - 5) / 2 + 1 = 3 and 7 - 3 + 1 = 5.
// CHECK-LABEL: func @dilated
//       CHECK:   cnn.conv %{{.*}}, %{{.*}} strides [2, 1] dilations [2, 1] groups 4 : tensor<1x4x10x7xf32>, tensor<4x1x3x3xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x4x3x5xf32>
func.func @dilated(%x: tensor<1x4x10x7xf32>, %y: tensor<4x1x3x3xf32>) -> tensor<1x4x3x5xf32> {
  %0 = cnn.conv %x, %y strides [2, 1] dilations [2, 1] groups 4 : tensor<1x4x10x7xf32>, tensor<4x1x3x3xf32>
  return %0 : tensor<1x4x3x5xf32>
}

// CHECK-LABEL: func @dynamic_batch
//       CHECK:   cnn.conv %{{.*}}, %{{.*}} : tensor<?x3x8x8xf32>, tensor<8x3x3x3xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x6x6xf32>
func.func @dynamic_batch(%x: tensor<?x3x8x8xf32>, %y: tensor<8x3x3x3xf32>) -> tensor<?x8x6x6xf32> {
  %0 = cnn.conv %x, %y : tensor<?x3x8x8xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<?x8x6x6xf32>
}

// CHECK-LABEL: func @one_dimension
//       CHECK:   cnn.conv %{{.*}}, %{{.*}} strides [3] : tensor<1x1x9xf32>, tensor<2x1x3xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x2x3xf32>
func.func @one_dimension(%x: tensor<1x1x9xf32>, %y: tensor<2x1x3xf32>) -> tensor<1x2x3xf32> {
  %0 = cnn.conv %x, %y strides [3] : tensor<1x1x9xf32>, tensor<2x1x3xf32>
  return %0 : tensor<1x2x3xf32>
}

// CHECK-LABEL: func @three_dimensions
//       CHECK:   cnn.conv %{{.*}}, %{{.*}} : tensor<1x1x4x4x4xf32>, tensor<2x1x3x1x3xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x2x2x4x2xf32>
func.func @three_dimensions(%x: tensor<1x1x4x4x4xf32>, %y: tensor<2x1x3x1x3xf32>) -> tensor<1x2x2x4x2xf32> {
  %0 = cnn.conv %x, %y : tensor<1x1x4x4x4xf32>, tensor<2x1x3x1x3xf32>
  return %0 : tensor<1x2x2x4x2xf32>
}
