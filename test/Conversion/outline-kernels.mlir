// RUN: cnn-opt %s --outline-kernels | FileCheck %s

// Two equal layers share a function though the second one's output starts 16
// bytes into its buffer.
// CHECK-LABEL: func @net
// CHECK:         call @net_fill_0(%[[A:.*]]) : (memref<4xf32>)
// CHECK:         call @net_copy_1(%[[A]], %[[B:.*]]) : (memref<4xf32>, memref<4xf32>)
// CHECK:         call @net_copy_2(%[[B]], %{{.*}}) : (memref<4xf32>, memref<4xf32, strided<[1]>>)
// CHECK:         call @net_copy_2(%[[A]], %{{.*}}) : (memref<4xf32>, memref<4xf32, strided<[1]>>)
func.func @net(%x: memref<4xf32>, %arena: memref<256xi8>) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %number = arith.constant 2.0 : f32
  %a = memref.view %arena[%c0][] : memref<256xi8> to memref<4xf32>
  %b = memref.view %arena[%c64][] : memref<256xi8> to memref<4xf32>
  %c = memref.view %arena[%c128][] : memref<256xi8> to memref<32xf32>
  linalg.fill ins(%number : f32) outs(%a : memref<4xf32>)
  memref.copy %a, %b : memref<4xf32> to memref<4xf32>
  %d = memref.subview %c[16] [4] [1] : memref<32xf32> to memref<4xf32, strided<[1], offset: 16>>
  memref.copy %b, %d : memref<4xf32> to memref<4xf32, strided<[1], offset: 16>>
  %e = memref.subview %c[16] [4] [1] : memref<32xf32> to memref<4xf32, strided<[1], offset: 16>>
  memref.copy %a, %e : memref<4xf32> to memref<4xf32, strided<[1], offset: 16>>
  return
}

// The constant moves into the kernel; the arena is aligned.
// CHECK-LABEL: func private @net_fill_0
// CHECK-SAME:    (%{{.*}}: memref<4xf32> {llvm.align = 64 : i64, llvm.noalias})
// CHECK:         arith.constant 2.0
// CHECK:         linalg.fill

// CHECK-LABEL: func private @net_copy_1
// CHECK-SAME:    memref<4xf32> {llvm.align = 64 : i64, llvm.noalias, llvm.readonly}
// CHECK-SAME:    memref<4xf32> {llvm.align = 64 : i64, llvm.noalias}

// CHECK-NOT:   func private @net_copy_3
