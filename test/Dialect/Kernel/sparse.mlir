// RUN: cnn-opt %s | cnn-opt | FileCheck %s
// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @sparse_conv
// CHECK: %{{.*}}:2 = kernel.sparse_conv ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<1x1x7x7x8xf32>, tensor<3xf32>, tensor<3xi16>, tensor<9xi32>)
// CHECK-SAME: bias(%{{.*}} : tensor<8xf32>) residual(%{{.*}} : tensor<1x1x7x7x8xf32>)
// CHECK-SAME: outs(%{{.*}}, %{{.*}} : tensor<1x1x7x7x8xf32>, tensor<1024xf32>) tile 32 chunks 2 sharesTiles activation <relu>
func.func @sparse_conv(%x: tensor<1x1x7x7x8xf32>, %v: tensor<3xf32>, %c: tensor<3xi16>, %s: tensor<9xi32>, %b: tensor<8xf32>,
                       %y: tensor<1x1x7x7x8xf32>, %scratch: tensor<1024xf32>) -> tensor<1x1x7x7x8xf32> {
  // Two tiles of 8 channels and, for each of two chunks, the results of 8.
  %0:2 = kernel.sparse_conv ins(%x, %v, %c, %s : tensor<1x1x7x7x8xf32>, tensor<3xf32>, tensor<3xi16>, tensor<9xi32>)
    bias(%b : tensor<8xf32>) residual(%x : tensor<1x1x7x7x8xf32>)
    outs(%y, %scratch : tensor<1x1x7x7x8xf32>, tensor<1024xf32>) tile 32 chunks 2 sharesTiles activation <relu>
  return %0#0 : tensor<1x1x7x7x8xf32>
}

// CHECK-LABEL: func @sparse_matmul
// CHECK: kernel.sparse_matmul ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : memref<2x5xf32>, memref<3xf32>, memref<3xi16>, memref<8xi32>)
// CHECK-SAME: bias(%{{.*}} : memref<7xf32>) outs(%{{.*}} : memref<2x7xf32>) activation <sigmoid>
func.func @sparse_matmul(%x: memref<2x5xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<8xi32>, %b: memref<7xf32>, %y: memref<2x7xf32>) {
  kernel.sparse_matmul ins(%x, %v, %c, %s : memref<2x5xf32>, memref<3xf32>, memref<3xi16>, memref<8xi32>)
    bias(%b : memref<7xf32>) outs(%y : memref<2x7xf32>) activation <sigmoid>
  return
}
