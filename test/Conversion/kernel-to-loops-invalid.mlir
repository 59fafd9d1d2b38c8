// RUN: cnn-opt %s --split-input-file --convert-kernel-to-loops --verify-diagnostics

func.func @tensors(%x: tensor<1x1x1x2x8xf32>, %filter: tensor<1x1x1x1x8x8xf32>, %y: tensor<1x1x1x2x8xf32>) {
  // expected-error @+1 {{expects memrefs when it becomes loops, got 'tensor<1x1x1x2x8xf32>'}}
  kernel.direct_conv ins(%x, %filter : tensor<1x1x1x2x8xf32>, tensor<1x1x1x1x8x8xf32>)
    outs(%y : tensor<1x1x1x2x8xf32>)
  return
}

// -----

func.func @strides(%x: memref<1x1x1x2x8xf32, strided<[16, 16, 16, 8, 2]>>, %filter: memref<1x1x1x1x8x8xf32>,
                   %y: memref<1x1x1x2x8xf32>) {
  // expected-error @+1 {{expects static strides, the last of them 1, got 'memref<1x1x1x2x8xf32, strided<[16, 16, 16, 8, 2]>>'}}
  kernel.direct_conv ins(%x, %filter : memref<1x1x1x2x8xf32, strided<[16, 16, 16, 8, 2]>>, memref<1x1x1x1x8x8xf32>)
    outs(%y : memref<1x1x1x2x8xf32>)
  return
}

// -----

func.func @integers(%x: memref<1x1x1x2x8xi8>, %filter: memref<1x1x1x1x8x8xi8>, %y: memref<1x1x1x2x8xi8>) {
  // expected-error @+1 {{expects elements of a float type, got 'i8'}}
  kernel.direct_conv ins(%x, %filter : memref<1x1x1x2x8xi8>, memref<1x1x1x1x8x8xi8>) outs(%y : memref<1x1x1x2x8xi8>)
  return
}
