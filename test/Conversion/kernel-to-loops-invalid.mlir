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

// -----

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {
func.func @products(%x: memref<1x1x1x2x8xi8>, %filter: memref<1x1x1x1x2x8x4xi8>, %bias: memref<8xi32>, %y: memref<1x1x1x2x8xi32>) {
  // expected-error @+1 {{expects 2 terms of 16 bits, which this machine adds up, got 4 of 8}}
  kernel.conv_integer ins(%x, %filter : memref<1x1x1x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%bias : memref<8xi32>)
    outs(%y : memref<1x1x1x2x8xi32>) unsigned
  return
}
}

// -----

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "znver4", features = ""}} {
func.func @signed_bytes(%x: memref<1x1x1x2x16xi8>, %filter: memref<1x1x1x1x4x16x4xi8>, %bias: memref<16xi32>, %y: memref<1x1x1x2x16xi32>) {
  // expected-error @+1 {{expects 4 terms of 8 bits, of an unsigned input, which this machine adds up, got 4 of 8}}
  kernel.conv_integer ins(%x, %filter : memref<1x1x1x2x16xi8>, memref<1x1x1x1x4x16x4xi8>) bias(%bias : memref<16xi32>)
    outs(%y : memref<1x1x1x2x16xi32>)
  return
}
}

// -----

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {
func.func @input_lanes(%x: memref<1x2x1x2x1xi16>, %filter: memref<1x1x1x1x1x8x2xi16>, %bias: memref<8xi32>, %y: memref<1x1x1x2x8xi32>) {
  // expected-error @+1 {{expects input blocks of a multiple of 2 lanes on this machine, got 1}}
  kernel.conv_integer ins(%x, %filter : memref<1x2x1x2x1xi16>, memref<1x1x1x1x1x8x2xi16>) bias(%bias : memref<8xi32>)
    outs(%y : memref<1x1x1x2x8xi32>)
  return
}
}

// -----

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "znver4", features = ""}} {
func.func @lanes(%x: memref<1x1x1x2x8xi8>, %filter: memref<1x1x1x1x2x8x4xi8>, %bias: memref<8xi32>, %y: memref<1x1x1x2x8xi32>) {
  // expected-error @+1 {{expects output blocks of a multiple of 16 lanes on this machine, got 8}}
  kernel.conv_integer ins(%x, %filter : memref<1x1x1x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%bias : memref<8xi32>)
    outs(%y : memref<1x1x1x2x8xi32>) unsigned
  return
}
}

// -----

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "znver4", features = ""}} {
func.func @blocks(%x: memref<1x1x1x2x16xi8>, %filter: memref<2x1x1x1x4x24x4xi8>, %bias: memref<48xi32>, %y: memref<1x1x1x2x48xi32>) {
  // expected-error @+1 {{expects output and filter blocks of 16 lanes, or one block of a multiple, got 48 and 24}}
  kernel.conv_integer ins(%x, %filter : memref<1x1x1x2x16xi8>, memref<2x1x1x1x4x24x4xi8>) bias(%bias : memref<48xi32>)
    outs(%y : memref<1x1x1x2x48xi32>) unsigned
  return
}
}

// -----

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {
func.func @depthwise_terms(%x: memref<1x1x4x4x8xi8>, %w: memref<1x1x1x8x4xi8>, %y: memref<1x1x4x2x8xi32>) {
  // expected-error @+1 {{expects a filter of f32: the machine has no instruction for sums of products of bytes}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x4x8xi8>, memref<1x1x1x8x4xi8>)
    outs(%y : memref<1x1x4x2x8xi32>) columns 3
  return
}
}

// -----

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "znver4", features = ""}} {
func.func @depthwise_lanes(%x: memref<1x1x4x4x8xi8>, %w: memref<1x1x1x8x4xi8>, %y: memref<1x1x4x2x8xi32>) {
  // expected-error @+1 {{expects a filter packed by 16 lanes and 4 terms for the machine's instruction, got 8 and 4}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x4x8xi8>, memref<1x1x1x8x4xi8>)
    outs(%y : memref<1x1x4x2x8xi32>) columns 3
  return
}
}
