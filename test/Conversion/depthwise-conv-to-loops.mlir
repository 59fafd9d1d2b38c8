// RUN: cnn-opt %s --convert-kernel-to-loops --canonicalize | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "haswell", features = ""}} {

// Four columns and a window of 3 read four input columns once each; the first and
// the last column miss a tap: 3 + 4 + 3 products.
// CHECK-LABEL: func @borders
// CHECK-NOT: kernel.
// CHECK: scf.forall {{.*}} in (2, 5)
// CHECK: scf.for
// CHECK-COUNT-3: vector.load {{.*}} memref<144xf32
// CHECK-COUNT-10: vector.fma
// CHECK-NOT: vector.fma
// CHECK-COUNT-4: vector.store
func.func @borders(%x: memref<1x2x5x4x8xf32>, %filter: memref<2x3x3x8xf32>, %y: memref<1x2x5x4x8xf32>) {
  kernel.depthwise_conv ins(%x, %filter : memref<1x2x5x4x8xf32>, memref<2x3x3x8xf32>)
    outs(%y : memref<1x2x5x4x8xf32>) pads [1, 1, 1, 1]
  return
}

// Groups of 2 channels: both in turn are spread over the lanes of their group.
// CHECK-LABEL: func @groups
// CHECK: scf.forall
// CHECK-COUNT-4: vector.shuffle {{.*}} [0, 0, 2, 2, 4, 4, 6, 6]
// CHECK-COUNT-4: vector.shuffle {{.*}} [1, 1, 3, 3, 5, 5, 7, 7]
// CHECK-NOT: vector.shuffle
func.func @groups(%x: memref<1x1x5x4x8xf32>, %filter: memref<1x2x1x1x8xf32>, %y: memref<1x1x5x4x8xf32>) {
  kernel.depthwise_conv ins(%x, %filter : memref<1x1x5x4x8xf32>, memref<1x2x1x1x8xf32>)
    outs(%y : memref<1x1x5x4x8xf32>)
  return
}
}
