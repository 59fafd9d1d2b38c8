// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @image
//       CHECK:   cnn.lrn %{{.*}} size 5 alpha 1.000000e-04 beta 7.500000e-01 bias 1.000000e+00 : tensor<?x8x4x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x4x4xf32>
func.func @image(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  %0 = cnn.lrn %x size 5 alpha 1.000000e-04 beta 7.500000e-01 bias 1.000000e+00 : tensor<?x8x4x4xf32>
  return %0 : tensor<?x8x4x4xf32>
}
