// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @input_type(%x: memref<1x1x2x2x8xi64>, %f: memref<1x1x1x1x2x8x4xi64>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{an input of i8, i16 or, for signs, i32, got 'i64'}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi64>, memref<1x1x1x1x2x8x4xi64>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi8>) range [0, 255]
  return
}

// -----

func.func @odd_signs(%x: memref<1x3x2x2x1xi32>, %f: memref<1x1x1x1x1x8x1xi32>, %b: memref<8xi32>, %y: memref<1x1x2x2x8xi32>) {
  // expected-error @+1 {{expects signs in an even number of blocks of one lane, one group and filters of one term}}
  kernel.conv_integer ins(%x, %f : memref<1x3x2x2x1xi32>, memref<1x1x1x1x1x8x1xi32>) bias(%b : memref<8xi32>)
    outs(%y : memref<1x1x2x2x8xi32>)
  return
}

// -----

func.func @filter_type(%x: memref<1x1x2x2x8xi16>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects a filter of the input's type 'i16', got 'i8'}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi16>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi8>) range [0, 255]
  return
}

// -----

func.func @flipped_words(%x: memref<1x1x2x2x8xi16>, %f: memref<1x1x1x1x2x8x4xi16>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects bytes where they are unsigned or flipped}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi16>, memref<1x1x1x1x2x8x4xi16>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi8>) flip range [0, 255]
  return
}

// -----

func.func @bias_type(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xf32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects a bias of i32, got 'f32'}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xf32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi8>) range [0, 255]
  return
}

// -----

func.func @output_type(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi64>) {
  // expected-error @+1 {{expects an output of i8, i16, i32 or f32, got 'i64'}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi64>)
  return
}

// -----

func.func @multiplier_of_sums(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi32>) {
  // expected-error @+1 {{expects a multiplier if and only if the output is not of i32}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi32>)
  return
}

// -----

func.func @multiplier_type(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xi32>, %m: memref<8xf64>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects a multiplier of f32, got 'f64'}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf64>) outs(%y : memref<1x1x2x2x8xi8>) range [0, 255]
  return
}

// -----

func.func @range_of_floats(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xf32>) {
  // expected-error @+1 {{expects a range and a zero point only of an output of i8 or i16}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xf32>) range [0, 255]
  return
}

// -----

func.func @no_range(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects a range within [-128, 127] or [0, 255]}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi8>)
  return
}

// -----

func.func @wide_range(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects a range within [-128, 127] or [0, 255]}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi8>) range [-1, 255]
  return
}

// -----

func.func @wide_range_of_words(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi16>) {
  // expected-error @+1 {{expects a range within [-32768, 32767] or [0, 65535]}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi16>) range [-1, 32768]
  return
}

// -----

func.func @large_zero_point(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects a zero point of the output's type 'i8', got 256}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi8>) zeroPoint 256 range [0, 255]
  return
}

// -----

func.func @groups_of_integers(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects groups to divide 1 and 1, got 2}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi8>) groups 2 range [0, 255]
  return
}

// -----

func.func @terms(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x3xi8>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects the 8 lanes of the input in whole sums of 3 products}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x3xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi8>) range [0, 255]
  return
}

// -----

func.func @terms_of_blocks(%x: memref<1x3x2x2x4xi8>, %f: memref<1x1x1x1x1x4x8xi8>, %b: memref<4xi32>, %y: memref<1x1x2x2x4xi32>) {
  // expected-error @+1 {{expects the 4 lanes of the input in whole sums of 8 products, or whole blocks of a group in each sum}}
  kernel.conv_integer ins(%x, %f : memref<1x3x2x2x4xi8>, memref<1x1x1x1x1x4x8xi8>) bias(%b : memref<4xi32>)
    outs(%y : memref<1x1x2x2x4xi32>)
  return
}

// -----

func.func @filter_of_integers(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x4x8x4xi8>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects filter of shape 1x1x1x1x2x8x4, got 1x1x1x1x4x8x4}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x4x8x4xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi8>) range [0, 255]
  return
}

// -----

func.func @output_of_integers(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x3x8xi8>) {
  // expected-error @+1 {{expects output of shape 1x1x2x2x8, got 1x1x2x3x8}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x3x8xi8>) range [0, 255]
  return
}

// -----

func.func @multipliers(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xi32>, %m: memref<16xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects multiplier of shape 8, got 16}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<16xf32>) outs(%y : memref<1x1x2x2x8xi8>) range [0, 255]
  return
}

// -----

func.func @bias_of_borders(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<2x1x1x1x8xi32>, %m: memref<8xf32>, %y: memref<1x1x2x2x8xi8>) {
  // expected-error @+1 {{expects bias of shape 1x1x1x1x8, got 2x1x1x1x8}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<2x1x1x1x8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x2x2x8xi8>) range [0, 255]
  return
}

// -----

func.func @narrow_parts_of_blocks(%x: memref<1x2x2x2x16xi8>, %f: memref<1x2x1x1x4x8x4xi8>, %b: memref<8xi32>, %y: memref<1x1x2x2x8xi32>) {
  // expected-error @+1 {{expects sums of 16 bits only of bytes, and of products that divide the 16 lanes of the input, or whole blocks of them, got 12}}
  kernel.conv_integer ins(%x, %f : memref<1x2x2x2x16xi8>, memref<1x2x1x1x4x8x4xi8>) bias(%b : memref<8xi32>)
    outs(%y : memref<1x1x2x2x8xi32>) unsigned narrow 3
  return
}

// -----

func.func @narrow_blocks_of_other_groups(%x: memref<1x1x2x2x8xi8>, %f: memref<1x1x1x1x2x8x4xi8>, %b: memref<8xi32>, %y: memref<1x1x2x2x8xi32>) {
  // expected-error @+1 {{got 16}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%b : memref<8xi32>)
    outs(%y : memref<1x1x2x2x8xi32>) unsigned narrow 4
  return
}

// -----

func.func @narrow_words(%x: memref<1x1x2x2x8xi16>, %f: memref<1x1x1x1x4x8x2xi16>, %b: memref<8xi32>, %y: memref<1x1x2x2x8xi32>) {
  // expected-error @+1 {{expects sums of 16 bits only of bytes}}
  kernel.conv_integer ins(%x, %f : memref<1x1x2x2x8xi16>, memref<1x1x1x1x4x8x2xi16>) bias(%b : memref<8xi32>)
    outs(%y : memref<1x1x2x2x8xi32>) narrow 2
  return
}
