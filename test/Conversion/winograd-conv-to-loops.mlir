// RUN: cnn-opt %s --convert-kernel-to-loops | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// F(2x2, 3x3) on a 4x4 image without padding has one tile, which is whole and
// reads only inside the input: nothing is checked at run time.
// CHECK-LABEL: func @one_whole_tile
//   CHECK-NOT:   scf.if
//       CHECK:   scf.forall
// Input transform, products, output transform.
// CHECK-COUNT-16: vector.load {{.*}} vector<8xf32>
//       CHECK:   arith.subf
// CHECK-COUNT-16: vector.store
//       CHECK:   vector.fma
//       CHECK:   arith.cmpf olt
// CHECK-COUNT-4: vector.store
//   CHECK-NOT: kernel.
func.func @one_whole_tile(%x: memref<1x1x4x4x8xf32>, %u: memref<16x1x8x8xf32>, %y: memref<1x1x2x2x8xf32>, %scratch: memref<1x16x1x16xf32>) {
  kernel.winograd_conv ins(%x, %u : memref<1x1x4x4x8xf32>, memref<16x1x8x8xf32>)
    outs(%y, %scratch : memref<1x1x2x2x8xf32>, memref<1x16x1x16xf32>)
    tile [2, 2] taps [3, 3] tileBlock 1 activation <relu>
  return
}

// With padding, elements outside the input are zero.
// CHECK-LABEL: func @pads_with_zero
//       CHECK:   arith.select {{.*}} vector<8xf32>
func.func @pads_with_zero(%x: memref<1x1x4x4x8xf32>, %u: memref<16x1x8x8xf32>, %y: memref<1x1x4x4x8xf32>, %scratch: memref<1x16x4x16xf32>) {
  kernel.winograd_conv ins(%x, %u : memref<1x1x4x4x8xf32>, memref<16x1x8x8xf32>)
    outs(%y, %scratch : memref<1x1x4x4x8xf32>, memref<1x16x4x16xf32>)
    tile [2, 2] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4
  return
}

// Along a dimension with one tap nothing is transformed: 4 points, 2 outputs.
// CHECK-LABEL: func @one_dimension
// CHECK-COUNT-4: vector.load {{.*}} vector<8xf32>
func.func @one_dimension(%x: memref<1x1x2x4x8xf32>, %u: memref<4x1x8x8xf32>, %y: memref<1x1x2x2x8xf32>, %scratch: memref<1x4x2x16xf32>) {
  kernel.winograd_conv ins(%x, %u : memref<1x1x2x4x8xf32>, memref<4x1x8x8xf32>)
    outs(%y, %scratch : memref<1x1x2x2x8xf32>, memref<1x4x2x16xf32>)
    tile [1, 2] taps [1, 3] tileBlock 2
  return
}

}
