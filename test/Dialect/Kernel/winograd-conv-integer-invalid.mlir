// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @input_type(%x: memref<1x1x4x4x4xi16>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects input of i8, got 'i16'}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi16>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

func.func @filter_type(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi8>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects filter of i16, got 'i8'}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi8>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

func.func @bias_type(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xf32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects bias of i32, got 'f32'}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xf32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

func.func @tiles_type(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi32>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects tiles of i16, got 'i32'}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi32>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

func.func @products_type(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi16>) {
  // expected-error @+1 {{expects products of i32, got 'i16'}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi16>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

func.func @output_type(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi64>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects an output of i8, i16, i32 or f32, got 'i64'}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi64>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

func.func @no_multiplier(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xf32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects a multiplier if and only if the output is not of i32}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xf32>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

func.func @input_zero_point(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects a zero point of the input from -128 to 127, got 128}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1 inputZeroPoint 128
  return
}

// -----

func.func @range_of_sums(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects a range and a zero point only of an output of i8 or i16}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1 zeroPoint 1
  return
}

// -----

func.func @filter_lanes(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x6x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects filter blocks of a multiple of 4 output channels, got 6}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x6x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

func.func @terms(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x3xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects the 4 lanes of the input in whole sums of 3 products}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x3xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

func.func @tile_rank(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects two positive extents in tile and in taps}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>)
    tile [2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

func.func @tile_block(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects a positive tileBlock, got 0}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 0 chunks 1
  return
}

// -----

func.func @chunks(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects at least one chunk, got 0}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 0
  return
}

// -----

func.func @output_shape(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x3x3x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects output of shape 1x1x2x2x4, got 1x1x3x3x4}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x3x3x4xi32>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

// F(2x2, 3x3) has 4 * 4 points.
func.func @points(%x: memref<1x1x4x4x4xi8>, %u: memref<1x9x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects filter of shape 1x16x4x4x1, got 1x9x4x4x1}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x9x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

func.func @bias_shape(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<8xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects bias of shape 4, got 8}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<8xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

// 16 points of 16 elements each.
func.func @tiles(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<200xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects tiles of shape 256, got 200}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<200xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}

// -----

func.func @products(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<200xi32>) {
  // expected-error @+1 {{expects products of shape 256, got 200}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<200xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}
