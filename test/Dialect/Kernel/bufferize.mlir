// RUN: cnn-opt %s --eliminate-empty-tensors --one-shot-bufferize="bufferize-function-boundaries" | FileCheck %s

// A destination is overwritten as a whole: no copy of what it held, and the two
// pools share nothing but the buffer in between.
// CHECK-LABEL: func @chain
// CHECK-SAME: %[[X:.*]]: memref
// CHECK: %[[B:.*]] = memref.alloc() {{.*}} : memref<1x1x4x4x8xf32>
// CHECK-NOT: memref.copy
// CHECK: kernel.pool <max> ins(%[[X]] : {{.*}}) outs(%[[B]] : memref<1x1x4x4x8xf32>) kernel [2, 2] strides [2, 2]
// CHECK: %[[C:.*]] = memref.alloc()
// CHECK-NOT: memref.copy
// CHECK: kernel.pool <avg> ins(%[[B]] : {{.*}}) outs(%[[C]] : {{.*}}) kernel [4, 4]
// CHECK: return %[[C]]
func.func @chain(%x: tensor<1x1x8x8x8xf32>) -> tensor<1x1x1x1x8xf32> {
  %0 = tensor.empty() : tensor<1x1x4x4x8xf32>
  %1 = kernel.pool <max> ins(%x : tensor<1x1x8x8x8xf32>) outs(%0 : tensor<1x1x4x4x8xf32>) kernel [2, 2] strides [2, 2]
  %2 = tensor.empty() : tensor<1x1x1x1x8xf32>
  %3 = kernel.pool <avg> ins(%1 : tensor<1x1x4x4x8xf32>) outs(%2 : tensor<1x1x1x1x8xf32>) kernel [4, 4]
  return %3 : tensor<1x1x1x1x8xf32>
}

// Both destinations of a kernel become buffers; optional operands stay in place.
// CHECK-LABEL: func @winograd
// CHECK: kernel.winograd_conv ins({{.*}}) bias(%{{.*}} : memref<8xf32{{.*}}>) outs(%{{.*}}, %{{.*}} : memref<1x1x4x4x8xf32>, memref<1536xf32>)
func.func @winograd(%x: tensor<1x1x4x4x8xf32>, %u: tensor<1x16x8x8xf32>, %bias: tensor<8xf32>) -> tensor<1x1x4x4x8xf32> {
  %0 = tensor.empty() : tensor<1x1x4x4x8xf32>
  %1 = tensor.empty() : tensor<1536xf32>
  %2:2 = kernel.winograd_conv ins(%x, %u : tensor<1x1x4x4x8xf32>, tensor<1x16x8x8xf32>) bias(%bias : tensor<8xf32>)
    outs(%0, %1 : tensor<1x1x4x4x8xf32>, tensor<1536xf32>) tile [2, 2] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 1
  return %2#0 : tensor<1x1x4x4x8xf32>
}

// What is inserted into a larger tensor is written there.
// CHECK-LABEL: func @writes_block_of_concat
// CHECK: %[[Y:.*]] = memref.alloc() {{.*}} : memref<1x2x2x2x8xf32>
// CHECK: %[[BLOCK:.*]] = memref.subview %[[Y]][0, 1, 0, 0, 0] [1, 1, 2, 2, 8] [1, 1, 1, 1, 1]
// CHECK: kernel.pool <max> ins({{.*}}) outs(%[[BLOCK]] : memref<1x1x2x2x8xf32, strided<[64, 32, 16, 8, 1], offset: 32>>)
func.func @writes_block_of_concat(%x: tensor<1x1x4x4x8xf32>) -> tensor<1x2x2x2x8xf32> {
  %0 = tensor.empty() : tensor<1x2x2x2x8xf32>
  %1 = tensor.empty() : tensor<1x1x2x2x8xf32>
  %2 = kernel.pool <max> ins(%x : tensor<1x1x4x4x8xf32>) outs(%1 : tensor<1x1x2x2x8xf32>) kernel [2, 2] strides [2, 2]
  %3 = tensor.insert_slice %2 into %0[0, 1, 0, 0, 0] [1, 1, 2, 2, 8] [1, 1, 1, 1, 1]
    : tensor<1x1x2x2x8xf32> into tensor<1x2x2x2x8xf32>
  return %3 : tensor<1x2x2x2x8xf32>
}
