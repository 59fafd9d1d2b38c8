// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @regions
//       CHECK:   cnn.max_roi_pool %{{.*}}, %{{.*}} size [7, 6] spatialScale 6.250000e-02 : tensor<1x8x32x32xf32>, tensor<100x5xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<100x8x7x6xf32>
func.func @regions(%x: tensor<1x8x32x32xf32>, %rois: tensor<100x5xf32>) -> tensor<100x8x7x6xf32> {
  %0 = cnn.max_roi_pool %x, %rois size [7, 6] spatialScale 0.0625 : tensor<1x8x32x32xf32>, tensor<100x5xf32>
  return %0 : tensor<100x8x7x6xf32>
}
