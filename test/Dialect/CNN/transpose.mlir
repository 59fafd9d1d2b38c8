// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @channels_last
//       CHECK:   cnn.transpose %{{.*}} permutation [0, 2, 3, 1] : tensor<1x8x4x5xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x4x5x8xf32>
func.func @channels_last(%x: tensor<1x8x4x5xf32>) -> tensor<1x4x5x8xf32> {
  %0 = cnn.transpose %x permutation [0, 2, 3, 1] : tensor<1x8x4x5xf32>
  return %0 : tensor<1x4x5x8xf32>
}

// CHECK-LABEL: func @dynamic_batch
//       CHECK:   cnn.transpose %{{.*}} permutation [0, 2, 1] : tensor<?x2x3xi8>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3x2xi8>
func.func @dynamic_batch(%x: tensor<?x2x3xi8>) -> tensor<?x3x2xi8> {
  %0 = cnn.transpose %x permutation [0, 2, 1] : tensor<?x2x3xi8>
  return %0 : tensor<?x3x2xi8>
}
