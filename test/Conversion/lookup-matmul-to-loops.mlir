// RUN: split-file %s %t
// RUN: cnn-opt %t/wide.mlir --convert-kernel-to-loops --canonicalize | FileCheck %t/wide.mlir
// RUN: cnn-opt %t/narrow.mlir --convert-kernel-to-loops --canonicalize | FileCheck %t/narrow.mlir
// RUN: cnn-opt %t/neon.mlir --convert-kernel-to-loops --canonicalize | FileCheck %t/neon.mlir
// RUN: not cnn-opt %t/lanes.mlir --convert-kernel-to-loops 2>&1 | FileCheck %t/lanes.mlir

//--- wide.mlir

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "znver4", features = ""}} {

// The table is loaded once for a panel. The last code of k is alone in its word.
// CHECK-LABEL: func @half_bytes
//       CHECK:   vector.load {{.*}} vector<16xf32>
//       CHECK:   scf.for {{.*}} to %c2 step %c1
//       CHECK:   vector.load {{.*}} vector<16xi32>
//   CHECK-NOT:   arith.andi
// CHECK-COUNT-8: llvm.call_intrinsic "llvm.x86.avx512.permvar.sf.512"
//       CHECK:   scf.yield
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.avx512.permvar.sf.512"
// CHECK-COUNT-4: vector.store
func.func @half_bytes(%a: memref<1x5xf32>, %w: memref<1x3x16xi32>, %c: memref<16xf32>, %y: memref<1x64xf32>) {
  kernel.lookup_matmul ins(%a, %w, %c : memref<1x5xf32>, memref<1x3x16xi32>, memref<16xf32>)
    outs(%y : memref<1x64xf32>) bits 4 vectors 4
  return
}

// 64 numbers are two tables of 32, between which bit 5 selects.
// CHECK-LABEL: func @six_bits
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.ps.512"
//       CHECK:   arith.shli
//       CHECK:   arith.select
//       CHECK:   vector.fma
func.func @six_bits(%a: memref<1x5xf32>, %w: memref<1x1x16xi32>, %c: memref<64xf32>, %y: memref<1x16xf32>) {
  kernel.lookup_matmul ins(%a, %w, %c : memref<1x5xf32>, memref<1x1x16xi32>, memref<64xf32>)
    outs(%y : memref<1x16xf32>) bits 6 vectors 1
  return
}

}

//--- narrow.mlir

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// CHECK-LABEL: func @two_tables
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx2.permps"
//       CHECK:   arith.select
func.func @two_tables(%a: memref<1x8xf32>, %w: memref<1x1x8xi32>, %c: memref<16xf32>, %y: memref<1x8xf32>) {
  kernel.lookup_matmul ins(%a, %w, %c : memref<1x8xf32>, memref<1x1x8xi32>, memref<16xf32>)
    outs(%y : memref<1x8xf32>) bits 4 vectors 1
  return
}

// Too many tables: each lane loads its number.
// CHECK-LABEL: func @bytes
//   CHECK-NOT:   llvm.call_intrinsic
// CHECK-COUNT-8: memref.load
func.func @bytes(%a: memref<1x4xf32>, %w: memref<1x1x8xi32>, %c: memref<256xf32>, %y: memref<1x8xf32>) {
  kernel.lookup_matmul ins(%a, %w, %c : memref<1x4xf32>, memref<1x1x8xi32>, memref<256xf32>)
    outs(%y : memref<1x8xf32>) bits 8 vectors 1
  return
}

}

//--- neon.mlir

module attributes {cnn.target = {triple = "aarch64-unknown-linux-gnu", cpu = "generic", features = ""}} {

// Bytes 4 * i to 4 * i + 3 of the table, for code i.
// CHECK-LABEL: func @half_bytes
//   CHECK-DAG:   arith.constant dense<50462976> : vector<4xi32>
//   CHECK-DAG:   arith.constant dense<67372036> : vector<4xi32>
//       CHECK:   llvm.call_intrinsic "llvm.aarch64.neon.tbl4.v16i8"
func.func @half_bytes(%a: memref<1x8xf32>, %w: memref<1x1x4xi32>, %c: memref<16xf32>, %y: memref<1x4xf32>) {
  kernel.lookup_matmul ins(%a, %w, %c : memref<1x8xf32>, memref<1x1x4xi32>, memref<16xf32>)
    outs(%y : memref<1x4xf32>) bits 4 vectors 1
  return
}

}

//--- lanes.mlir

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {
func.func @lanes(%a: memref<1x8xf32>, %w: memref<1x1x4xi32>, %c: memref<16xf32>, %y: memref<1x4xf32>) {
  // CHECK: error: {{.*}}expects rows of 8 words on this machine, got 4
  kernel.lookup_matmul ins(%a, %w, %c : memref<1x8xf32>, memref<1x1x4xi32>, memref<16xf32>)
    outs(%y : memref<1x4xf32>) bits 4 vectors 1
  return
}
}
