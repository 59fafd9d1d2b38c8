// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @plane
//       CHECK:   cnn.grid_sample <linear> %{{.*}}, %{{.*}} padding <zeros> : tensor<?x8x4x5xf32>, tensor<?x6x7x2xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x6x7xf32>
func.func @plane(%x: tensor<?x8x4x5xf32>, %grid: tensor<?x6x7x2xf32>) -> tensor<?x8x6x7xf32> {
  %0 = cnn.grid_sample <linear> %x, %grid padding <zeros> : tensor<?x8x4x5xf32>, tensor<?x6x7x2xf32>
  return %0 : tensor<?x8x6x7xf32>
}

// CHECK-LABEL: func @volume
//       CHECK:   cnn.grid_sample <nearest> %{{.*}}, %{{.*}} padding <reflection> alignCorners : tensor<1x8x3x4x5xf16>, tensor<1x2x6x7x3xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x8x2x6x7xf16>
func.func @volume(%x: tensor<1x8x3x4x5xf16>, %grid: tensor<1x2x6x7x3xf32>) -> tensor<1x8x2x6x7xf16> {
  %0 = cnn.grid_sample <nearest> %x, %grid padding <reflection> alignCorners : tensor<1x8x3x4x5xf16>, tensor<1x2x6x7x3xf32>
  return %0 : tensor<1x8x2x6x7xf16>
}
