// RUN: cnn-opt %s --profile-kernels --split-input-file --verify-diagnostics | FileCheck %s

// 72 bytes of arena, so the table of three counters begins at 128.
// CHECK:       func @net
// CHECK-SAME:    %[[ARENA:[a-z0-9]+]]: memref<152xi8>
// CHECK-SAME:    cnn.arena_size = 152
// CHECK-SAME:    cnn.kernels = [{{.*}}layer = "conv1"{{.*}}layer = "pool1"
// CHECK-SAME:    cnn.ticks_offset = 128
// CHECK-SAME:    cnn.ticks_threads = 0
// CHECK:         %[[TABLE:.*]] = memref.view %[[ARENA]][%c128
// CHECK-SAME:      memref<152xi8> to memref<3xi64>
// CHECK:         %[[START:.*]] = llvm.call_intrinsic "llvm.readcyclecounter"
// CHECK-NEXT:    memref.store %[[START]], %[[TABLE]][%c0{{.*}}]
// CHECK-NEXT:    call @conv() : () -> ()
// CHECK:         %[[FIRST:.*]] = llvm.call_intrinsic
// CHECK-NEXT:    memref.store %[[FIRST]], %[[TABLE]][%c1{{.*}}]
// CHECK-NEXT:    call @pool() : () -> ()
// CHECK:         %[[SECOND:.*]] = llvm.call_intrinsic
// CHECK-NEXT:    memref.store %[[SECOND]], %[[TABLE]][%c2{{.*}}]
// CHECK-NEXT:    return
#conv = {bytes = 8 : i64, detail = "", kernel = "direct_conv", layer = "conv1", operations = 4 : i64, peak_factor = 1.0 : f64, shape = array<i64: 1>, work = 4 : i64}
#pool = {bytes = 8 : i64, detail = "", kernel = "pool", layer = "pool1", operations = 4 : i64, peak_factor = 1.0 : f64, shape = array<i64: 1>, work = 4 : i64}
module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3"}} {
  func.func @net(%arena: memref<72xi8>) attributes {cnn.arena_size = 72 : i64, cnn.inputs = [], cnn.outputs = []} {
    call @conv() {cnn.kernel = #conv} : () -> ()
    call @pool() {cnn.kernel = #pool} : () -> ()
    return
  }
  func.func private @conv()
  func.func private @pool()
}

// -----

// The first thread writes, once all have passed the barrier; the last kernel
// gets one, too. Before it each of 16 threads writes when it is done: rows 2 to
// 17, behind those of the first.
// CHECK-LABEL: func @threads
// CHECK-SAME:    %[[THREAD:[a-z0-9]+]]: index, %{{[a-z0-9]+}}: index)
// CHECK:         %[[IS_FIRST:.*]] = arith.cmpi eq, %[[THREAD]]
// CHECK-NEXT:    scf.if %[[IS_FIRST]]
// CHECK:           llvm.call_intrinsic "llvm.readcyclecounter"
// CHECK:           memref.store
// CHECK:         call @conv
// CHECK:         %[[IS_NOTED:.*]] = arith.cmpi ult, %[[THREAD]], %c16
// CHECK-NEXT:    scf.if %[[IS_NOTED]]
// CHECK:           %[[ROW:.*]] = arith.addi %c2{{.*}}, %[[THREAD]]
// CHECK:           memref.store %{{.*}}, %{{.*}}[%[[ROW]]] : memref<18xi64>
// CHECK:         call @GOMP_barrier
// CHECK:         scf.if
// CHECK:           memref.store
// CHECK-NEXT:    }
// CHECK-NEXT:    return
#conv = {bytes = 8 : i64, detail = "", kernel = "direct_conv", layer = "conv1", operations = 4 : i64, peak_factor = 1.0 : f64, shape = array<i64: 1>, work = 4 : i64}
module attributes {cnn.target = {triple = "aarch64-linux-gnu"}} {
  func.func private @GOMP_barrier()
  func.func @threads(%arena: memref<64xi8>, %thread: index, %threads: index) attributes {cnn.arena_size = 64 : i64, cnn.inputs = [], cnn.outputs = [], cnn.threads} {
    call @conv(%thread, %threads) {cnn.kernel = #conv} : (index, index) -> ()
    return
  }
  func.func private @conv(index, index)
}

// -----

module attributes {cnn.target = {triple = "armv7-linux-gnueabihf"}} {
  // expected-error @below {{kernels cannot be timed on armv7}}
  func.func @no_counter(%arena: memref<64xi8>) attributes {cnn.arena_size = 64 : i64, cnn.inputs = [], cnn.outputs = []} {
    return
  }
}

// -----

// expected-error @below {{expected the arena that --plan-memory adds}}
func.func @no_arena() attributes {cnn.inputs = [], cnn.outputs = []} {
  return
}
