// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// No more rows than there are boxes.
// CHECK-LABEL: func @corners
//       CHECK:   cnn.non_max_suppression %{{.*}}, %{{.*}} limit 9 overlapThreshold 5.000000e-01 : tensor<2x6x4xf32>, tensor<2x3x6xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<36x3xi64>
func.func @corners(%b: tensor<2x6x4xf32>, %s: tensor<2x3x6xf32>) -> tensor<36x3xi64> {
  %0 = cnn.non_max_suppression %b, %s limit 9 overlapThreshold 0.5 : tensor<2x6x4xf32>, tensor<2x3x6xf32>
  return %0 : tensor<36x3xi64>
}

// CHECK-LABEL: func @centres
//       CHECK:   cnn.non_max_suppression %{{.*}}, %{{.*}} limit 2 overlapThreshold 0.000000e+00 scoreThreshold 2.500000e-01 centered :
//  CHECK-NEXT:   return %{{.*}} : tensor<2x3xi64>
func.func @centres(%b: tensor<1x6x4xf32>, %s: tensor<1x1x6xf32>) -> tensor<2x3xi64> {
  %0 = cnn.non_max_suppression %b, %s limit 2 overlapThreshold 0.0 scoreThreshold 0.25 centered : tensor<1x6x4xf32>, tensor<1x1x6xf32>
  return %0 : tensor<2x3xi64>
}
