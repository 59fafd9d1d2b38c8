// RUN: cnn-opt %s --convert-kernel-to-loops --canonicalize | FileCheck %s

// One loop over two words of channels. Of each of three pixels one word says
// which are positive and one, 2 * 6 elements on, which are not zero.
module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "znver4", features = ""}} {
// CHECK-LABEL: func @signs
// CHECK: scf.for
// CHECK: %[[F:.*]] = vector.load %{{.*}} vector<16xi32>
// CHECK: %[[P:.*]] = vector.broadcast %{{.*}} : i32 to vector<16xi32>
// CHECK: %[[Z:.*]] = vector.broadcast %{{.*}} : i32 to vector<16xi32>
// CHECK: %[[D:.*]] = arith.xori %[[P]], %[[F]]
// CHECK: %[[N:.*]] = arith.andi %[[Z]], %[[D]]
// CHECK: %[[C:.*]] = math.ctpop %[[N]]
// CHECK: arith.addi %{{.*}}, %[[C]]
// CHECK-COUNT-5: math.ctpop
// CHECK-NOT: math.ctpop
// CHECK: scf.yield
// CHECK: vector.store %{{.*}} vector<16xi32>
func.func @signs(%x: memref<1x4x2x3x1xi32>, %filter: memref<1x2x1x1x1x16x1xi32>, %bias: memref<16xi32>,
                 %y: memref<1x1x2x3x16xi32>) {
  kernel.conv_integer ins(%x, %filter : memref<1x4x2x3x1xi32>, memref<1x2x1x1x1x16x1xi32>) bias(%bias : memref<16xi32>)
    outs(%y : memref<1x1x2x3x16xi32>)
  return
}
}
