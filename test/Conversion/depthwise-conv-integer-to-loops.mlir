// RUN: cnn-opt %s --split-input-file --convert-kernel-to-loops | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// Two columns have two accumulators. Bytes lose their zero point, become floats
// and are multiplied; the sum is requantized and stored as bytes.
// CHECK-LABEL: func @requantizes
//       CHECK:   scf.forall
//       CHECK:     %[[BIAS:.*]] = vector.load {{.*}} vector<8xf32>
//       CHECK:     %[[MULTIPLIER:.*]] = vector.load {{.*}} vector<8xf32>
//       CHECK:     scf.for {{.*}} iter_args(%{{.*}} = %[[BIAS]], %{{.*}} = %[[BIAS]])
//       CHECK:       %[[BYTES:.*]] = vector.load {{.*}} vector<8xi8>
//       CHECK:       %[[WIDE:.*]] = arith.extui %[[BYTES]] : vector<8xi8> to vector<8xi32>
//       CHECK:       %[[X:.*]] = arith.subi %[[WIDE]], %{{.*}} : vector<8xi32>
//       CHECK:       %[[FLOAT:.*]] = arith.sitofp %[[X]]
//       CHECK:       vector.fma %[[FLOAT]]
//       CHECK:     arith.mulf %{{.*}}, %[[MULTIPLIER]] {cnn.keeps_rounding}
//       CHECK:     arith.trunci {{.*}} vector<8xi32> to vector<8xi8>
//       CHECK:     vector.store {{.*}} vector<8xi8>
func.func @requantizes(%x: memref<1x1x4x2x8xi8>, %w: memref<1x3x3x8xf32>, %b: memref<8xf32>,
                       %m: memref<8xf32>, %y: memref<1x1x4x2x8xi8>) {
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x2x8xi8>, memref<1x3x3x8xf32>)
    bias(%b : memref<8xf32>) multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x4x2x8xi8>)
    pads [1, 1, 1, 1] unsigned inputZeroPoint 3 zeroPoint 1 range [0, 255]
  return
}

// Sums of integers.
// CHECK-LABEL: func @words
//       CHECK:   %[[BIAS:.*]] = vector.load {{.*}} vector<8xi32>
//       CHECK:     scf.for {{.*}} iter_args(%{{.*}} = %[[BIAS]]
//       CHECK:       arith.extsi %{{.*}} : vector<8xi16> to vector<8xi32>
//       CHECK:       %[[P:.*]] = arith.muli {{.*}} : vector<8xi32>
//       CHECK:       arith.addi {{.*}}%[[P]]{{.*}} : vector<8xi32>
//       CHECK:     vector.store {{.*}} vector<8xi16>
func.func @words(%x: memref<1x1x4x2x8xi16>, %w: memref<1x3x3x8xi32>, %b: memref<8xi32>,
                 %m: memref<8xf32>, %y: memref<1x1x4x2x8xi16>) {
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x2x8xi16>, memref<1x3x3x8xi32>)
    bias(%b : memref<8xi32>) multiplier(%m : memref<8xf32>) outs(%y : memref<1x1x4x2x8xi16>)
    pads [1, 1, 1, 1] range [-32768, 32767]
  return
}

// Bytes of the filter become integers of 32 bits, too.
// CHECK-LABEL: func @bytes
//       CHECK:   %[[W:.*]] = vector.load {{.*}} vector<8xi8>
//       CHECK:   arith.extsi %[[W]] : vector<8xi8> to vector<8xi32>
//       CHECK:   arith.muli {{.*}} : vector<8xi32>
func.func @bytes(%x: memref<1x1x1x1x8xi8>, %w: memref<1x1x1x8xi8>, %y: memref<1x1x1x1x8xi32>) {
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x1x1x8xi8>, memref<1x1x1x8xi8>)
    outs(%y : memref<1x1x1x1x8xi32>)
  return
}

// A bias that a float32 does not hold together with the sum is added to integers.
// CHECK-LABEL: func @adds_late
//       CHECK:   %[[BIAS:.*]] = vector.load {{.*}} vector<8xi32>
//       CHECK:   arith.extsi
//   CHECK-NOT:   arith.subi {{.*}} vector
//       CHECK:   %[[SUM:.*]] = arith.fptosi {{.*}} vector<8xf32> to vector<8xi32>
//       CHECK:   %[[Y:.*]] = arith.addi %[[SUM]], %[[BIAS]] : vector<8xi32>
//       CHECK:   vector.store %[[Y]]
func.func @adds_late(%x: memref<1x1x1x1x8xi8>, %w: memref<1x1x1x8xf32>, %b: memref<8xi32>,
                     %y: memref<1x1x1x1x8xi32>) {
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x1x1x8xi8>, memref<1x1x1x8xf32>)
    bias(%b : memref<8xi32>) outs(%y : memref<1x1x1x1x8xi32>)
  return
}

}

// -----

module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "sapphirerapids", features = ""}} {

// Four pixels of 16 channels are 64 neighbours. The zero points of all taps are
// taken from the bias of a row; on the border a pixel of zero points and three
// others are put together.
// CHECK-LABEL: func @adds_up_four
//       CHECK:   %[[ZEROS:.*]] = arith.constant dense<3> : vector<64xi8>
//       CHECK:   scf.for
//       CHECK:     llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"({{.*}}, %[[ZEROS]], {{.*}})
//       CHECK:   arith.subi
//       CHECK:   scf.for
//       CHECK:     arith.constant dense<3> : vector<16xi8>
//       CHECK:     vector.shuffle {{.*}} : vector<16xi8>, vector<16xi8>
//       CHECK:     vector.load {{.*}} vector<64xi8>
//       CHECK:     vector.shuffle {{.*}} [0, 16, 32, 48, 1, 17, 33, 49,
//       CHECK:     llvm.call_intrinsic
//       CHECK:   arith.sitofp
//       CHECK:   vector.store {{.*}} vector<16xi8>
func.func @adds_up_four(%x: memref<1x1x4x8x16xi8>, %w: memref<1x3x1x16x4xi8>, %b: memref<16xi32>,
                        %m: memref<16xf32>, %y: memref<1x1x4x8x16xi8>) {
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x4x8x16xi8>, memref<1x3x1x16x4xi8>)
    bias(%b : memref<16xi32>) multiplier(%m : memref<16xf32>) outs(%y : memref<1x1x4x8x16xi8>)
    pads [1, 1, 1, 1] columns 3 unsigned inputZeroPoint 3 range [0, 255]
  return
}

// Signed bytes get an offset of 128, and with it their zero point.
// CHECK-LABEL: func @flips
//   CHECK-DAG:   arith.constant dense<-128> : vector<64xi8>
//       CHECK:   arith.xori
func.func @flips(%x: memref<1x1x1x4x16xi8>, %w: memref<1x1x1x16x4xi8>, %y: memref<1x1x1x1x16xi32>) {
  kernel.depthwise_conv_integer ins(%x, %w : memref<1x1x1x4x16xi8>, memref<1x1x1x16x4xi8>)
    outs(%y : memref<1x1x1x1x16xi32>) columns 4
  return
}

}
