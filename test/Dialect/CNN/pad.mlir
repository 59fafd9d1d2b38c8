// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @constant
//       CHECK:   cnn.pad <constant> %{{.*}} low [0, 0, 1, 1] high [0, 0, 1, 2] value -1.000000e+00 : tensor<?x3x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3x6x7xf32>
func.func @constant(%x: tensor<?x3x4x4xf32>) -> tensor<?x3x6x7xf32> {
  %0 = cnn.pad <constant> %x low [0, 0, 1, 1] high [0, 0, 1, 2] value -1.000000e+00 : tensor<?x3x4x4xf32>
  return %0 : tensor<?x3x6x7xf32>
}

// CHECK-LABEL: func @edge
//       CHECK:   cnn.pad <edge> %{{.*}} low [0, 0, 9, 0] high [0, 0, 0, 0] : tensor<?x3x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3x13x4xf32>
func.func @edge(%x: tensor<?x3x4x4xf32>) -> tensor<?x3x13x4xf32> {
  %0 = cnn.pad <edge> %x low [0, 0, 9, 0] high [0, 0, 0, 0] : tensor<?x3x4x4xf32>
  return %0 : tensor<?x3x13x4xf32>
}

// CHECK-LABEL: func @reflect
//       CHECK:   cnn.pad <reflect> %{{.*}} low [0, 0, 3, 0] high [0, 0, 3, 0] : tensor<?x3x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3x10x4xf32>
func.func @reflect(%x: tensor<?x3x4x4xf32>) -> tensor<?x3x10x4xf32> {
  %0 = cnn.pad <reflect> %x low [0, 0, 3, 0] high [0, 0, 3, 0] : tensor<?x3x4x4xf32>
  return %0 : tensor<?x3x10x4xf32>
}

// CHECK-LABEL: func @crop
//       CHECK:   cnn.pad <constant> %{{.*}} low [0, 0, -1, 0] high [0, 0, -3, 0] : tensor<?x3x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3x0x4xf32>
func.func @crop(%x: tensor<?x3x4x4xf32>) -> tensor<?x3x0x4xf32> {
  %0 = cnn.pad <constant> %x low [0, 0, -1, 0] high [0, 0, -3, 0] : tensor<?x3x4x4xf32>
  return %0 : tensor<?x3x0x4xf32>
}

// CHECK-LABEL: func @wrap
//       CHECK:   cnn.pad <wrap> %{{.*}} low [0, 5] high [0, 2] : tensor<2x3xi1>
func.func @wrap(%x: tensor<2x3xi1>) -> tensor<2x10xi1> {
  %0 = cnn.pad <wrap> %x low [0, 5] high [0, 2] : tensor<2x3xi1>
  return %0 : tensor<2x10xi1>
}
