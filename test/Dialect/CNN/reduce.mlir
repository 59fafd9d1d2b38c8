// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @sum
//       CHECK:   cnn.reduce <sum> %{{.*}} axes [2, 3] : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xf32>
func.func @sum(%x: tensor<?x8x4x4xf32>) -> tensor<?x8xf32> {
  %0 = cnn.reduce <sum> %x axes [2, 3] : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8xf32>
}

// CHECK-LABEL: func @mean
//       CHECK:   cnn.reduce <mean> %{{.*}} axes [2, 3] : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xf32>
func.func @mean(%x: tensor<?x8x4x4xf32>) -> tensor<?x8xf32> {
  %0 = cnn.reduce <mean> %x axes [2, 3] : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8xf32>
}

// CHECK-LABEL: func @prod
//       CHECK:   cnn.reduce <prod> %{{.*}} axes [2, 3] : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xf32>
func.func @prod(%x: tensor<?x8x4x4xf32>) -> tensor<?x8xf32> {
  %0 = cnn.reduce <prod> %x axes [2, 3] : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8xf32>
}

// CHECK-LABEL: func @min
//       CHECK:   cnn.reduce <min> %{{.*}} axes [2, 3] : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xf32>
func.func @min(%x: tensor<?x8x4x4xf32>) -> tensor<?x8xf32> {
  %0 = cnn.reduce <min> %x axes [2, 3] : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8xf32>
}

// CHECK-LABEL: func @max
//       CHECK:   cnn.reduce <max> %{{.*}} axes [2, 3] : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xf32>
func.func @max(%x: tensor<?x8x4x4xf32>) -> tensor<?x8xf32> {
  %0 = cnn.reduce <max> %x axes [2, 3] : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8xf32>
}

// A global average pool.
// CHECK-LABEL: func @keep
//       CHECK:   cnn.reduce <mean> %{{.*}} axes [3, 2] keepDims : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x1x1xf32>
func.func @keep(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x1x1xf32> {
  %0 = cnn.reduce <mean> %x axes [3, 2] keepDims : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x1x1xf32>
}

// CHECK-LABEL: func @all
//       CHECK:   cnn.reduce <max> %{{.*}} axes [0, 1] : tensor<2x3xi32>
//  CHECK-NEXT:   return %{{.*}} : tensor<i32>
func.func @all(%x: tensor<2x3xi32>) -> tensor<i32> {
  %0 = cnn.reduce <max> %x axes [0, 1] : tensor<2x3xi32>
  return %0 : tensor<i32>
}
