// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @mixed(%x: tensor<1x8x2x2xf32>, %y: memref<1x1x2x2x8xf32>) {
  // expected-error @+1 {{expects either tensors or memrefs, got both kinds of operand}}
  kernel.pack ins(%x : tensor<1x8x2x2xf32>) outs(%y : memref<1x1x2x2x8xf32>)
  return
}

// -----

func.func @element_types(%x: memref<1x8x2x2xf32>, %y: memref<1x1x2x2x8xf16>) {
  // expected-error @+1 {{expects operands of one element type, got 'f32' and 'f16'}}
  kernel.pack ins(%x : memref<1x8x2x2xf32>) outs(%y : memref<1x1x2x2x8xf16>)
  return
}

// -----

func.func @dynamic(%x: memref<?x8x2x2xf32>, %y: memref<?x1x2x2x8xf32>) {
  // expected-error @+1 {{must be plain image, a tensor or memref of rank 4 and static shape}}
  kernel.pack ins(%x : memref<?x8x2x2xf32>) outs(%y : memref<?x1x2x2x8xf32>)
  return
}

// -----

// 20 channels are three blocks of 8.
func.func @blocks(%x: memref<1x20x2x2xf32>, %y: memref<1x2x2x2x8xf32>) {
  // expected-error @+1 {{expects a blocked image of shape 1x3x2x2x8, got 1x2x2x2x8}}
  kernel.unpack ins(%y : memref<1x2x2x2x8xf32>) outs(%x : memref<1x20x2x2xf32>)
  return
}

// -----

func.func @filter_rank(%x: memref<1x1x2x2x8xf32>, %f: memref<1x8x1x1x8xf32>, %y: memref<1x1x2x2x8xf32>) {
  // expected-error @+1 {{expects a filter of rank 6 for an input of rank 5, got 5}}
  kernel.direct_conv ins(%x, %f : memref<1x1x2x2x8xf32>, memref<1x8x1x1x8xf32>) outs(%y : memref<1x1x2x2x8xf32>)
  return
}

// -----

func.func @filter_blocks(%x: memref<1x1x2x2x8xf32>, %f: memref<1x1x1x1x8x12xf32>, %y: memref<1x1x2x2x8xf32>) {
  // expected-error @+1 {{expects filter blocks of 1 to 4 times 8 output channels, got 12}}
  kernel.direct_conv ins(%x, %f : memref<1x1x2x2x8xf32>, memref<1x1x1x1x8x12xf32>) outs(%y : memref<1x1x2x2x8xf32>)
  return
}

// -----

func.func @groups(%x: memref<1x2x2x2x8xf32>, %f: memref<1x2x1x1x8x8xf32>, %y: memref<1x3x2x2x8xf32>) {
  // expected-error @+1 {{expects groups to divide 2 and 3, got 2}}
  kernel.direct_conv ins(%x, %f : memref<1x2x2x2x8xf32>, memref<1x2x1x1x8x8xf32>) outs(%y : memref<1x3x2x2x8xf32>)
    groups 2
  return
}

// -----

func.func @lanes(%x: memref<1x1x2x2x4xf32>, %f: memref<1x1x1x1x8x8xf32>, %y: memref<1x1x2x2x8xf32>) {
  // expected-error @+1 {{expects an input of 8 lanes like the output, got 4}}
  kernel.direct_conv ins(%x, %f : memref<1x1x2x2x4xf32>, memref<1x1x1x1x8x8xf32>) outs(%y : memref<1x1x2x2x8xf32>)
  return
}

// -----

func.func @filter_shape(%x: memref<1x2x2x2x8xf32>, %f: memref<1x1x1x1x8x8xf32>, %y: memref<1x1x2x2x8xf32>) {
  // expected-error @+1 {{expects filter of shape 1x2x1x1x8x8, got 1x1x1x1x8x8}}
  kernel.direct_conv ins(%x, %f : memref<1x2x2x2x8xf32>, memref<1x1x1x1x8x8xf32>) outs(%y : memref<1x1x2x2x8xf32>)
  return
}

// -----

func.func @output_shape(%x: memref<1x1x2x2x8xf32>, %f: memref<1x1x1x1x8x8xf32>, %y: memref<1x1x2x2x8xf32>) {
  // expected-error @+1 {{expects output of shape 1x1x1x1x8, got 1x1x2x2x8}}
  kernel.direct_conv ins(%x, %f : memref<1x1x2x2x8xf32>, memref<1x1x1x1x8x8xf32>) outs(%y : memref<1x1x2x2x8xf32>)
    strides [2, 2]
  return
}

// -----

func.func @window(%x: memref<1x1x2x2x8xf32>, %f: memref<1x1x1x1x8x8xf32>, %y: memref<1x1x2x2x8xf32>) {
  // expected-error @+1 {{expects 2 strides, got 1}}
  kernel.direct_conv ins(%x, %f : memref<1x1x2x2x8xf32>, memref<1x1x1x1x8x8xf32>) outs(%y : memref<1x1x2x2x8xf32>)
    strides [2]
  return
}

// -----

func.func @bias(%x: memref<1x1x2x2x8xf32>, %f: memref<1x1x1x8xf32>, %b: memref<7xf32>, %y: memref<1x1x2x2x8xf32>) {
  // expected-error @+1 {{expects bias of shape 8, got 7}}
  kernel.depthwise_conv ins(%x, %f : memref<1x1x2x2x8xf32>, memref<1x1x1x8xf32>) bias(%b : memref<7xf32>)
    outs(%y : memref<1x1x2x2x8xf32>)
  return
}

// -----

func.func @residual(%x: memref<1x1x2x2x8xf32>, %f: memref<1x1x1x8xf32>, %r: memref<1x1x1x1x8xf32>,
                    %y: memref<1x1x2x2x8xf32>) {
  // expected-error @+1 {{expects residual of shape 1x1x2x2x8, got 1x1x1x1x8}}
  kernel.depthwise_conv ins(%x, %f : memref<1x1x2x2x8xf32>, memref<1x1x1x8xf32>) residual(%r : memref<1x1x1x1x8xf32>)
    outs(%y : memref<1x1x2x2x8xf32>)
  return
}

// -----

func.func @depthwise_filter(%x: memref<1x1x2x2x8xf32>, %f: memref<2x1x1x8xf32>, %y: memref<1x1x2x2x8xf32>) {
  // expected-error @+1 {{expects filter of shape 1x1x1x8, got 2x1x1x8}}
  kernel.depthwise_conv ins(%x, %f : memref<1x1x2x2x8xf32>, memref<2x1x1x8xf32>) outs(%y : memref<1x1x2x2x8xf32>)
  return
}

// -----

func.func @depthwise_groups(%x: memref<1x1x2x2x8xf32>, %f: memref<1x3x1x1x8xf32>, %y: memref<1x1x2x2x8xf32>) {
  // expected-error @+1 {{expects groups that divide 8 lanes, got 3 channels}}
  kernel.depthwise_conv ins(%x, %f : memref<1x1x2x2x8xf32>, memref<1x3x1x1x8xf32>) outs(%y : memref<1x1x2x2x8xf32>)
  return
}

// -----

func.func @expansion_blocks(%x: memref<1x1x4x4x8xf32>, %w: memref<1x1x1x1x8x12xf32>, %d: memref<2x3x3x8xf32>,
    %y: memref<1x2x2x2x8xf32>, %ring: memref<1x2x3x4x8xf32>) {
  // expected-error @+1 {{expects expansion blocks of a multiple of 8 channels, got 12}}
  kernel.expanded_depthwise_conv ins(%x, %w, %d : memref<1x1x4x4x8xf32>, memref<1x1x1x1x8x12xf32>, memref<2x3x3x8xf32>)
    outs(%y, %ring : memref<1x2x2x2x8xf32>, memref<1x2x3x4x8xf32>)
  return
}

// -----

func.func @expansion_taps(%x: memref<1x1x4x4x8xf32>, %w: memref<1x1x3x3x8x16xf32>, %d: memref<2x3x3x8xf32>,
    %y: memref<1x2x2x2x8xf32>, %ring: memref<1x2x3x4x8xf32>) {
  // expected-error @+1 {{expects expansion of shape 1x1x1x1x8x16, got 1x1x3x3x8x16}}
  kernel.expanded_depthwise_conv ins(%x, %w, %d : memref<1x1x4x4x8xf32>, memref<1x1x3x3x8x16xf32>, memref<2x3x3x8xf32>)
    outs(%y, %ring : memref<1x2x2x2x8xf32>, memref<1x2x3x4x8xf32>)
  return
}

// -----

func.func @expanded_filter(%x: memref<1x1x4x4x8xf32>, %w: memref<1x1x1x1x8x16xf32>, %d: memref<3x3x3x8xf32>,
    %y: memref<1x2x2x2x8xf32>, %ring: memref<1x2x3x4x8xf32>) {
  // expected-error @+1 {{expects filter of shape 2x3x3x8, got 3x3x3x8}}
  kernel.expanded_depthwise_conv ins(%x, %w, %d : memref<1x1x4x4x8xf32>, memref<1x1x1x1x8x16xf32>, memref<3x3x3x8xf32>)
    outs(%y, %ring : memref<1x2x2x2x8xf32>, memref<1x2x3x4x8xf32>)
  return
}

// -----

func.func @expanded_output(%x: memref<1x1x4x4x8xf32>, %w: memref<1x1x1x1x8x16xf32>, %d: memref<2x3x3x8xf32>,
    %y: memref<1x2x4x4x8xf32>, %ring: memref<1x2x3x4x8xf32>) {
  // expected-error @+1 {{expects output of shape 1x2x2x2x8, got 1x2x4x4x8}}
  kernel.expanded_depthwise_conv ins(%x, %w, %d : memref<1x1x4x4x8xf32>, memref<1x1x1x1x8x16xf32>, memref<2x3x3x8xf32>)
    outs(%y, %ring : memref<1x2x4x4x8xf32>, memref<1x2x3x4x8xf32>)
  return
}

// -----

func.func @expanded_input_lanes(%x: memref<1x1x4x4x4xf32>, %w: memref<1x1x1x1x8x16xf32>, %d: memref<2x3x3x8xf32>,
    %y: memref<1x2x2x2x8xf32>, %ring: memref<1x2x3x4x8xf32>) {
  // expected-error @+1 {{expects expansion of shape 1x1x1x1x4x16, got 1x1x1x1x8x16}}
  kernel.expanded_depthwise_conv ins(%x, %w, %d : memref<1x1x4x4x4xf32>, memref<1x1x1x1x8x16xf32>, memref<2x3x3x8xf32>)
    outs(%y, %ring : memref<1x2x2x2x8xf32>, memref<1x2x3x4x8xf32>)
  return
}

// -----

func.func @expansion_bias(%x: memref<1x1x4x4x8xf32>, %w: memref<1x1x1x1x8x16xf32>, %d: memref<2x3x3x8xf32>, %b: memref<8xf32>,
    %y: memref<1x2x2x2x8xf32>, %ring: memref<1x2x3x4x8xf32>) {
  // expected-error @+1 {{expects expansionBias of shape 16, got 8}}
  kernel.expanded_depthwise_conv ins(%x, %w, %d : memref<1x1x4x4x8xf32>, memref<1x1x1x1x8x16xf32>, memref<2x3x3x8xf32>)
    expansionBias(%b : memref<8xf32>)
    outs(%y, %ring : memref<1x2x2x2x8xf32>, memref<1x2x3x4x8xf32>)
  return
}

// -----

func.func @expanded_bias(%x: memref<1x1x4x4x8xf32>, %w: memref<1x1x1x1x8x16xf32>, %d: memref<2x3x3x8xf32>, %b: memref<8xf32>,
    %y: memref<1x2x2x2x8xf32>, %ring: memref<1x2x3x4x8xf32>) {
  // expected-error @+1 {{expects bias of shape 16, got 8}}
  kernel.expanded_depthwise_conv ins(%x, %w, %d : memref<1x1x4x4x8xf32>, memref<1x1x1x1x8x16xf32>, memref<2x3x3x8xf32>)
    bias(%b : memref<8xf32>)
    outs(%y, %ring : memref<1x2x2x2x8xf32>, memref<1x2x3x4x8xf32>)
  return
}

// -----

func.func @ring_blocks(%x: memref<1x1x4x4x8xf32>, %w: memref<1x1x1x1x8x16xf32>, %d: memref<2x3x3x8xf32>,
    %y: memref<1x2x2x2x8xf32>, %ring: memref<1x3x3x4x8xf32>) {
  // expected-error @+1 {{expects a ring with chunks, and blocks in a multiple of 2, got 1x3x3x4x8}}
  kernel.expanded_depthwise_conv ins(%x, %w, %d : memref<1x1x4x4x8xf32>, memref<1x1x1x1x8x16xf32>, memref<2x3x3x8xf32>)
    outs(%y, %ring : memref<1x2x2x2x8xf32>, memref<1x3x3x4x8xf32>)
  return
}

// -----

func.func @ring_rows(%x: memref<1x1x4x4x8xf32>, %w: memref<1x1x1x1x8x16xf32>, %d: memref<2x3x3x8xf32>,
    %y: memref<1x2x2x2x8xf32>, %ring: memref<1x2x2x4x8xf32>) {
  // expected-error @+1 {{expects ring of shape 1x2x3x4x8, got 1x2x2x4x8}}
  kernel.expanded_depthwise_conv ins(%x, %w, %d : memref<1x1x4x4x8xf32>, memref<1x1x1x1x8x16xf32>, memref<2x3x3x8xf32>)
    outs(%y, %ring : memref<1x2x2x2x8xf32>, memref<1x2x2x4x8xf32>)
  return
}

// -----

func.func @tile(%x: memref<1x1x4x4x8xf32>, %u: memref<1x16x8x8xf32>, %y: memref<1x1x4x4x8xf32>, %s: memref<1536xf32>) {
  // expected-error @+1 {{expects two positive extents in tile and in taps}}
  kernel.winograd_conv ins(%x, %u : memref<1x1x4x4x8xf32>, memref<1x16x8x8xf32>)
    outs(%y, %s : memref<1x1x4x4x8xf32>, memref<1536xf32>) tile [2] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 1
  return
}

// -----

// F(2x2, 3x3) has 4 * 4 points.
func.func @points(%x: memref<1x1x4x4x8xf32>, %u: memref<1x9x8x8xf32>, %y: memref<1x1x4x4x8xf32>, %s: memref<1536xf32>) {
  // expected-error @+1 {{expects filter of shape 1x16x8x8, got 1x9x8x8}}
  kernel.winograd_conv ins(%x, %u : memref<1x1x4x4x8xf32>, memref<1x9x8x8xf32>)
    outs(%y, %s : memref<1x1x4x4x8xf32>, memref<1536xf32>) tile [2, 2] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 1
  return
}

// -----

// Two chunks of two tiles: 2 * (16 * 16 + 16 * 16), each point a line of 16.
func.func @scratch(%x: memref<1x1x4x4x8xf32>, %u: memref<1x16x8x8xf32>, %y: memref<1x1x4x4x8xf32>, %s: memref<1000xf32>) {
  // expected-error @+1 {{expects scratch of shape 1024, got 1000}}
  kernel.winograd_conv ins(%x, %u : memref<1x1x4x4x8xf32>, memref<1x16x8x8xf32>)
    outs(%y, %s : memref<1x1x4x4x8xf32>, memref<1000xf32>) tile [2, 2] taps [3, 3] pads [1, 1, 1, 1] tileBlock 2 chunks 2
  return
}

// -----

func.func @tile_block(%x: memref<1x1x4x4x8xf32>, %u: memref<1x16x8x8xf32>, %y: memref<1x1x4x4x8xf32>, %s: memref<1000xf32>) {
  // expected-error @+1 {{expects a positive tileBlock, got 0}}
  kernel.winograd_conv ins(%x, %u : memref<1x1x4x4x8xf32>, memref<1x16x8x8xf32>)
    outs(%y, %s : memref<1x1x4x4x8xf32>, memref<1000xf32>) tile [2, 2] taps [3, 3] pads [1, 1, 1, 1] tileBlock 0 chunks 1
  return
}

// -----

func.func @chunks(%x: memref<1x1x4x4x8xf32>, %u: memref<1x16x8x8xf32>, %y: memref<1x1x4x4x8xf32>, %s: memref<1000xf32>) {
  // expected-error @+1 {{expects at least one chunk, got 0}}
  kernel.winograd_conv ins(%x, %u : memref<1x1x4x4x8xf32>, memref<1x16x8x8xf32>)
    outs(%y, %s : memref<1x1x4x4x8xf32>, memref<1000xf32>) tile [2, 2] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 0
  return
}

// -----

func.func @depth(%a: memref<2x3xf32>, %b: memref<4x5xf32>, %y: memref<2x5xf32>) {
  // expected-error @+1 {{expects rhs of shape 3x5, got 4x5}}
  kernel.matmul ins(%a, %b : memref<2x3xf32>, memref<4x5xf32>) outs(%y : memref<2x5xf32>)
  return
}

// -----

func.func @batch(%a: memref<7x2x3xf32>, %b: memref<3x5xf32>, %y: memref<2x5xf32>) {
  // expected-error @+1 {{expects output of shape 7x2x5, got 2x5}}
  kernel.matmul ins(%a, %b : memref<7x2x3xf32>, memref<3x5xf32>) outs(%y : memref<2x5xf32>)
  return
}

// -----

func.func @packed(%a: memref<2x3xf32>, %b: memref<3x5xf32>, %y: memref<2x5xf32>) {
  // expected-error @+1 {{expects a packed rhs of rank 3, and lhs and output of rank 2, got ranks 2, 2 and 2}}
  kernel.matmul ins(%a, %b : memref<2x3xf32>, memref<3x5xf32>) outs(%y : memref<2x5xf32>) packed
  return
}

// -----

func.func @matmul_bytes_without_scale(%a: memref<2x3xf32>, %b: memref<1x3x8xi8>, %y: memref<2x5xf32>) {
  // expected-error @+1 {{expects a scale if and only if a packed rhs is of i8 and lhs of f32}}
  kernel.matmul ins(%a, %b : memref<2x3xf32>, memref<1x3x8xi8>) outs(%y : memref<2x5xf32>) packed
  return
}

// -----

func.func @matmul_scale_shape(%a: memref<2x3xf32>, %b: memref<1x3x8xi8>, %s: memref<5xf32>, %y: memref<2x5xf32>) {
  // expected-error @+1 {{expects scale of shape 8, got 5}}
  kernel.matmul ins(%a, %b : memref<2x3xf32>, memref<1x3x8xi8>) scale(%s : memref<5xf32>) outs(%y : memref<2x5xf32>) packed
  return
}

// -----

func.func @matmul_halves_unpacked(%a: memref<2x3xf32>, %b: memref<3x5xf16>, %y: memref<2x5xf32>) {
  // expected-error @+1 {{expects operands of one element type, got 'f32' and 'f16'}}
  kernel.matmul ins(%a, %b : memref<2x3xf32>, memref<3x5xf16>) outs(%y : memref<2x5xf32>)
  return
}

// -----

func.func @words(%a: memref<1x8xf32>, %w: memref<1x8x8xi8>, %c: memref<16xf32>, %y: memref<1x64xf32>) {
  // expected-error @+1 {{expects words of i32, got 'i8'}}
  kernel.lookup_matmul ins(%a, %w, %c : memref<1x8xf32>, memref<1x8x8xi8>, memref<16xf32>) outs(%y : memref<1x64xf32>) bits 4 vectors 8
  return
}

// -----

func.func @numbers(%a: memref<1x8xf32>, %w: memref<1x8x8xi32>, %c: memref<16xf16>, %y: memref<1x64xf32>) {
  // expected-error @+1 {{expects numbers of f32, got 'f16'}}
  kernel.lookup_matmul ins(%a, %w, %c : memref<1x8xf32>, memref<1x8x8xi32>, memref<16xf16>) outs(%y : memref<1x64xf32>) bits 4 vectors 8
  return
}

// -----

func.func @many_codes(%a: memref<1x8xf32>, %w: memref<1x8x8xi32>, %c: memref<32xf32>, %y: memref<1x64xf32>) {
  // expected-error @+1 {{expects at most 6 vectors of codes of 5 bits, got 8}}
  kernel.lookup_matmul ins(%a, %w, %c : memref<1x8xf32>, memref<1x8x8xi32>, memref<32xf32>) outs(%y : memref<1x64xf32>) bits 5 vectors 8
  return
}

// -----

func.func @few_words(%a: memref<1x9xf32>, %w: memref<1x4x8xi32>, %c: memref<16xf32>, %y: memref<1x32xf32>) {
  // expected-error @+1 {{expects words of shape 1x5x8, got 1x4x8}}
  kernel.lookup_matmul ins(%a, %w, %c : memref<1x9xf32>, memref<1x4x8xi32>, memref<16xf32>) outs(%y : memref<1x32xf32>) bits 4 vectors 4
  return
}

// -----

func.func @codebook(%a: memref<1x8xf32>, %w: memref<1x8x8xi32>, %c: memref<15xf32>, %y: memref<1x64xf32>) {
  // expected-error @+1 {{expects codebook of shape 16, got 15}}
  kernel.lookup_matmul ins(%a, %w, %c : memref<1x8xf32>, memref<1x8x8xi32>, memref<15xf32>) outs(%y : memref<1x64xf32>) bits 4 vectors 8
  return
}

// -----

func.func @pool_window(%x: memref<1x1x4x4x8xf32>, %y: memref<1x1x2x2x8xf32>) {
  // expected-error @+1 {{expects a window over two dimensions, got 1}}
  kernel.pool <max> ins(%x : memref<1x1x4x4x8xf32>) outs(%y : memref<1x1x2x2x8xf32>) kernel [2]
  return
}

// -----

func.func @pool_output(%x: memref<1x1x5x5x8xf32>, %y: memref<1x1x4x3x8xf32>) {
  // expected-error @+1 {{expects output of shape 1x1x2x3x8, got 1x1x4x3x8}}
  kernel.pool <max> ins(%x : memref<1x1x5x5x8xf32>) outs(%y : memref<1x1x4x3x8xf32>) kernel [2, 2] strides [2, 2]
  return
}

// -----

func.func @pool_average_of_bytes(%x: memref<1x1x4x4x8xi8>, %y: memref<1x1x3x3x8xi8>) {
  // expected-error @+1 {{expects floats to average, got 'i8'}}
  kernel.pool <avg> ins(%x : memref<1x1x4x4x8xi8>) outs(%y : memref<1x1x3x3x8xi8>) kernel [2, 2]
  return
}

// -----

func.func @pool_unsigned_floats(%x: memref<1x1x4x4x8xf32>, %y: memref<1x1x3x3x8xf32>) {
  // expected-error @+1 {{expects integers that are unsigned, got 'f32'}}
  kernel.pool <max> ins(%x : memref<1x1x4x4x8xf32>) outs(%y : memref<1x1x3x3x8xf32>) kernel [2, 2] unsigned
  return
}

// -----

func.func @depthwise_conv_integer_input_of_floats(%x: memref<1x1x4x4x8xf32>, %w: memref<1x3x3x8xf32>, %y: memref<1x1x2x2x8xi32>) {
  // expected-error @+1 {{expects an input of i8 or i16, got 'f32'}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x4x8xf32>, memref<1x3x3x8xf32>)
    outs(%y : memref<1x1x2x2x8xi32>)
  return
}

// -----

func.func @depthwise_conv_integer_filter_of_words(%x: memref<1x1x4x4x8xi8>, %w: memref<1x3x3x8xi16>, %y: memref<1x1x2x2x8xi32>) {
  // expected-error @+1 {{expects a filter of f32, i8 or i32, got 'i16'}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x4x8xi8>, memref<1x3x3x8xi16>)
    outs(%y : memref<1x1x2x2x8xi32>)
  return
}

// -----

func.func @depthwise_conv_integer_bias_type(%x: memref<1x1x4x4x8xi8>, %w: memref<1x3x3x8xf32>, %b: memref<8xi8>, %y: memref<1x1x2x2x8xi32>) {
  // expected-error @+1 {{expects a bias of i32 or of the type of sums 'f32', got 'i8'}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x4x8xi8>, memref<1x3x3x8xf32>)
    bias(%b : memref<8xi8>) outs(%y : memref<1x1x2x2x8xi32>)
  return
}

// -----

func.func @depthwise_conv_integer_output_type(%x: memref<1x1x4x4x8xi8>, %w: memref<1x3x3x8xf32>, %y: memref<1x1x2x2x8xi64>) {
  // expected-error @+1 {{expects an output of i8, i16, i32 or f32, got 'i64'}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x4x8xi8>, memref<1x3x3x8xf32>)
    outs(%y : memref<1x1x2x2x8xi64>)
  return
}

// -----

func.func @depthwise_conv_integer_multiplier(%x: memref<1x1x4x4x8xi8>, %w: memref<1x3x3x8xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects a multiplier if and only if the output is not of i32}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x4x8xi8>, memref<1x3x3x8xf32>)
    outs(%y : memref<1x1x2x2x8xi8>) range [0, 255]
  return
}

// -----

func.func @depthwise_conv_integer_input_zero(%x: memref<1x1x4x4x8xi8>, %w: memref<1x3x3x8xf32>, %y: memref<1x1x2x2x8xi32>) {
  // expected-error @+1 {{expects a zero point of the input from -128 to 127, got 200}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x4x8xi8>, memref<1x3x3x8xf32>)
    outs(%y : memref<1x1x2x2x8xi32>) inputZeroPoint 200
  return
}

// -----

func.func @depthwise_conv_integer_range_of_sums(%x: memref<1x1x4x4x8xi8>, %w: memref<1x3x3x8xf32>, %y: memref<1x1x2x2x8xi32>) {
  // expected-error @+1 {{expects a range and a zero point only of an output of i8 or i16}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x4x8xi8>, memref<1x3x3x8xf32>)
    outs(%y : memref<1x1x2x2x8xi32>) range [0, 255]
  return
}

// -----

func.func @depthwise_conv_integer_range(%x: memref<1x1x4x4x8xi8>, %w: memref<1x3x3x8xf32>, %b: memref<8xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects a range within [-128, 127] or [0, 255]}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x4x8xi8>, memref<1x3x3x8xf32>)
    multiplier(%b : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi8>) range [-1, 255]
  return
}

// -----

func.func @depthwise_conv_integer_columns(%x: memref<1x1x4x4x8xi8>, %w: memref<1x3x1x8x4xi8>, %y: memref<1x1x2x2x8xi32>) {
  // expected-error @+1 {{expects columns if and only if the filter is packed by terms}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x4x8xi8>, memref<1x3x1x8x4xi8>)
    outs(%y : memref<1x1x2x2x8xi32>)
  return
}

// -----

func.func @depthwise_conv_integer_terms_of_words(%x: memref<1x1x4x4x8xi16>, %w: memref<1x3x1x8x4xi8>, %y: memref<1x1x2x2x8xi32>) {
  // expected-error @+1 {{expects a filter of i8, and such an input, got 'i8'}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x4x8xi16>, memref<1x3x1x8x4xi8>)
    outs(%y : memref<1x1x2x2x8xi32>) columns 3
  return
}

// -----

func.func @depthwise_conv_integer_terms_dilation(%x: memref<1x1x5x5x8xi8>, %w: memref<1x1x1x8x4xi8>, %y: memref<1x1x5x1x8xi32>) {
  // expected-error @+1 {{expects a dilation of 1 in W where the filter is packed by terms, got 2}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x5x5x8xi8>, memref<1x1x1x8x4xi8>)
    outs(%y : memref<1x1x5x1x8xi32>) dilations [1, 2] columns 3
  return
}

// -----

func.func @depthwise_conv_integer_filter_shape(%x: memref<1x1x4x4x8xi8>, %w: memref<1x3x2x8x4xi8>, %y: memref<1x1x2x2x8xi32>) {
  // expected-error @+1 {{expects filter of shape 1x3x1x8x4, got 1x3x2x8x4}}
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x4x8xi8>, memref<1x3x2x8x4xi8>)
    outs(%y : memref<1x1x2x2x8xi32>) columns 3
  return
}
