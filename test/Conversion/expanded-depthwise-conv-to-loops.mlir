// RUN: cnn-opt %s --convert-kernel-to-loops --canonicalize | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "haswell", features = ""}} {

// Two chunks of the 2 groups of 5 output rows each. New rows of the group, whose one
// filter block is full in the first group and half full in the second, go to the ring;
// then the rows of its 2 or 1 blocks are computed.
// CHECK-LABEL: func @two_groups
// CHECK-SAME:    %[[X:[^ :]*]]: memref<1x1x9x9x8xf32>
//  CHECK-NOT:    kernel.
//      CHECK:    scf.forall (%[[CHUNK:.*]]) in (2) {
//      CHECK:      scf.for
//      CHECK:        %[[ROW:.*]] = arith.remui %{{.*}}, %c5
//      CHECK:        scf.for %[[INPUT_ROW:.*]] = %{{.*}} to
//      CHECK:          arith.remui %[[INPUT_ROW]], %c3
//      CHECK:          vector.fma
//      CHECK:        scf.for
//      CHECK:          arith.select
//      CHECK:          vector.fma
//  CHECK-NOT:    scf.forall
func.func @two_groups(%x: memref<1x1x9x9x8xf32>, %w: memref<2x1x1x1x8x16xf32>, %d: memref<3x3x3x8xf32>,
                      %y: memref<1x3x5x5x8xf32>, %ring: memref<2x2x3x9x8xf32>) {
  kernel.expanded_depthwise_conv
    ins(%x, %w, %d : memref<1x1x9x9x8xf32>, memref<2x1x1x1x8x16xf32>, memref<3x3x3x8xf32>)
    outs(%y, %ring : memref<1x3x5x5x8xf32>, memref<2x2x3x9x8xf32>) strides [2, 2] pads [1, 1, 1, 1]
  return
}
}
