// RUN: cnn-opt %s --convert-kernel-to-loops | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// Two rows; 20 outputs are a block of 16 and one of 4. 16 products are two vectors.
// CHECK-LABEL: func @rows
//       CHECK: scf.forall (%{{.*}}, %{{.*}}) in (2, 2)
//       CHECK:   arith.minsi
//       CHECK:   scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>)
//       CHECK:     vector.from_elements
//       CHECK:     vector.fma
//       CHECK:     vector.from_elements
//       CHECK:     vector.fma
//       CHECK:   arith.addf {{.*}} vector<8xf32>
//       CHECK:   arith.addf {{.*}} vector<4xf32>
//       CHECK:   arith.addf {{.*}} vector<2xf32>
//       CHECK:   arith.addf {{.*}} vector<1xf32>
// What is left of an output's products, its bias and its function.
//       CHECK:   scf.for {{.*}} -> (f32)
//       CHECK:   arith.addf
//       CHECK:   arith.cmpf olt
//       CHECK:   memref.store
//   CHECK-NOT: kernel.
func.func @rows(%x: memref<2x50xf32>, %v: memref<90xf32>, %c: memref<90xi16>, %s: memref<21xi32>, %b: memref<20xf32>, %y: memref<2x20xf32>) {
  kernel.sparse_matmul ins(%x, %v, %c, %s : memref<2x50xf32>, memref<90xf32>, memref<90xi16>, memref<21xi32>)
    bias(%b : memref<20xf32>) outs(%y : memref<2x20xf32>) activation <relu>
  return
}
}
