// RUN: cnn-opt %s | cnn-opt | FileCheck %s

// CHECK-LABEL: func @direct_conv
// CHECK: kernel.direct_conv ins(%{{.*}}, %{{.*}} : tensor<1x4x7x7x16xf32>, tensor<1x4x3x3x16x32xf32>)
// CHECK-SAME: bias(%{{[^ ]*}} : tensor<32xf32>) residual(%{{[^ ]*}} : tensor<1x2x4x4x16xf32>)
// CHECK-SAME: outs(%{{.*}} : tensor<1x2x4x4x16xf32>) strides [2, 2] pads [1, 1, 1, 1] activation <relu>
func.func @direct_conv(%x: tensor<1x4x7x7x16xf32>, %filter: tensor<1x4x3x3x16x32xf32>, %bias: tensor<32xf32>,
                       %residual: tensor<1x2x4x4x16xf32>, %y: tensor<1x2x4x4x16xf32>) -> tensor<1x2x4x4x16xf32> {
  %r = kernel.direct_conv ins(%x, %filter : tensor<1x4x7x7x16xf32>, tensor<1x4x3x3x16x32xf32>)
    bias(%bias : tensor<32xf32>) residual(%residual : tensor<1x2x4x4x16xf32>)
    outs(%y : tensor<1x2x4x4x16xf32>) strides [2, 2] pads [1, 1, 1, 1] activation <relu>
  return %r : tensor<1x2x4x4x16xf32>
}

// Three blocks of outputs, two at a time: the second filter block is half empty.
// CHECK-LABEL: func @plain_input
// CHECK: kernel.direct_conv ins({{.*}}) outs(%{{.*}} : memref<1x3x6x4x8xf32>) dilations [1, 2]
func.func @plain_input(%x: memref<1x3x8x8xf32>, %filter: memref<2x3x3x3x16xf32>, %y: memref<1x3x6x4x8xf32>) {
  kernel.direct_conv ins(%x, %filter : memref<1x3x8x8xf32>, memref<2x3x3x3x16xf32>)
    outs(%y : memref<1x3x6x4x8xf32>) dilations [1, 2]
  return
}

// CHECK-LABEL: func @conv_integer
// CHECK: kernel.conv_integer ins(%{{.*}}, %{{.*}} : tensor<1x4x7x7x16xi8>, tensor<1x4x3x3x4x64x4xi8>)
// CHECK-SAME: bias(%{{[^ ]*}} : tensor<2x2x2x2x64xi32>) multiplier(%{{[^ ]*}} : tensor<64xf32>)
// CHECK-SAME: outs(%{{.*}} : tensor<1x4x4x4x16xi8>) strides [2, 2] pads [1, 1, 1, 1] unsigned flip zeroPoint -3 range [-128, 127]
// The last row and column of windows end with the padding.
func.func @conv_integer(%x: tensor<1x4x7x7x16xi8>, %filter: tensor<1x4x3x3x4x64x4xi8>, %bias: tensor<2x2x2x2x64xi32>,
                        %multiplier: tensor<64xf32>, %y: tensor<1x4x4x4x16xi8>) -> tensor<1x4x4x4x16xi8> {
  %r = kernel.conv_integer ins(%x, %filter : tensor<1x4x7x7x16xi8>, tensor<1x4x3x3x4x64x4xi8>)
    bias(%bias : tensor<2x2x2x2x64xi32>) multiplier(%multiplier : tensor<64xf32>)
    outs(%y : tensor<1x4x4x4x16xi8>) strides [2, 2] pads [1, 1, 1, 1] unsigned flip zeroPoint -3 range [-128, 127]
  return %r : tensor<1x4x4x4x16xi8>
}

// The products of 16 channels, two blocks, are added up in 16 bits.
// CHECK-LABEL: func @narrow_sums
// CHECK: kernel.conv_integer {{.*}} unsigned narrow 4 range [0, 127]
func.func @narrow_sums(%x: memref<1x4x2x2x8xi8>, %filter: memref<1x4x1x1x2x8x4xi8>, %bias: memref<8xi32>,
                       %multiplier: memref<8xf32>, %y: memref<1x1x2x2x8xi8>) {
  kernel.conv_integer ins(%x, %filter : memref<1x4x2x2x8xi8>, memref<1x4x1x1x2x8x4xi8>) bias(%bias : memref<8xi32>)
    multiplier(%multiplier : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi8>) unsigned narrow 4 range [0, 127]
  return
}

// A matrix of two rows: one block of all channels.
// CHECK-LABEL: func @matrix_of_integers
// CHECK: kernel.conv_integer ins({{.*}}) bias({{.*}}) outs(%{{.*}} : memref<1x1x1x2x48xi32>)
// CHECK-NOT: range
func.func @matrix_of_integers(%x: memref<1x1x1x2x6xi16>, %filter: memref<3x1x1x1x3x16x2xi16>, %bias: memref<48xi32>,
                              %y: memref<1x1x1x2x48xi32>) {
  kernel.conv_integer ins(%x, %filter : memref<1x1x1x2x6xi16>, memref<3x1x1x1x3x16x2xi16>) bias(%bias : memref<48xi32>)
    outs(%y : memref<1x1x1x2x48xi32>)
  return
}

// CHECK-LABEL: func @groups
// CHECK: groups 2
func.func @groups(%x: memref<1x4x1x1x8xf32>, %filter: memref<2x2x1x1x8x8xf32>, %y: memref<1x2x1x1x8xf32>) {
  kernel.direct_conv ins(%x, %filter : memref<1x4x1x1x8xf32>, memref<2x2x1x1x8x8xf32>)
    outs(%y : memref<1x2x1x1x8xf32>) groups 2
  return
}

// CHECK-LABEL: func @depthwise_conv
// CHECK: kernel.depthwise_conv ins({{.*}}) outs({{.*}}) strides [2, 2] pads [1, 1, 1, 1]
func.func @depthwise_conv(%x: tensor<1x2x14x14x16xf32>, %filter: tensor<2x3x3x16xf32>,
                          %y: tensor<1x2x7x7x16xf32>) -> tensor<1x2x7x7x16xf32> {
  %r = kernel.depthwise_conv ins(%x, %filter : tensor<1x2x14x14x16xf32>, tensor<2x3x3x16xf32>)
    outs(%y : tensor<1x2x7x7x16xf32>) strides [2, 2] pads [1, 1, 1, 1]
  return %r : tensor<1x2x7x7x16xf32>
}

// Groups of 4 channels.
// CHECK-LABEL: func @depthwise_conv_of_groups
// CHECK: kernel.depthwise_conv ins({{.*}}) outs({{.*}}) pads [1, 1, 1, 1]
func.func @depthwise_conv_of_groups(%x: tensor<1x2x7x7x16xf32>, %filter: tensor<2x4x3x3x16xf32>,
                                    %y: tensor<1x2x7x7x16xf32>) -> tensor<1x2x7x7x16xf32> {
  %r = kernel.depthwise_conv ins(%x, %filter : tensor<1x2x7x7x16xf32>, tensor<2x4x3x3x16xf32>)
    outs(%y : tensor<1x2x7x7x16xf32>) pads [1, 1, 1, 1]
  return %r : tensor<1x2x7x7x16xf32>
}

// CHECK-LABEL: func @expanded_depthwise_conv
// CHECK: kernel.expanded_depthwise_conv ins(%{{[^ ]*}}, %{{[^ ]*}}, %{{[^ ]*}} :
// CHECK-SAME: expansionBias(%{{[^ ]*}} : tensor<96xf32>) bias(%{{[^ ]*}} : tensor<96xf32>)
// CHECK-SAME: outs(%{{[^ ]*}}, %{{[^ ]*}} : tensor<1x6x5x5x16xf32>, tensor<4x2x3x9x16xf32>)
// CHECK-SAME: strides [2, 2] pads [1, 1, 1, 1] expansionActivation <relu> activation <silu>
func.func @expanded_depthwise_conv(%x: tensor<1x1x9x9x16xf32>, %w: tensor<3x1x1x1x16x32xf32>, %d: tensor<6x3x3x16xf32>,
                                   %b: tensor<96xf32>, %y: tensor<1x6x5x5x16xf32>, %ring: tensor<4x2x3x9x16xf32>)
    -> tensor<1x6x5x5x16xf32> {
  %r:2 = kernel.expanded_depthwise_conv
    ins(%x, %w, %d : tensor<1x1x9x9x16xf32>, tensor<3x1x1x1x16x32xf32>, tensor<6x3x3x16xf32>)
    expansionBias(%b : tensor<96xf32>) bias(%b : tensor<96xf32>)
    outs(%y, %ring : tensor<1x6x5x5x16xf32>, tensor<4x2x3x9x16xf32>)
    strides [2, 2] pads [1, 1, 1, 1] expansionActivation <relu> activation <silu>
  return %r#0 : tensor<1x6x5x5x16xf32>
}

// CHECK-LABEL: func @winograd_conv
// CHECK: %{{.*}}:2 = kernel.winograd_conv ins({{.*}}) outs({{.*}}) tile [4, 4] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 1
func.func @winograd_conv(%x: tensor<1x2x8x8x16xf32>, %u: tensor<1x36x32x32xf32>,
                         %y: tensor<1x2x8x8x16xf32>, %scratch: tensor<10368xf32>) -> tensor<1x2x8x8x16xf32> {
  %r:2 = kernel.winograd_conv ins(%x, %u : tensor<1x2x8x8x16xf32>, tensor<1x36x32x32xf32>)
    outs(%y, %scratch : tensor<1x2x8x8x16xf32>, tensor<10368xf32>)
    tile [4, 4] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 1
  return %r#0 : tensor<1x2x8x8x16xf32>
}

// Two chunks read one block of tiles.
// CHECK-LABEL: func @shared_winograd_conv
// CHECK: kernel.winograd_conv {{.*}} tileBlock 4 chunks 2 sharesTiles
func.func @shared_winograd_conv(%x: memref<1x2x8x8x16xf32>, %u: memref<1x36x32x32xf32>,
                                %y: memref<1x2x8x8x16xf32>, %scratch: memref<15552xf32>) {
  kernel.winograd_conv ins(%x, %u : memref<1x2x8x8x16xf32>, memref<1x36x32x32xf32>)
    outs(%y, %scratch : memref<1x2x8x8x16xf32>, memref<15552xf32>)
    tile [4, 4] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 2 sharesTiles
  return
}

// CHECK-LABEL: func @winograd_conv_integer
// CHECK: %{{.*}}:3 = kernel.winograd_conv_integer ins({{.*}}) bias({{.*}}) multiplier({{.*}}) outs({{.*}})
// CHECK-SAME: tile [4, 4] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 1 unsigned inputZeroPoint 3 zeroPoint 9 range [0, 255]
func.func @winograd_conv_integer(%x: tensor<1x4x8x8x8xi8>, %u: tensor<2x36x16x16x2xi16>, %b: tensor<32xi32>, %m: tensor<32xf32>,
                                 %y: tensor<1x4x8x8x8xi8>, %v: tensor<5184xi16>, %p: tensor<2880xi32>) -> tensor<1x4x8x8x8xi8> {
  %r:3 = kernel.winograd_conv_integer ins(%x, %u : tensor<1x4x8x8x8xi8>, tensor<2x36x16x16x2xi16>)
    bias(%b : tensor<32xi32>) multiplier(%m : tensor<32xf32>)
    outs(%y, %v, %p : tensor<1x4x8x8x8xi8>, tensor<5184xi16>, tensor<2880xi32>)
    tile [4, 4] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 1 unsigned inputZeroPoint 3 zeroPoint 9 range [0, 255]
  return %r#0 : tensor<1x4x8x8x8xi8>
}

// Sums with factors that are added up one by one.
// CHECK-LABEL: func @winograd_conv_integer_sums
// CHECK: kernel.winograd_conv_integer {{.*}} tile [2, 2] taps [3, 3] tileBlock 1 chunks 1{{$}}
func.func @winograd_conv_integer_sums(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>,
                                      %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>) tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// CHECK-LABEL: func @matmul
// CHECK: kernel.matmul ins({{.*}}) bias({{.*}}) outs({{.*}}) packed
// CHECK: kernel.matmul ins({{.*}}) outs({{.*}}) activation <clip, 0.000000e+00, 6.000000e+00>
// CHECK: kernel.matmul ins({{.*}} : memref<2x4xf32>, memref<1x4x8xi8>) scale(%{{.*}} : memref<8xf32>) bias({{.*}}) outs({{.*}}) packed
func.func @matmul(%a: tensor<1x512xf32>, %packed: tensor<16x512x64xf32>, %bias: tensor<1000xf32>, %y: tensor<1x1000xf32>,
                  %p: memref<2x3x4xf32>, %q: memref<4x5xf32>, %r: memref<2x3x5xf32>,
                  %s: memref<2x4xf32>, %t: memref<1x4x8xi8>, %u: memref<8xf32>, %v: memref<5xf32>, %w: memref<2x5xf32>) -> tensor<1x1000xf32> {
  %0 = kernel.matmul ins(%a, %packed : tensor<1x512xf32>, tensor<16x512x64xf32>)
    bias(%bias : tensor<1000xf32>) outs(%y : tensor<1x1000xf32>) packed
  kernel.matmul ins(%p, %q : memref<2x3x4xf32>, memref<4x5xf32>) outs(%r : memref<2x3x5xf32>)
    activation <clip, 0.0, 6.0>
  kernel.matmul ins(%s, %t : memref<2x4xf32>, memref<1x4x8xi8>) scale(%u : memref<8xf32>)
    bias(%v : memref<5xf32>) outs(%w : memref<2x5xf32>) packed
  return %0 : tensor<1x1000xf32>
}

// 1000 columns in panels of 8 * 16, 10 codes of 3 bits in a word.
// CHECK-LABEL: func @lookup_matmul
// CHECK: kernel.lookup_matmul ins({{.*}}) bias({{.*}}) outs({{.*}}) bits 4 vectors 8
// CHECK: kernel.lookup_matmul ins({{.*}}) scale({{.*}}) outs({{.*}}) bits 3 vectors 5 activation <relu>
func.func @lookup_matmul(%a: tensor<1x512xf32>, %words: tensor<8x512x16xi32>, %codebook: tensor<16xf32>,
                         %bias: tensor<1000xf32>, %y: tensor<1x1000xf32>,
                         %p: memref<2x5xf32>, %q: memref<1x3x8xi32>, %r: memref<8xf32>, %s: memref<40xf32>,
                         %t: memref<2x40xf32>) -> tensor<1x1000xf32> {
  %0 = kernel.lookup_matmul ins(%a, %words, %codebook : tensor<1x512xf32>, tensor<8x512x16xi32>, tensor<16xf32>)
    bias(%bias : tensor<1000xf32>) outs(%y : tensor<1x1000xf32>) bits 4 vectors 8
  kernel.lookup_matmul ins(%p, %q, %r : memref<2x5xf32>, memref<1x3x8xi32>, memref<8xf32>)
    scale(%s : memref<40xf32>) outs(%t : memref<2x40xf32>) bits 3 vectors 5 activation <relu>
  return %0 : tensor<1x1000xf32>
}

// (6 - 3) / 2 + 1 = 2 whole windows, 3 with the partial one.
// CHECK-LABEL: func @pool
// CHECK: kernel.pool <max> ins({{.*}}) outs({{.*}}) kernel [3, 3] strides [2, 2]
// CHECK: kernel.pool <avg> ins({{.*}}) outs({{.*}}) kernel [3, 3] strides [2, 2] pads [1, 1, 0, 0] includePad
func.func @pool(%x: memref<1x1x6x6x8xf32>, %y: memref<1x1x3x2x8xf32>, %z: memref<1x1x3x3x8xf32>) {
  kernel.pool <max> ins(%x : memref<1x1x6x6x8xf32>) outs(%y : memref<1x1x3x2x8xf32>) kernel [3, 3] strides [2, 2]
  kernel.pool <avg> ins(%x : memref<1x1x6x6x8xf32>) outs(%z : memref<1x1x3x3x8xf32>)
    kernel [3, 3] strides [2, 2] pads [1, 1, 0, 0] includePad
  return
}

// CHECK-LABEL: func @pool_bytes
// CHECK: kernel.pool <max> ins({{.*}}) outs({{.*}}) kernel [2, 2] unsigned
func.func @pool_bytes(%x: memref<1x1x6x6x8xi8>, %y: memref<1x1x5x5x8xi8>) {
  kernel.pool <max> ins(%x : memref<1x1x6x6x8xi8>) outs(%y : memref<1x1x5x5x8xi8>) kernel [2, 2] unsigned
  return
}

// Floats or integers tap by tap, and bytes in sums of 4.
// CHECK-LABEL: func @depthwise_conv_integer
// CHECK: kernel.depthwise_conv_integer ins({{.*}}) bias({{.*}}) multiplier({{.*}}) outs({{.*}}) strides [2, 2] pads [1, 1, 1, 1] unsigned inputZeroPoint 3 zeroPoint -2 range [-128, 127]
// CHECK: kernel.depthwise_conv_integer ins({{.*}}) outs({{.*}}) pads [1, 1, 1, 1] columns 3
// CHECK: kernel.depthwise_conv_integer ins({{.*}}) multiplier({{.*}}) outs({{.*}}) zeroPoint 7 range [-9, 32767]
func.func @depthwise_conv_integer(%x: memref<1x1x6x6x8xi8>, %w: memref<1x3x3x8xf32>, %v: memref<1x3x1x8x4xi8>,
                                  %b: memref<8xf32>, %y: memref<1x1x3x3x8xi8>, %z: memref<1x1x6x6x8xi32>,
                                  %u: memref<1x3x3x8xi32>, %v16: memref<1x1x6x6x8xi16>, %y16: memref<1x1x4x4x8xi16>) {
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x6x6x8xi8>, memref<1x3x3x8xf32>)
    bias(%b : memref<8xf32>) multiplier(%b : memref<8xf32>) outs(%y : memref<1x1x3x3x8xi8>)
    strides [2, 2] pads [1, 1, 1, 1] unsigned inputZeroPoint 3 zeroPoint -2 range [-128, 127]
  kernel.depthwise_conv_integer ins(%x, %v : memref<1x1x6x6x8xi8>, memref<1x3x1x8x4xi8>)
    outs(%z : memref<1x1x6x6x8xi32>) pads [1, 1, 1, 1] columns 3
  kernel.depthwise_conv_integer ins(%v16, %u : memref<1x1x6x6x8xi16>, memref<1x3x3x8xi32>)
    multiplier(%b : memref<8xf32>) outs(%y16 : memref<1x1x4x4x8xi16>) zeroPoint 7 range [-9, 32767]
  return
}

// CHECK-LABEL: func @pack_unpack
// CHECK: kernel.pack ins(%{{.*}} : tensor<1x24x7x7xf32>) outs(%{{.*}} : tensor<1x2x7x7x16xf32>)
// CHECK: kernel.unpack ins(%{{.*}} : tensor<1x2x7x7x16xf32>) outs(%{{.*}} : tensor<1x24x7x7xf32>)
func.func @pack_unpack(%x: tensor<1x24x7x7xf32>, %y: tensor<1x2x7x7x16xf32>) -> tensor<1x24x7x7xf32> {
  %0 = kernel.pack ins(%x : tensor<1x24x7x7xf32>) outs(%y : tensor<1x2x7x7x16xf32>)
  %1 = kernel.unpack ins(%0 : tensor<1x2x7x7x16xf32>) outs(%x : tensor<1x24x7x7xf32>)
  return %1 : tensor<1x24x7x7xf32>
}
