// RUN: cnn-opt %s --convert-kernel-to-loops --canonicalize | FileCheck %s

// A machine that multiplies by one lane of a vector.
module attributes {cnn.target = {triple = "aarch64-linux-gnu", cpu = "cortex-a72", features = ""}} {

// Four columns of three taps read six neighbours, which two vectors hold that overlap: nothing behind the row is
// read. The loops are those over filter rows and channels.
// CHECK-LABEL: func @plain_image
//       CHECK: scf.for {{.*}} to %c3 step %c1
//       CHECK: scf.for {{.*}} to %c3 step %c1
//       CHECK:   %[[START:.*]] = vector.load %[[IMAGE:[a-z_0-9]+]][%[[I:.*]]] : {{.*}}, vector<4xf32>
//       CHECK:   %[[J:.*]] = arith.addi %[[I]], %c2
//       CHECK:   %[[END:.*]] = vector.load %[[IMAGE]][%[[J]]] : {{.*}}, vector<4xf32>
//       CHECK:   vector.extract %[[START]][0]
//       CHECK:   vector.extract %[[START]][3]
//       CHECK:   vector.extract %[[END]][2]
//       CHECK:   vector.extract %[[END]][3]
//   CHECK-NOT: memref.load
func.func @plain_image(%x: memref<1x3x3x6xf32>, %filter: memref<1x3x3x3x4xf32>, %y: memref<1x1x1x4x4xf32>) {
  kernel.direct_conv ins(%x, %filter : memref<1x3x3x6xf32>, memref<1x3x3x3x4xf32>) outs(%y : memref<1x1x1x4x4xf32>)
  return
}

// At a border each tap has columns of its own, whose pixels are loaded one by one.
// CHECK-LABEL: func @border
//       CHECK: memref.load
//   CHECK-NOT: vector.extract
//       CHECK: return
func.func @border(%x: memref<1x3x3x6xf32>, %filter: memref<1x3x3x3x4xf32>, %y: memref<1x1x1x5x4xf32>) {
  kernel.direct_conv ins(%x, %filter : memref<1x3x3x6xf32>, memref<1x3x3x3x4xf32>) outs(%y : memref<1x1x1x5x4xf32>)
    pads [0, 1, 0, 0]
  return
}
}
