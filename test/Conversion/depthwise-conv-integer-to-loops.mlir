// RUN: cnn-opt %s --convert-kernel-to-loops | FileCheck %s

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
