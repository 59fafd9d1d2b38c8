// RUN: cnn-opt %s --split-input-file --convert-kernel-to-loops --verify-diagnostics | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// F(2x2, 3x3) on a 4x4 image without padding: bytes become numbers of 16 bits,
// pairs of products are added up, and a fourth of what the output transform
// yields is the sum.
// CHECK-LABEL: func @one_whole_tile
//   CHECK-NOT:   scf.if
//       CHECK:   scf.forall
//       CHECK:   vector.load {{.*}} vector<8xi8>
//       CHECK:   arith.extui {{.*}} : vector<8xi8> to vector<8xi16>
//       CHECK:   arith.subi {{.*}} : vector<8xi16>
// CHECK-COUNT-16: vector.store {{.*}} vector<8xi16>
//       CHECK:   vector.load {{.*}} vector<2xi16>
//       CHECK:   llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
//       CHECK:   arith.addi {{.*}} : vector<8xi32>
//       CHECK:   %[[TWO:.*]] = arith.constant dense<2> : vector<8xi32>
//   CHECK-NOT:   arith.muli {{.*}} vector<8xi32>
//       CHECK:   arith.shrsi %{{.*}}, %[[TWO]]
// CHECK-COUNT-4: vector.store {{.*}} vector<8xi8>
//   CHECK-NOT: kernel.
func.func @one_whole_tile(%x: memref<1x1x4x4x8xi8>, %u: memref<1x16x4x8x2xi16>, %b: memref<8xi32>, %m: memref<8xf32>,
                          %y: memref<1x1x2x2x8xi8>, %v: memref<256xi16>, %p: memref<256xi32>) {
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x8xi8>, memref<1x16x4x8x2xi16>) bias(%b : memref<8xi32>)
    multiplier(%m : memref<8xf32>) outs(%y, %v, %p : memref<1x1x2x2x8xi8>, memref<256xi16>, memref<256xi32>)
    tile [2, 2] taps [3, 3] tileBlock 1 chunks 1 unsigned range [0, 255]
  return
}

// F(4x4, 3x3) yields 576 = 9 * 2^6 times the sums: 954437177 * 9 is 1 modulo
// 2^32. Pixels outside are the zero point.
// CHECK-LABEL: func @divides_exactly
//       CHECK:   %[[ZERO:.*]] = arith.constant dense<-7> : vector<8xi16>
//       CHECK:   arith.extsi {{.*}} : vector<8xi8> to vector<8xi16>
//       CHECK:   arith.select %{{.*}}, %{{.*}}, %[[ZERO]] : vector<8xi16>
//       CHECK:   %[[NINTH:.*]] = arith.constant dense<954437177> : vector<8xi32>
//       CHECK:   %[[SIX:.*]] = arith.constant dense<6> : vector<8xi32>
//       CHECK:   %[[SUM:.*]] = arith.muli %{{.*}}, %[[NINTH]]
//       CHECK:   arith.shrsi %[[SUM]], %[[SIX]]
func.func @divides_exactly(%x: memref<1x1x4x4x8xi8>, %u: memref<1x36x4x8x2xi16>, %b: memref<8xi32>,
                           %y: memref<1x1x4x4x8xi32>, %v: memref<576xi16>, %p: memref<576xi32>) {
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x8xi8>, memref<1x36x4x8x2xi16>) bias(%b : memref<8xi32>)
    outs(%y, %v, %p : memref<1x1x4x4x8xi32>, memref<576xi16>, memref<576xi32>)
    tile [4, 4] taps [3, 3] pads [1, 1, 1, 1] tileBlock 1 chunks 1 inputZeroPoint -7
  return
}
}

// -----

// NEON multiplies and adds one number at a time.
module attributes {cnn.target = {triple = "aarch64-linux-gnu", cpu = "generic", features = ""}} {
// CHECK-LABEL: func @one_term
// CHECK: arith.extsi {{.*}} : vector<4xi16> to vector<4xi32>
// CHECK: arith.muli {{.*}} : vector<4xi32>
// CHECK: arith.addi {{.*}} : vector<4xi32>
func.func @one_term(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>,
                    %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>) tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}
}

// -----

module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3", features = ""}} {
func.func @packed_for_another_machine(%x: memref<1x1x4x4x4xi8>, %u: memref<1x16x4x4x1xi16>, %b: memref<4xi32>,
                                      %y: memref<1x1x2x2x4xi32>, %v: memref<256xi16>, %p: memref<256xi32>) {
  // expected-error @+1 {{expects 2 terms and blocks of 8 lanes on this machine, got 1 and 4}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x4x4x4xi8>, memref<1x16x4x4x1xi16>) bias(%b : memref<4xi32>)
    outs(%y, %v, %p : memref<1x1x2x2x4xi32>, memref<256xi16>, memref<256xi32>) tile [2, 2] taps [3, 3] tileBlock 1 chunks 1
  return
}
}

// -----

func.func @tile_of_fractions(%x: memref<1x1x8x8x16xi8>, %u: memref<1x64x8x16x2xi16>, %b: memref<16xi32>,
                             %y: memref<1x1x6x6x16xi32>, %v: memref<1024xi16>, %p: memref<1024xi32>) {
  // expected-error @+1 {{expects a tile that is computed in integers, such as F(2, 3) or F(4, 3) in each dimension}}
  kernel.winograd_conv_integer ins(%x, %u : memref<1x1x8x8x16xi8>, memref<1x64x8x16x2xi16>) bias(%b : memref<16xi32>)
    outs(%y, %v, %p : memref<1x1x6x6x16xi32>, memref<1024xi16>, memref<1024xi32>) tile [6, 6] taps [3, 3] tileBlock 1 chunks 1
  return
}
