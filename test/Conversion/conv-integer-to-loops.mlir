// RUN: cnn-opt %s --split-input-file --convert-kernel-to-loops --canonicalize | FileCheck %s

// One tile of 6 pixels and 4 blocks: for 4 of 16 channels one instruction an
// accumulator. Signed bytes are made unsigned. What is left of the sums is
// limited, rounded by a large number, and the zero point added.
module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "znver4", features = ""}} {
// CHECK-LABEL: func @bytes
// CHECK: vector.load %{{.*}} : memref<64xi32, strided<[1]>>, vector<16xi32>
// CHECK: vector.load %{{.*}} vector<64xi8>
// CHECK: vector.load %{{.*}} vector<4xi8>
// CHECK: llvm.bitcast %{{.*}} : vector<4xi8> to i32
// CHECK: vector.broadcast %{{.*}} : i32 to vector<16xi32>
// CHECK: vector.bitcast %{{.*}} : vector<16xi32> to vector<64xi8>
// CHECK: arith.xori
// CHECK-COUNT-96: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// CHECK-NOT: call_intrinsic
// CHECK: arith.sitofp
// CHECK: arith.mulf
// CHECK: arith.cmpf ogt
// CHECK: arith.cmpf olt
// CHECK: arith.addf
// CHECK: arith.bitcast %{{.*}} : vector<16xf32> to vector<16xi32>
// CHECK: arith.addi
// CHECK: arith.trunci %{{.*}} : vector<16xi32> to vector<16xi8>
// CHECK: vector.store %{{.*}} vector<16xi8>
func.func @bytes(%x: memref<1x1x2x3x16xi8>, %filter: memref<1x1x1x1x4x64x4xi8>, %bias: memref<64xi32>,
                 %multiplier: memref<64xf32>, %y: memref<1x4x2x3x16xi8>) {
  kernel.conv_integer ins(%x, %filter : memref<1x1x2x3x16xi8>, memref<1x1x1x1x4x64x4xi8>) bias(%bias : memref<64xi32>)
    multiplier(%multiplier : memref<64xf32>) outs(%y : memref<1x4x2x3x16xi8>) unsigned flip zeroPoint 7 range [0, 255]
  return
}
}

// -----

// Numbers of 16 bits in pairs, whose sums are added apart and stay sums.
module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {
// CHECK-LABEL: func @pairs
// CHECK: vector.load %{{.*}} vector<2xi16>
// CHECK: %[[PAIRS:.*]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%{{.*}}, %{{.*}}) : (vector<16xi16>, vector<16xi16>) -> vector<8xi32>
// CHECK: arith.addi %{{.*}}, %[[PAIRS]] : vector<8xi32>
// CHECK-NOT: arith.sitofp
// CHECK: vector.store %{{.*}} vector<8xi32>
func.func @pairs(%x: memref<1x1x2x3x8xi16>, %filter: memref<1x1x1x1x4x8x2xi16>, %bias: memref<8xi32>, %y: memref<1x1x2x3x8xi32>) {
  kernel.conv_integer ins(%x, %filter : memref<1x1x2x3x8xi16>, memref<1x1x1x1x4x8x2xi16>) bias(%bias : memref<8xi32>)
    outs(%y : memref<1x1x2x3x8xi32>)
  return
}
}

// -----

// Two steps are added up in 16 bits, and then in pairs in 32: for each of 3
// pixels of one block.
module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {
// CHECK-LABEL: func @narrow
// CHECK: %[[FIRST:.*]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"(%{{.*}}, %{{.*}}) : (vector<32xi8>, vector<32xi8>) -> vector<16xi16>
// CHECK-COUNT-2: call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// CHECK: %[[SECOND:.*]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// CHECK: %[[BOTH:.*]] = arith.addi %[[FIRST]], %[[SECOND]] : vector<16xi16>
// CHECK: %[[PAIRS:.*]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[BOTH]], %{{.*}}) : (vector<16xi16>, vector<16xi16>) -> vector<8xi32>
// CHECK: arith.addi %{{.*}}, %[[PAIRS]] : vector<8xi32>
// CHECK: call_intrinsic "llvm.x86.avx2.pmadd.wd"
// CHECK: call_intrinsic "llvm.x86.avx2.pmadd.wd"
// CHECK-NOT: call_intrinsic
func.func @narrow(%x: memref<1x1x1x3x8xi8>, %filter: memref<1x1x1x1x2x8x4xi8>, %bias: memref<8xi32>, %y: memref<1x1x1x3x8xi32>) {
  kernel.conv_integer ins(%x, %filter : memref<1x1x1x3x8xi8>, memref<1x1x1x1x2x8x4xi8>) bias(%bias : memref<8xi32>)
    outs(%y : memref<1x1x1x3x8xi32>) unsigned narrow 2
  return
}

// Steps that are two blocks take them together.
// CHECK-LABEL: func @narrow_sums_of_blocks
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c2{{.*}} step %c1
// CHECK-COUNT-10: call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// CHECK: call_intrinsic "llvm.x86.avx2.pmadd.wd"
// CHECK-NOT: scf.for
// CHECK: return
func.func @narrow_sums_of_blocks(%x: memref<1x4x1x3x8xi8>, %filter: memref<1x4x1x1x2x8x4xi8>, %bias: memref<8xi32>, %y: memref<1x1x1x3x8xi32>) {
  kernel.conv_integer ins(%x, %filter : memref<1x4x1x3x8xi8>, memref<1x4x1x1x2x8x4xi8>) bias(%bias : memref<8xi32>)
    outs(%y : memref<1x1x1x3x8xi32>) unsigned narrow 4
  return
}
}

// -----

// Signed bytes without an intrinsic for their products; four neighbouring
// pixels of four channels are loaded together.
module attributes {cnn.target = {triple = "aarch64-unknown-linux-gnu", cpu = "generic", features = ""}} {
// CHECK-LABEL: func @narrow_products
// CHECK: vector.load %{{.*}}, vector<16xi8>
// CHECK: arith.extsi %{{.*}} : vector<8xi8> to vector<8xi16>
// CHECK: arith.muli %{{.*}} : vector<8xi16>
// CHECK: llvm.call_intrinsic "llvm.aarch64.neon.saddlp.v4i32.v8i16"(%{{.*}}) : (vector<8xi16>) -> vector<4xi32>
func.func @narrow_products(%x: memref<1x1x1x4x4xi8>, %filter: memref<1x1x1x1x2x4x2xi8>, %bias: memref<4xi32>, %y: memref<1x1x1x4x4xi32>) {
  kernel.conv_integer ins(%x, %filter : memref<1x1x1x4x4xi8>, memref<1x1x1x1x2x4x2xi8>) bias(%bias : memref<4xi32>)
    outs(%y : memref<1x1x1x4x4xi32>) flip narrow 2
  return
}
}

// -----

// One product at a time, of numbers that are widened.
module attributes {cnn.target = {triple = "aarch64-unknown-linux-gnu", cpu = "generic", features = ""}} {
// CHECK-LABEL: func @products
// CHECK: vector.broadcast %{{.*}} : i16 to vector<4xi16>
// CHECK: %[[X:.*]] = arith.extsi %{{.*}} : vector<4xi16> to vector<4xi32>
// CHECK: arith.muli
// CHECK: arith.addi
func.func @products(%x: memref<1x1x2x3x4xi16>, %filter: memref<1x1x1x1x4x4x1xi16>, %bias: memref<4xi32>, %y: memref<1x1x2x3x4xi32>) {
  kernel.conv_integer ins(%x, %filter : memref<1x1x2x3x4xi16>, memref<1x1x1x1x4x4x1xi16>) bias(%bias : memref<4xi32>)
    outs(%y : memref<1x1x2x3x4xi32>)
  return
}
}

// -----

// Where the input has a zero point, the bias depends on the taps outside: rows
// choose it when the code runs, columns before. The left column of a row misses
// a tap, the right one too.
module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "znver4", features = ""}} {
// CHECK-LABEL: func @borders
// CHECK: scf.forall
// CHECK: %[[ABOVE:.*]] = arith.maxsi
// CHECK: %[[LAST:.*]] = arith.minsi
// CHECK: %[[BELOW:.*]] = arith.subi %{{.*}}, %[[LAST]]
// CHECK: vector.load %{{.*}} : memref<256xi32, strided<[1]>>, vector<16xi32>
// CHECK: vector.load %{{.*}} : memref<256xi32, strided<[1]>>, vector<16xi32>
// CHECK: vector.load %{{.*}} : memref<256xi32, strided<[1]>>, vector<16xi32>
// CHECK-NOT: memref<256xi32, strided<[1]>>, vector<16xi32>
// CHECK: return
func.func @borders(%x: memref<1x1x5x4x16xi8>, %filter: memref<1x1x3x3x4x16x4xi8>, %bias: memref<2x2x2x2x16xi32>, %y: memref<1x1x5x4x16xi32>) {
  kernel.conv_integer ins(%x, %filter : memref<1x1x5x4x16xi8>, memref<1x1x3x3x4x16x4xi8>) bias(%bias : memref<2x2x2x2x16xi32>)
    outs(%y : memref<1x1x5x4x16xi32>) pads [1, 1, 1, 1] unsigned
  return
}
}

// -----

// The last window lies in the padding: it leaves out the one tap it has.
module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "znver4", features = ""}} {
// CHECK-LABEL: func @below
// CHECK: %[[BELOW:.*]] = arith.subi %c1, %{{.*}}
// CHECK: arith.minsi %[[BELOW]], %c1
func.func @below(%x: memref<1x1x2x4x16xi8>, %filter: memref<1x1x1x1x4x16x4xi8>, %bias: memref<1x2x1x1x16xi32>, %y: memref<1x1x4x4x16xi32>) {
  kernel.conv_integer ins(%x, %filter : memref<1x1x2x4x16xi8>, memref<1x1x1x1x4x16x4xi8>) bias(%bias : memref<1x2x1x1x16xi32>)
    outs(%y : memref<1x1x4x4x16xi32>) pads [0, 0, 2, 0] unsigned
  return
}
}

// -----

// Three pixels are two tiles for each of two halves of a block. Eight channels
// of a pixel are zipped from two blocks; the missing pixel is zero. The sums of
// a block are in the halves of two vectors, and come apart at the end.
module attributes {cnn.target = {triple = "aarch64-unknown-linux-gnu", cpu = "generic", features = "+i8mm"}} {
// CHECK-LABEL: func @tiles
// CHECK: vector.shuffle %{{.*}} [0, 1, 4, 5] : vector<4xi32>, vector<4xi32>
// CHECK: vector.shuffle %{{.*}} [2, 3, 6, 7] : vector<4xi32>, vector<4xi32>
// CHECK: %[[P:.*]] = vector.bitcast %{{.*}} : vector<8xi8> to vector<2xi32>
// CHECK: %[[Q:.*]] = vector.bitcast %{{.*}} : vector<8xi8> to vector<2xi32>
// CHECK: %[[FIRST:.*]] = vector.shuffle %[[P]], %[[Q]] [0, 2]
// CHECK: %[[SECOND:.*]] = vector.shuffle %[[P]], %[[Q]] [1, 3]
// CHECK: %[[THIRD:.*]] = vector.shuffle
// CHECK: vector.shuffle %[[FIRST]], %[[SECOND]] [0, 1, 2, 3]
// CHECK: vector.shuffle %[[THIRD]], %{{.*}} [0, 1, 2, 3]
// CHECK: vector.load %{{.*}} vector<16xi8>
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.aarch64.neon.usmmla.v4i32.v16i8"
// CHECK: vector.load %{{.*}} vector<16xi8>
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.aarch64.neon.usmmla.v4i32.v16i8"
// CHECK-NOT: call_intrinsic
// CHECK: vector.shuffle %{{.*}} [0, 1, 4, 5] : vector<4xi32>, vector<4xi32>
// CHECK-COUNT-3: vector.store
func.func @tiles(%x: memref<1x2x1x3x4xi8>, %filter: memref<1x1x1x1x1x4x8xi8>, %bias: memref<4xi32>, %y: memref<1x1x1x3x4xi32>) {
  kernel.conv_integer ins(%x, %filter : memref<1x2x1x3x4xi8>, memref<1x1x1x1x1x4x8xi8>) bias(%bias : memref<4xi32>)
    outs(%y : memref<1x1x1x3x4xi32>) unsigned
  return
}

// Channels last, with their signs: eight of each pixel are loaded at once.
// CHECK-LABEL: func @tiles_of_matrices
// CHECK-COUNT-2: vector.load %{{.*}} vector<8xi8>
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.aarch64.neon.smmla.v4i32.v16i8"
// CHECK-COUNT-2: vector.load %{{.*}} vector<8xi8>
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.aarch64.neon.smmla.v4i32.v16i8"
// CHECK-NOT: call_intrinsic
func.func @tiles_of_matrices(%x: memref<1x1x1x2x16xi8>, %filter: memref<1x1x1x1x2x4x8xi8>, %bias: memref<4xi32>, %y: memref<1x1x1x2x4xi32>) {
  kernel.conv_integer ins(%x, %filter : memref<1x1x1x2x16xi8>, memref<1x1x1x1x2x4x8xi8>) bias(%bias : memref<4xi32>)
    outs(%y : memref<1x1x1x2x4xi32>)
  return
}
}
