// RUN: cnn-opt %s -split-input-file --distribute-threads | FileCheck %s --check-prefix=ONE
// RUN: cnn-opt %s -split-input-file --distribute-threads=threads | FileCheck %s

// ONE-LABEL: func private @shared
// ONE-NOT:     scf.forall
// ONE-COUNT-3: scf.for

// CHECK-LABEL: func @net
// CHECK-SAME:    %[[THREAD:[a-z0-9]+]]: index, %[[THREADS:[a-z0-9]+]]: index)
// CHECK-SAME:    cnn.threads
// Kernels in a row on the first thread need no barrier.
// CHECK:         %[[FIRST:.*]] = arith.cmpi eq, %[[THREAD]], %{{.*}}
// CHECK-NEXT:    scf.if %[[FIRST]]
// CHECK-NEXT:      call @small
// CHECK-NOT:     GOMP_barrier
// CHECK:         %[[FIRST:.*]] = arith.cmpi eq, %[[THREAD]], %{{.*}}
// CHECK-NEXT:    scf.if %[[FIRST]]
// CHECK-NEXT:      call @small
// CHECK:         call @GOMP_barrier
// CHECK-NEXT:    call @shared(%{{.*}}, %[[THREAD]], %[[THREADS]])
// CHECK-NEXT:    return
func.func @net(%x: memref<6x10xf32>) attributes {cnn.inputs = [], cnn.outputs = []} {
  call @small(%x) : (memref<6x10xf32>) -> ()
  call @small(%x) : (memref<6x10xf32>) -> ()
  call @shared(%x) : (memref<6x10xf32>) -> ()
  return
}

// 60 iterations from 60 * thread / threads on.
// CHECK-LABEL: func private @shared
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<6x10xf32>, %[[THREAD:[a-z0-9]+]]: index, %[[THREADS:[a-z0-9]+]]: index
// CHECK:         %[[ALL:.*]] = arith.constant 60
// CHECK:         %[[SCALED:.*]] = arith.muli %[[THREAD]], %[[ALL]]
// CHECK:         %[[BEGIN:.*]] = arith.divui %[[SCALED]], %[[THREADS]]
// CHECK:         scf.for %[[N:.*]] = %[[BEGIN]] to
// CHECK:           %[[J:.*]] = arith.remui %[[N]], %{{.*}}
// CHECK:           %[[I:.*]] = arith.divui %[[N]], %{{.*}}
// CHECK:           memref.store
// Two parallel loops, so all threads finish the first before the second.
// CHECK:         call @GOMP_barrier
// CHECK:         scf.for
func.func private @shared(%x: memref<6x10xf32>) {
  %zero = arith.constant 0.0 : f32
  scf.forall (%i, %j) in (6, 10) {
    memref.store %zero, %x[%i, %j] : memref<6x10xf32>
  }
  // From 2 to 6 in steps of 3: two iterations.
  // CHECK-DAG:     %[[STEP:.*]] = arith.constant 3
  // CHECK-DAG:     %[[FIRST:.*]] = arith.constant 2
  // CHECK-DAG:     %[[SCALED:.*]] = arith.muli %{{.*}}, %[[STEP]]
  // CHECK-DAG:     arith.addi %[[SCALED]], %[[FIRST]]
  scf.forall (%i) = (2) to (6) step (3) {
    memref.store %zero, %x[%i, %i] : memref<6x10xf32>
  }
  return
}

func.func private @small(%x: memref<6x10xf32>) {
  %zero = arith.constant 0.0 : f32
  %first = arith.constant 0 : index
  memref.store %zero, %x[%first, %first] : memref<6x10xf32>
  return
}

// -----

// Kernels that write apart and read the same need no barrier. The second has
// the threads in reverse order.
// CHECK-LABEL: func @beside
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<6xf32>, %[[ARENA:[a-z0-9]+]]: memref<96xi8>, %[[THREAD:[a-z0-9]+]]: index, %[[THREADS:[a-z0-9]+]]: index)
// CHECK-NOT:     GOMP_barrier
// CHECK:         call @map(%[[X]], %[[A:.*]], %[[THREAD]], %[[THREADS]])
// CHECK-NOT:     GOMP_barrier
// CHECK:         %[[LAST:.*]] = arith.subi %[[THREADS]], %{{.*}}
// CHECK:         %[[MIRRORED:.*]] = arith.subi %[[LAST]], %[[THREAD]]
// CHECK:         call @map(%[[X]], %[[B:.*]], %[[MIRRORED]], %[[THREADS]])
// What the other threads wrote is read.
// CHECK-NEXT:    call @GOMP_barrier
// CHECK-NEXT:    call @map(%[[B]], %{{.*}}, %[[THREAD]], %[[THREADS]])
// What the other threads read is written.
// CHECK-NEXT:    call @GOMP_barrier
// CHECK-NEXT:    call @map(%[[A]], %[[B]], %[[THREAD]], %[[THREADS]])
func.func @beside(%x: memref<6xf32>, %arena: memref<96xi8>) attributes {cnn.inputs = [], cnn.outputs = []} {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %c64 = arith.constant 64 : index
  %a = memref.view %arena[%c0][] : memref<96xi8> to memref<6xf32>
  %b = memref.view %arena[%c32][] : memref<96xi8> to memref<6xf32>
  %c = memref.view %arena[%c64][] : memref<96xi8> to memref<6xf32>
  call @map(%x, %a) : (memref<6xf32>, memref<6xf32>) -> ()
  call @map(%x, %b) : (memref<6xf32>, memref<6xf32>) -> ()
  call @map(%b, %c) : (memref<6xf32>, memref<6xf32>) -> ()
  call @map(%a, %b) : (memref<6xf32>, memref<6xf32>) -> ()
  return
}

// Loops of one kernel that write apart need none either.
// CHECK-LABEL: func private @map
// CHECK:         scf.for
// CHECK-NOT:     GOMP_barrier
// CHECK:         scf.for
// CHECK-NOT:     GOMP_barrier
func.func private @map(%x: memref<6xf32> {llvm.readonly}, %y: memref<6xf32>) {
  scf.forall (%i) in (3) {
    %v = memref.load %x[%i] : memref<6xf32>
    memref.store %v, %y[%i] : memref<6xf32>
  }
  scf.forall (%i) = (3) to (6) step (1) {
    %v = memref.load %x[%i] : memref<6xf32>
    memref.store %v, %y[%i] : memref<6xf32>
  } {cnn.independent}
  return
}
