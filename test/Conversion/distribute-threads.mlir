// RUN: cnn-opt %s --distribute-threads | FileCheck %s --check-prefix=ONE
// RUN: cnn-opt %s --distribute-threads=threads | FileCheck %s

// ONE-LABEL: func private @shared
// ONE-NOT:     scf.forall
// ONE-COUNT-3: scf.for

// CHECK-LABEL: func @net
// CHECK-SAME:    %[[THREAD:[a-z0-9]+]]: index, %[[THREADS:[a-z0-9]+]]: index)
// CHECK-SAME:    cnn.threads
// Kernels in a row on the first thread need no barrier.
// CHECK:         scf.if
// CHECK-NEXT:      call @small
// CHECK-NOT:     GOMP_barrier
// CHECK:         scf.if
// CHECK-NEXT:      call @small
// CHECK:         call @GOMP_barrier
// CHECK:         call @shared(%{{.*}}, %[[THREAD]], %[[THREADS]])
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
