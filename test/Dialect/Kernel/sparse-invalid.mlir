// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @types(%x: memref<1x1x7x7x8xf32>, %v: memref<3xf32>, %c: memref<3xi32>, %s: memref<9xi32>, %b: memref<8xf32>, %y: memref<1x1x7x7x8xf32>, %t: memref<512xf32>) {
  // expected-error @+1 {{expects columns of i16, starts of i32 and all else of f32, got 'memref<3xi32>'}}
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x1x7x7x8xf32>, memref<3xf32>, memref<3xi32>, memref<9xi32>)
    bias(%b : memref<8xf32>) outs(%y, %t : memref<1x1x7x7x8xf32>, memref<512xf32>) tile 32 chunks 1
  return
}

// -----

func.func @element_type(%x: memref<1x1x7x7x8xf16>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<9xi32>, %b: memref<8xf32>, %y: memref<1x1x7x7x8xf32>, %t: memref<512xf32>) {
  // expected-error @+1 {{expects columns of i16, starts of i32 and all else of f32, got 'memref<1x1x7x7x8xf16>'}}
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x1x7x7x8xf16>, memref<3xf32>, memref<3xi16>, memref<9xi32>)
    bias(%b : memref<8xf32>) outs(%y, %t : memref<1x1x7x7x8xf32>, memref<512xf32>) tile 32 chunks 1
  return
}

// -----

func.func @columns(%x: memref<1x1x7x7x8xf32>, %v: memref<3xf32>, %c: memref<4xi16>, %s: memref<9xi32>, %b: memref<8xf32>, %y: memref<1x1x7x7x8xf32>, %t: memref<512xf32>) {
  // expected-error @+1 {{expects columns of shape 3, got 4}}
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x1x7x7x8xf32>, memref<3xf32>, memref<4xi16>, memref<9xi32>)
    bias(%b : memref<8xf32>) outs(%y, %t : memref<1x1x7x7x8xf32>, memref<512xf32>) tile 32 chunks 1
  return
}

// -----

func.func @starts(%x: memref<1x1x7x7x8xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<8xi32>, %b: memref<8xf32>, %y: memref<1x1x7x7x8xf32>, %t: memref<512xf32>) {
  // expected-error @+1 {{expects starts of shape 9, got 8}}
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x1x7x7x8xf32>, memref<3xf32>, memref<3xi16>, memref<8xi32>)
    bias(%b : memref<8xf32>) outs(%y, %t : memref<1x1x7x7x8xf32>, memref<512xf32>) tile 32 chunks 1
  return
}

// -----

func.func @many_columns(%x: memref<1x8193x7x7x8xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<9xi32>, %b: memref<8xf32>, %y: memref<1x1x7x7x8xf32>, %t: memref<512xf32>) {
  // expected-error @+1 {{expects at most 65536 columns, got 65544}}
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x8193x7x7x8xf32>, memref<3xf32>, memref<3xi16>, memref<9xi32>)
    bias(%b : memref<8xf32>) outs(%y, %t : memref<1x1x7x7x8xf32>, memref<512xf32>) tile 32 chunks 1
  return
}

// -----

func.func @lanes(%x: memref<1x1x7x7x6xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<7xi32>, %b: memref<6xf32>, %y: memref<1x1x7x7x6xf32>, %t: memref<512xf32>) {
  // expected-error @+1 {{expects blocks of a power of two of lanes, got 6}}
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x1x7x7x6xf32>, memref<3xf32>, memref<3xi16>, memref<7xi32>)
    bias(%b : memref<6xf32>) outs(%y, %t : memref<1x1x7x7x6xf32>, memref<512xf32>) tile 32 chunks 1
  return
}

// -----

func.func @tile(%x: memref<1x1x7x7x8xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<9xi32>, %b: memref<8xf32>, %y: memref<1x1x7x7x8xf32>, %t: memref<512xf32>) {
  // expected-error @+1 {{expects a tile of a multiple of 8 pixels, got 20}}
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x1x7x7x8xf32>, memref<3xf32>, memref<3xi16>, memref<9xi32>)
    bias(%b : memref<8xf32>) outs(%y, %t : memref<1x1x7x7x8xf32>, memref<512xf32>) tile 20 chunks 1
  return
}

// -----

func.func @chunks(%x: memref<1x1x7x7x8xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<9xi32>, %b: memref<8xf32>, %y: memref<1x1x7x7x8xf32>, %t: memref<512xf32>) {
  // expected-error @+1 {{expects at least one chunk, got 0}}
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x1x7x7x8xf32>, memref<3xf32>, memref<3xi16>, memref<9xi32>)
    bias(%b : memref<8xf32>) outs(%y, %t : memref<1x1x7x7x8xf32>, memref<512xf32>) tile 32 chunks 0
  return
}

// -----

func.func @output(%x: memref<1x1x7x7x8xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<9xi32>, %b: memref<8xf32>, %y: memref<1x1x7x6x8xf32>, %t: memref<512xf32>) {
  // expected-error @+1 {{expects output of shape 1x1x7x7x8, got 1x1x7x6x8}}
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x1x7x7x8xf32>, memref<3xf32>, memref<3xi16>, memref<9xi32>)
    bias(%b : memref<8xf32>) outs(%y, %t : memref<1x1x7x6x8xf32>, memref<512xf32>) tile 32 chunks 1
  return
}

// -----

func.func @bias(%x: memref<1x1x7x7x8xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<9xi32>, %b: memref<9xf32>, %y: memref<1x1x7x7x8xf32>, %t: memref<512xf32>) {
  // expected-error @+1 {{expects bias of shape 8, got 9}}
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x1x7x7x8xf32>, memref<3xf32>, memref<3xi16>, memref<9xi32>)
    bias(%b : memref<9xf32>) outs(%y, %t : memref<1x1x7x7x8xf32>, memref<512xf32>) tile 32 chunks 1
  return
}

// -----

func.func @scratch(%x: memref<1x1x7x7x8xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<9xi32>, %b: memref<8xf32>, %y: memref<1x1x7x7x8xf32>, %t: memref<512xf32>) {
  // expected-error @+1 {{expects scratch of shape 1024, got 512}}
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x1x7x7x8xf32>, memref<3xf32>, memref<3xi16>, memref<9xi32>)
    bias(%b : memref<8xf32>) outs(%y, %t : memref<1x1x7x7x8xf32>, memref<512xf32>) tile 32 chunks 2
  return
}

// -----

func.func @matmul_starts(%x: memref<2x5xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<7xi32>, %b: memref<7xf32>, %y: memref<2x7xf32>) {
  // expected-error @+1 {{expects starts of shape 8, got 7}}
  kernel.sparse_matmul ins(%x, %v, %c, %s : memref<2x5xf32>, memref<3xf32>, memref<3xi16>, memref<7xi32>)
    bias(%b : memref<7xf32>) outs(%y : memref<2x7xf32>)
  return
}

// -----

func.func @matmul_output(%x: memref<2x5xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<8xi32>, %b: memref<7xf32>, %y: memref<3x7xf32>) {
  // expected-error @+1 {{expects output of shape 2x7, got 3x7}}
  kernel.sparse_matmul ins(%x, %v, %c, %s : memref<2x5xf32>, memref<3xf32>, memref<3xi16>, memref<8xi32>)
    bias(%b : memref<7xf32>) outs(%y : memref<3x7xf32>)
  return
}

// -----

func.func @matmul_bias(%x: memref<2x5xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<8xi32>, %b: memref<5xf32>, %y: memref<2x7xf32>) {
  // expected-error @+1 {{expects bias of shape 7, got 5}}
  kernel.sparse_matmul ins(%x, %v, %c, %s : memref<2x5xf32>, memref<3xf32>, memref<3xi16>, memref<8xi32>)
    bias(%b : memref<5xf32>) outs(%y : memref<2x7xf32>)
  return
}

// -----

func.func @matmul_kinds(%x: tensor<2x5xf32>, %v: memref<3xf32>, %c: memref<3xi16>, %s: memref<8xi32>, %b: memref<7xf32>, %y: memref<2x7xf32>) {
  // expected-error @+1 {{expects either tensors or memrefs, got both kinds of operand}}
  kernel.sparse_matmul ins(%x, %v, %c, %s : tensor<2x5xf32>, memref<3xf32>, memref<3xi16>, memref<8xi32>)
    bias(%b : memref<7xf32>) outs(%y : memref<2x7xf32>)
  return
}
