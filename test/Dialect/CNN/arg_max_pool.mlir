// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @plain
//       CHECK:   cnn.arg_max_pool %{{.*}} kernel [2, 2] strides [2, 2] : tensor<1x8x8x8xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x8x4x4xi64>
func.func @plain(%x: tensor<1x8x8x8xf32>) -> tensor<1x8x4x4xi64> {
  %0 = cnn.arg_max_pool %x kernel [2, 2] strides [2, 2] : tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x4x4xi64>
}

// CHECK-LABEL: func @all_options
//       CHECK:   cnn.arg_max_pool %{{.*}} kernel [3] strides [2] pads [1, 1] dilations [2] ceil columnMajor : tensor<2x3x8xui8>
//  CHECK-NEXT:   return %{{.*}} : tensor<2x3x4xi64>
func.func @all_options(%x: tensor<2x3x8xui8>) -> tensor<2x3x4xi64> {
  %0 = cnn.arg_max_pool %x kernel [3] strides [2] pads [1, 1] dilations [2] ceil columnMajor : tensor<2x3x8xui8>
  return %0 : tensor<2x3x4xi64>
}
