// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @plain
//       CHECK:   cnn.gemm %{{.*}}, %{{.*}} : tensor<2x3xf32>, tensor<3x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<2x4xf32>
func.func @plain(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %0 = cnn.gemm %x, %y : tensor<2x3xf32>, tensor<3x4xf32>
  return %0 : tensor<2x4xf32>
}

// CHECK-LABEL: func @full
//       CHECK:   cnn.gemm %{{.*}}, %{{.*}} bias %{{.*}} : tensor<10xf32> transposeLhs transposeRhs alpha 5.000000e-01 beta 2.000000e+00 activation <relu> : tensor<84x1xf32>, tensor<10x84xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x10xf32>
func.func @full(%x: tensor<84x1xf32>, %y: tensor<10x84xf32>, %z: tensor<10xf32>) -> tensor<1x10xf32> {
  %0 = cnn.gemm %x, %y bias %z : tensor<10xf32> transposeLhs transposeRhs alpha 5.000000e-01 beta 2.000000e+00 activation <relu> : tensor<84x1xf32>, tensor<10x84xf32>
  return %0 : tensor<1x10xf32>
}

// CHECK-LABEL: func @dynamic_batch
//       CHECK:   cnn.gemm %{{.*}}, %{{.*}} bias %{{.*}} : tensor<10xf32> transposeRhs : tensor<?x84xf32>, tensor<10x84xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x10xf32>
func.func @dynamic_batch(%x: tensor<?x84xf32>, %y: tensor<10x84xf32>, %z: tensor<10xf32>) -> tensor<?x10xf32> {
  %0 = cnn.gemm %x, %y bias %z : tensor<10xf32> transposeRhs : tensor<?x84xf32>, tensor<10x84xf32>
  return %0 : tensor<?x10xf32>
}
