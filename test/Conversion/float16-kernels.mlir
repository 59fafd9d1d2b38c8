// RUN: cnn-opt %s --convert-kernel-to-loops | FileCheck %s
// Kernels of float16 on eight lanes, whose long sums have parts.

module attributes {cnn.target = {triple = "aarch64-linux-gnu", cpu = "generic", features = "+fullfp16"}} {

// 16 blocks of 8 channels are 128 products.
// CHECK-LABEL: func @adds_parts
//       CHECK:   %[[PART:.*]] = arith.constant 16 : index
//       CHECK:   %[[SUMS:.*]]:{{.*}} = scf.for {{.*}} step %[[PART]] iter_args({{.*}} -> (vector<8xf32>
//       CHECK:     scf.for {{.*}} -> (vector<8xf16>
//       CHECK:       vector.fma {{.*}} : vector<8xf16>
//       CHECK:     arith.extf {{.*}} : vector<8xf16> to vector<8xf32>
//       CHECK:     arith.addf {{.*}} : vector<8xf32>
//       CHECK:   arith.truncf {{.*}} : vector<8xf32> to vector<8xf16>
//       CHECK:   vector.store {{.*}} : memref<{{.*}}xf16, {{.*}}>, vector<8xf16>
func.func @adds_parts(%x: memref<1x17x4x4x8xf16>, %w: memref<1x17x1x1x8x8xf16>, %y: memref<1x1x4x4x8xf16>) {
  kernel.direct_conv ins(%x, %w : memref<1x17x4x4x8xf16>, memref<1x17x1x1x8x8xf16>) outs(%y : memref<1x1x4x4x8xf16>)
  return
}

// CHECK-LABEL: func @adds_all
//   CHECK-NOT:   vector<8xf32>
//       CHECK:   return
func.func @adds_all(%x: memref<1x16x4x4x8xf16>, %w: memref<1x16x1x1x8x8xf16>, %y: memref<1x1x4x4x8xf16>) {
  kernel.direct_conv ins(%x, %w : memref<1x16x4x4x8xf16>, memref<1x16x1x1x8x8xf16>) outs(%y : memref<1x1x4x4x8xf16>)
  return
}

// CHECK-LABEL: func @product
//       CHECK:   %[[PART:.*]] = arith.constant 128 : index
//       CHECK:   scf.for {{.*}} step %[[PART]] iter_args({{.*}} -> (vector<8xf32>
//       CHECK:     scf.for {{.*}} -> (vector<8xf16>
//       CHECK:     arith.addf {{.*}} : vector<8xf32>
func.func @product(%a: memref<16x200xf16>, %b: memref<1x200x16xf16>, %y: memref<16x16xf16>) {
  kernel.matmul ins(%a, %b : memref<16x200xf16>, memref<1x200x16xf16>) outs(%y : memref<16x16xf16>) packed
  return
}

// An average is summed in float32, a maximum is one of float16.
// CHECK-LABEL: func @pools
//       CHECK:   arith.addf {{.*}} : vector<8xf32>
//       CHECK:   arith.truncf {{.*}} : vector<8xf32> to vector<8xf16>
//       CHECK:   arith.cmpf ogt, {{.*}} : vector<8xf16>
func.func @pools(%x: memref<1x1x4x4x8xf16>, %y: memref<1x1x2x2x8xf16>, %z: memref<1x1x2x2x8xf16>) {
  kernel.pool <avg> ins(%x : memref<1x1x4x4x8xf16>) outs(%y : memref<1x1x2x2x8xf16>) kernel [2, 2] strides [2, 2]
  kernel.pool <max> ins(%x : memref<1x1x4x4x8xf16>) outs(%z : memref<1x1x2x2x8xf16>) kernel [2, 2] strides [2, 2]
  return
}

// Sigmoid needs the digits of float32 on its way.
// CHECK-LABEL: func @functions
//       CHECK:   %[[X:.*]] = arith.extf {{.*}} : vector<8xf16> to vector<8xf32>
//       CHECK:   arith.divf {{.*}} : vector<8xf32>
//       CHECK:   arith.truncf {{.*}} : vector<8xf32> to vector<8xf16>
func.func @functions(%x: memref<1x1x4x4x8xf16>, %w: memref<1x3x3x8xf16>, %y: memref<1x1x2x2x8xf16>) {
  kernel.depthwise_conv ins(%x, %w : memref<1x1x4x4x8xf16>, memref<1x3x3x8xf16>) outs(%y : memref<1x1x2x2x8xf16>) activation <sigmoid>
  return
}

}
