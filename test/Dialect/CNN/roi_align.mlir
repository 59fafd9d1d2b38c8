// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @average
//       CHECK:   cnn.roi_align <avg> %{{.*}}, %{{.*}}, %{{.*}} size [7, 6] samples 2 spatialScale 2.500000e-01 halfPixel : tensor<1x8x32x32xf32>, tensor<100x4xf32>, tensor<100xi64>
//  CHECK-NEXT:   return %{{.*}} : tensor<100x8x7x6xf32>
func.func @average(%x: tensor<1x8x32x32xf32>, %rois: tensor<100x4xf32>, %indices: tensor<100xi64>) -> tensor<100x8x7x6xf32> {
  %0 = cnn.roi_align <avg> %x, %rois, %indices size [7, 6] samples 2 spatialScale 0.25 halfPixel : tensor<1x8x32x32xf32>, tensor<100x4xf32>, tensor<100xi64>
  return %0 : tensor<100x8x7x6xf32>
}

// CHECK-LABEL: func @adaptive
//       CHECK:   cnn.roi_align <max> %{{.*}}, %{{.*}}, %{{.*}} size [1, 1] : tensor<2x8x32x32xf32>, tensor<3x4xf32>, tensor<3xi32>
//  CHECK-NEXT:   return %{{.*}} : tensor<3x8x1x1xf32>
func.func @adaptive(%x: tensor<2x8x32x32xf32>, %rois: tensor<3x4xf32>, %indices: tensor<3xi32>) -> tensor<3x8x1x1xf32> {
  %0 = cnn.roi_align <max> %x, %rois, %indices size [1, 1] : tensor<2x8x32x32xf32>, tensor<3x4xf32>, tensor<3xi32>
  return %0 : tensor<3x8x1x1xf32>
}
