// RUN: cnn-opt %s --convert-kernel-to-loops --canonicalize | FileCheck %s

// Nine pixels: two overlapping transposes of 4 x 4. Two channels, so two of the
// four rows are zero.
// CHECK-LABEL: func @pack
// CHECK-NOT: kernel.
// CHECK: scf.for {{.*}} to %c8 step %c4
// CHECK-COUNT-2: vector.load
// CHECK: vector.shuffle
// CHECK-COUNT-4: vector.store
// CHECK: vector.load %{{.*}}[%c5]
func.func @pack(%x: memref<1x2x3x3xf32>, %y: memref<1x1x3x3x4xf32>) {
  kernel.pack ins(%x : memref<1x2x3x3xf32>) outs(%y : memref<1x1x3x3x4xf32>)
  return
}

// Padding lanes are dropped: two of four rows are stored.
// CHECK-LABEL: func @unpack
// CHECK-COUNT-4: vector.load
// CHECK-COUNT-2: vector.store
// CHECK-NOT: vector.store
// CHECK: return
func.func @unpack(%x: memref<1x1x2x2x4xf32>, %y: memref<1x2x2x2xf32>) {
  kernel.unpack ins(%x : memref<1x1x2x2x4xf32>) outs(%y : memref<1x2x2x2xf32>)
  return
}

// Fewer pixels than lanes.
// CHECK-LABEL: func @single_pixel
// CHECK: vector.from_elements
func.func @single_pixel(%x: memref<1x4x1x1xf32>, %y: memref<1x1x1x1x4xf32>) {
  kernel.pack ins(%x : memref<1x4x1x1xf32>) outs(%y : memref<1x1x1x1x4xf32>)
  return
}
