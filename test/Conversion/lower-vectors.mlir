// RUN: cnn-opt %s --lower-vectors=index-bitwidth=32 | FileCheck %s --check-prefixes=CHECK,NARROW
// RUN: cnn-opt %s --lower-vectors | FileCheck %s --check-prefixes=CHECK,WIDE

// The position is cast once, to what the other conversions make of an index.
// CHECK-LABEL: func @reads
// NARROW:        builtin.unrealized_conversion_cast %{{.*}} : index to i32
// NARROW-NOT:    i64
// WIDE:          builtin.unrealized_conversion_cast %{{.*}} : index to i64
// CHECK:         llvm.getelementptr
// CHECK:         llvm.load {{.*}} -> vector<4xf32>
func.func @reads(%memory: memref<16xf32>, %i: index) -> vector<4xf32> {
  %0 = vector.load %memory[%i] : memref<16xf32>, vector<4xf32>
  return %0 : vector<4xf32>
}

// CHECK-LABEL: func @unrolls
// CHECK-COUNT-2: llvm.intr.fmuladd({{.*}}) : (vector<4xf32>, vector<4xf32>, vector<4xf32>)
// CHECK-NOT:     vector.fma
func.func @unrolls(%a: vector<2x4xf32>) -> vector<2x4xf32> {
  %0 = vector.fma %a, %a, %a : vector<2x4xf32>
  return %0 : vector<2x4xf32>
}
