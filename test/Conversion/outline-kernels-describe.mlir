// RUN: cnn-opt %s --outline-kernels=describe | FileCheck %s

// 64 to 64 channels at 4x4: 16 * 64 outputs of 64 * 9 products each. Bytes are
// those of input and output, 2 * 4096, of the filter, 147456, and of the bias.
// CHECK-LABEL: func @net
// CHECK:         bytes = 155904 : i64, detail = "3x3 C64", kernel = "direct_conv", layer = "conv1", operations = 1179648 : i64, peak_factor = 1.000000e+00 : f64, shape = array<i64: 1, 64, 4, 4>
// A layer of fewer channels is the same kernel, and does what it is said to do.
// CHECK:         call @net_direct_conv_0
// CHECK-SAME:    layer = "padded", operations = 1000000 : i64
// Winograd counts as direct convolution does, and scratch memory does not count.
// CHECK:         bytes = 598016 : i64, detail = "F(4x4,3x3) C64", kernel = "winograd_conv", layer = "conv2", operations = 1179648 : i64, peak_factor = 1.000000e+00 : f64, shape = array<i64: 1, 64, 4, 4>
// One addition for each of 1024 elements.
// CHECK:         detail = "addf", kernel = "generic", layer = "", operations = 1024 : i64, peak_factor = 1.000000e+00 : f64, shape = array<i64: 1, 4, 4, 4, 16>
// CHECK:         detail = "max 2x2/2", kernel = "pool", layer = "", operations = 1024 : i64, peak_factor = 1.000000e+00 : f64, shape = array<i64: 1, 64, 2, 2>
// CHECK:         detail = "K256", kernel = "matmul", layer = "", operations = 5120 : i64, peak_factor = 1.000000e+00 : f64, shape = array<i64: 1, 10>
// A tenth of 64 * 64 weights; operations are those of all of them.
// CHECK:         detail = "C64 10%", kernel = "sparse_conv", layer = "", operations = 131072 : i64, peak_factor = 1.000000e+00 : f64, shape = array<i64: 1, 64, 4, 4>
// CHECK:         detail = "C256 16%", kernel = "sparse_matmul", layer = "", operations = 5120 : i64, peak_factor = 1.000000e+00 : f64, shape = array<i64: 1, 10>
#map = affine_map<(a, b, c, d, e) -> (a, b, c, d, e)>
func.func @net(%x: memref<1x4x4x4x16xf32>, %y: memref<1x4x4x4x16xf32>,
               %w: memref<2x4x3x3x16x32xf32>, %b: memref<64xf32>, %u: memref<2x36x64x32xf32>,
               %scratch: memref<4608xf32>, %p: memref<1x4x2x2x16xf32>,
               %a: memref<1x256xf32>, %m: memref<256x10xf32>, %z: memref<1x10xf32>,
               %v: memref<410xf32>, %c: memref<410xi16>, %s: memref<65xi32>, %t: memref<11xi32>,
               %rows: memref<1280xf32>) {
  kernel.direct_conv ins(%x, %w : memref<1x4x4x4x16xf32>, memref<2x4x3x3x16x32xf32>)
    bias(%b : memref<64xf32>) outs(%y : memref<1x4x4x4x16xf32>) pads [1, 1, 1, 1] loc("conv1")
  kernel.direct_conv ins(%x, %w : memref<1x4x4x4x16xf32>, memref<2x4x3x3x16x32xf32>)
    bias(%b : memref<64xf32>) outs(%y : memref<1x4x4x4x16xf32>) pads [1, 1, 1, 1]
    {cnn.operations = 1000000 : i64} loc("padded")
  kernel.winograd_conv ins(%x, %u : memref<1x4x4x4x16xf32>, memref<2x36x64x32xf32>)
    outs(%y, %scratch : memref<1x4x4x4x16xf32>, memref<4608xf32>)
    tile [4, 4] taps [3, 3] pads [1, 1, 1, 1] tileBlock 1 chunks 1 loc(fused["conv2", unknown])
  linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}
      ins(%x : memref<1x4x4x4x16xf32>) outs(%y : memref<1x4x4x4x16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %sum = arith.addf %in, %in : f32
    linalg.yield %sum : f32
  }
  kernel.pool <max> ins(%x : memref<1x4x4x4x16xf32>) outs(%p : memref<1x4x2x2x16xf32>) kernel [2, 2] strides [2, 2]
  kernel.matmul ins(%a, %m : memref<1x256xf32>, memref<256x10xf32>) outs(%z : memref<1x10xf32>)
  kernel.sparse_conv ins(%x, %v, %c, %s : memref<1x4x4x4x16xf32>, memref<410xf32>, memref<410xi16>, memref<65xi32>)
    outs(%y, %rows : memref<1x4x4x4x16xf32>, memref<1280xf32>) tile 16 chunks 1
  kernel.sparse_matmul ins(%a, %v, %c, %t : memref<1x256xf32>, memref<410xf32>, memref<410xi16>, memref<11xi32>)
    outs(%z : memref<1x10xf32>)
  return
}
