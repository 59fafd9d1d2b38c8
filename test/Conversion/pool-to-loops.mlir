// RUN: cnn-opt %s --convert-kernel-to-loops --canonicalize | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "haswell", features = ""}} {

// CHECK-LABEL: func @max
// CHECK-NOT: kernel.
// CHECK: scf.forall {{.*}} in (2, 2)
// CHECK: scf.for
// CHECK-COUNT-4: arith.cmpf ogt
// CHECK-NOT: arith.cmpf
// CHECK-COUNT-2: vector.store
func.func @max(%x: memref<1x2x4x4x8xf32>, %y: memref<1x2x2x2x8xf32>) {
  kernel.pool <max> ins(%x : memref<1x2x4x4x8xf32>) outs(%y : memref<1x2x2x2x8xf32>) kernel [2, 2] strides [2, 2]
  return
}

// The divisor is a constant: 2 x 2 elements.
// CHECK-LABEL: func @average
// CHECK-DAG: arith.constant dense<2.500000e-01>
// CHECK: arith.mulf
func.func @average(%x: memref<1x2x4x4x8xf32>, %y: memref<1x2x2x2x8xf32>) {
  kernel.pool <avg> ins(%x : memref<1x2x4x4x8xf32>) outs(%y : memref<1x2x2x2x8xf32>) kernel [2, 2] strides [2, 2]
  return
}

// A window of 32 columns is not unrolled: eight sums take turns.
// CHECK-LABEL: func @wide
// CHECK: scf.for
// CHECK: scf.for {{.*}} to %c32 step %c8
// CHECK-COUNT-8: vector.load
// CHECK-NOT: vector.load
// CHECK: vector.store
func.func @wide(%x: memref<1x1x3x32x8xf32>, %y: memref<1x1x1x1x8xf32>) {
  kernel.pool <avg> ins(%x : memref<1x1x3x32x8xf32>) outs(%y : memref<1x1x1x1x8xf32>) kernel [3, 32]
  return
}

// Bytes are compared as bytes, with or without a sign.
// CHECK-LABEL: func @max_of_unsigned_bytes
// CHECK: arith.maxui {{.*}} : vector<8xi8>
func.func @max_of_unsigned_bytes(%x: memref<1x2x4x4x8xi8>, %y: memref<1x2x2x2x8xi8>) {
  kernel.pool <max> ins(%x : memref<1x2x4x4x8xi8>) outs(%y : memref<1x2x2x2x8xi8>)
    kernel [2, 2] strides [2, 2] unsigned
  return
}

// CHECK-LABEL: func @max_of_signed_bytes
// CHECK: arith.constant dense<-128> : vector<8xi8>
// CHECK: arith.maxsi {{.*}} : vector<8xi8>
func.func @max_of_signed_bytes(%x: memref<1x2x4x4x8xi8>, %y: memref<1x2x2x2x8xi8>) {
  kernel.pool <max> ins(%x : memref<1x2x4x4x8xi8>) outs(%y : memref<1x2x2x2x8xi8>)
    kernel [2, 2] strides [2, 2]
  return
}
}
