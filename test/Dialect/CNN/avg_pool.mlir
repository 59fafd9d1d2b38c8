// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @plain
//       CHECK:   cnn.avg_pool %{{.*}} kernel [3, 3] strides [2, 2] : tensor<1x8x7x7xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x8x3x3xf32>
func.func @plain(%x: tensor<1x8x7x7xf32>) -> tensor<1x8x3x3xf32> {
  %0 = cnn.avg_pool %x kernel [3, 3] strides [2, 2] : tensor<1x8x7x7xf32>
  return %0 : tensor<1x8x3x3xf32>
}

// (6 - 3) / 2 is rounded up.
// CHECK-LABEL: func @ceil
//       CHECK:   cnn.avg_pool %{{.*}} kernel [3] strides [2] ceil : tensor<?x8x6xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x3xf32>
func.func @ceil(%x: tensor<?x8x6xf32>) -> tensor<?x8x3xf32> {
  %0 = cnn.avg_pool %x kernel [3] strides [2] ceil : tensor<?x8x6xf32>
  return %0 : tensor<?x8x3xf32>
}

// CHECK-LABEL: func @full
//       CHECK:   cnn.avg_pool %{{.*}} kernel [3, 2] strides [1, 2] pads [1, 0, 1, 1] dilations [1, 2] ceil includePad : tensor<1x8x7x7xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x8x7x4xf32>
func.func @full(%x: tensor<1x8x7x7xf32>) -> tensor<1x8x7x4xf32> {
  %0 = cnn.avg_pool %x kernel [3, 2] strides [1, 2] pads [1, 0, 1, 1] dilations [1, 2] ceil includePad : tensor<1x8x7x7xf32>
  return %0 : tensor<1x8x7x4xf32>
}
