// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @nearest
//       CHECK:   cnn.resize <nearest> %{{.*}} to [-1, -1, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <asymmetric> rounding <floor> : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x8x8xf32>
func.func @nearest(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x8x8xf32> {
  %0 = cnn.resize <nearest> %x to [-1, -1, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <asymmetric> rounding <floor> : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x8x8xf32>
}

// CHECK-LABEL: func @half_pixel
//       CHECK:   cnn.resize <linear> %{{.*}} to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <half_pixel> : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x8x8xf32>
func.func @half_pixel(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x8x8xf32> {
  %0 = cnn.resize <linear> %x to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <half_pixel> : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x8x8xf32>
}

// CHECK-LABEL: func @half_pixel_symmetric
//       CHECK:   cnn.resize <linear> %{{.*}} to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <half_pixel_symmetric> : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x8x8xf32>
func.func @half_pixel_symmetric(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x8x8xf32> {
  %0 = cnn.resize <linear> %x to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <half_pixel_symmetric> : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x8x8xf32>
}

// CHECK-LABEL: func @pytorch_half_pixel
//       CHECK:   cnn.resize <linear> %{{.*}} to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <pytorch_half_pixel> : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x8x8xf32>
func.func @pytorch_half_pixel(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x8x8xf32> {
  %0 = cnn.resize <linear> %x to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <pytorch_half_pixel> : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x8x8xf32>
}

// CHECK-LABEL: func @align_corners
//       CHECK:   cnn.resize <linear> %{{.*}} to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <align_corners> : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x8x8xf32>
func.func @align_corners(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x8x8xf32> {
  %0 = cnn.resize <linear> %x to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <align_corners> : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x8x8xf32>
}

// CHECK-LABEL: func @round_prefer_ceil
//       CHECK:   cnn.resize <nearest> %{{.*}} to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <half_pixel> rounding <round_prefer_ceil> : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x8x8xf32>
func.func @round_prefer_ceil(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x8x8xf32> {
  %0 = cnn.resize <nearest> %x to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <half_pixel> rounding <round_prefer_ceil> : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x8x8xf32>
}

// CHECK-LABEL: func @ceil
//       CHECK:   cnn.resize <nearest> %{{.*}} to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <half_pixel> rounding <ceil> : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x8x8xf32>
func.func @ceil(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x8x8xf32> {
  %0 = cnn.resize <nearest> %x to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <half_pixel> rounding <ceil> : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x8x8xf32>
}

// CHECK-LABEL: func @cubic
//       CHECK:   cnn.resize <cubic> %{{.*}} to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <half_pixel> cubicCoefficient -5.000000e-01 : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x8x8xf32>
func.func @cubic(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x8x8xf32> {
  %0 = cnn.resize <cubic> %x to [-1, 8, 8, 8] scales [1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00] coordinates <half_pixel> cubicCoefficient -5.000000e-01 : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x8x8xf32>
}

// CHECK-LABEL: func @region
//       CHECK:   cnn.resize <linear> %{{.*}} to [1, 8, 8, 8] {{.*}} coordinates <tf_crop_and_resize> roi [0.000000e+00, 0.000000e+00, 2.500000e-01, 0.000000e+00, 1.000000e+00, 1.000000e+00, 7.500000e-01, 1.000000e+00] : tensor<1x8x4x4xf32>
func.func @region(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x8x8xf32> {
  %0 = cnn.resize <linear> %x to [1, 8, 8, 8] scales [1.0, 1.0, 2.0, 2.0] coordinates <tf_crop_and_resize> roi [0.0, 0.0, 0.25, 0.0, 1.0, 1.0, 0.75, 1.0] : tensor<1x8x4x4xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// CHECK-LABEL: func @smooth
//       CHECK:   cnn.resize <cubic> %{{.*}} coordinates <half_pixel> excludeOutside antialias : tensor<1x8x4x4xf32>
func.func @smooth(%x: tensor<1x8x4x4xf32>) -> tensor<1x8x2x2xf32> {
  %0 = cnn.resize <cubic> %x to [1, 8, 2, 2] scales [1.0, 1.0, 0.5, 0.5] coordinates <half_pixel> excludeOutside antialias : tensor<1x8x4x4xf32>
  return %0 : tensor<1x8x2x2xf32>
}

// CHECK-LABEL: func @integers
//       CHECK:   cnn.resize <nearest> %{{.*}} coordinates <tf_half_pixel_for_nn> rounding <floor> : tensor<1x8x4x4xui8>
func.func @integers(%x: tensor<1x8x4x4xui8>) -> tensor<1x8x8x8xui8> {
  %0 = cnn.resize <nearest> %x to [1, 8, 8, 8] scales [1.0, 1.0, 2.0, 2.0] coordinates <tf_half_pixel_for_nn> rounding <floor> : tensor<1x8x4x4xui8>
  return %0 : tensor<1x8x8x8xui8>
}
