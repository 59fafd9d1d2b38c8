// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @plain
//       CHECK:   cnn.space_to_depth %{{.*}} block 2 : tensor<?x2x8x6xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x4x3xf32>
func.func @plain(%x: tensor<?x2x8x6xf32>) -> tensor<?x8x4x3xf32> {
  %0 = cnn.space_to_depth %x block 2 : tensor<?x2x8x6xf32>
  return %0 : tensor<?x8x4x3xf32>
}
