// RUN: cnn-opt %s --plan-memory --split-input-file --verify-diagnostics | FileCheck %s
// RUN: not cnn-opt %s --plan-memory --split-input-file --remarks-filter=cnn --remark-format=emitRemark -o %t 2>&1 | FileCheck %s --check-prefix=REMARK

#map = affine_map<(i) -> (i)>

// %a is dead when %c is written, so %c takes its 64 bytes; %b lives with both.
// CHECK-LABEL: func @shares
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<16xf32>, %[[ARENA:[a-z0-9]+]]: memref<128xi8>
// CHECK-SAME:    cnn.arena_size = 128
// CHECK-NOT:     memref.alloc
// CHECK:         %[[A:.*]] = memref.view %[[ARENA]][%c0{{.*}}][]
// CHECK:         %[[B:.*]] = memref.view %[[ARENA]][%c64{{.*}}][]
// CHECK:         %[[C:.*]] = memref.view %[[ARENA]][%c0{{.*}}][]
// CHECK:         memref.copy %[[X]], %[[A]]
// CHECK:         memref.copy %[[A]], %[[B]]
// CHECK:         memref.copy %[[B]], %[[C]]
// REMARK:        PlanMemory {{.*}}"arena of ", Remark=128
// REMARK:        PlaceBuffer {{.*}} Bytes=64, First=0, FirstLayer=fill, Last=1, LastLayer=move, Offset=0{{$}}
// REMARK:        PlaceBuffer {{.*}} Bytes=64, First=1, FirstLayer=move, Last=2, LastLayer=, Offset=64{{$}}
// REMARK:        PlaceBuffer {{.*}} Bytes=64, First=2, FirstLayer=, Last=3, LastLayer=, Offset=0{{$}}
func.func @shares(%x: memref<16xf32>) {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  %c = memref.alloc() : memref<16xf32>
  memref.copy %x, %a : memref<16xf32> to memref<16xf32> loc("fill")
  memref.copy %a, %b : memref<16xf32> to memref<16xf32> loc("move")
  memref.copy %b, %c : memref<16xf32> to memref<16xf32>
  memref.copy %c, %x : memref<16xf32> to memref<16xf32>
  return
}

// -----

// %a is alive through its view, so %b may not have its bytes.
// CHECK-LABEL: func @follows_views
// CHECK-SAME:    cnn.arena_size = 128
func.func @follows_views(%x: memref<16xf32>) {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  %view = memref.expand_shape %a [[0, 1]] output_shape [4, 4] : memref<16xf32> into memref<4x4xf32>
  %flat = memref.collapse_shape %view [[0, 1]] : memref<4x4xf32> into memref<16xf32>
  memref.copy %x, %a : memref<16xf32> to memref<16xf32>
  memref.copy %x, %b : memref<16xf32> to memref<16xf32>
  memref.copy %b, %x : memref<16xf32> to memref<16xf32>
  memref.copy %flat, %x : memref<16xf32> to memref<16xf32>
  return
}

// -----

#map = affine_map<(i) -> (i)>

// The input of an elementwise operation is dead afterwards: one buffer for both.
// CHECK-LABEL: func @works_in_place
// CHECK-SAME:    cnn.arena_size = 64
// CHECK:         linalg.generic {{.*}} ins(%[[A:.*]] : memref<16xf32>) outs(%[[A]] : memref<16xf32>)
func.func @works_in_place(%x: memref<16xf32>) {
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.copy %x, %a : memref<16xf32> to memref<16xf32>
  linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]}
      ins(%a : memref<16xf32>) outs(%b : memref<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.negf %in : f32
    linalg.yield %0 : f32
  }
  memref.copy %b, %x : memref<16xf32> to memref<16xf32>
  return
}

// -----

#map = affine_map<(i) -> (i)>

// The body reads elements of the input that come before: they must not have been
// overwritten.
// CHECK-LABEL: func @looks_up
// CHECK-SAME:    cnn.arena_size = 128
func.func @looks_up(%x: memref<16xf32>) {
  %zero = arith.constant 0 : index
  %a = memref.alloc() : memref<16xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.copy %x, %a : memref<16xf32> to memref<16xf32>
  linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]}
      ins(%a : memref<16xf32>) outs(%b : memref<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = memref.load %a[%zero] : memref<16xf32>
    %1 = arith.addf %in, %0 : f32
    linalg.yield %1 : f32
  }
  memref.copy %b, %x : memref<16xf32> to memref<16xf32>
  return
}

// -----

#row = affine_map<(i, j) -> (j)>
#both = affine_map<(i, j) -> (i, j)>

// The sum of a matrix and its first row: the row is read after it was written.
// CHECK-LABEL: func @keeps_what_a_view_reads
// CHECK-SAME:    cnn.arena_size = 128
func.func @keeps_what_a_view_reads(%x: memref<4x4xf32>) {
  %a = memref.alloc() : memref<4x4xf32>
  %b = memref.alloc() : memref<4x4xf32>
  memref.copy %x, %a : memref<4x4xf32> to memref<4x4xf32>
  %row = memref.subview %a[0, 0] [1, 4] [1, 1] : memref<4x4xf32> to memref<4xf32, strided<[1]>>
  linalg.generic {indexing_maps = [#both, #row, #both], iterator_types = ["parallel", "parallel"]}
      ins(%a, %row : memref<4x4xf32>, memref<4xf32, strided<[1]>>) outs(%b : memref<4x4xf32>) {
  ^bb0(%in: f32, %first: f32, %out: f32):
    %0 = arith.addf %in, %first : f32
    linalg.yield %0 : f32
  }
  memref.copy %b, %x : memref<4x4xf32> to memref<4x4xf32>
  return
}

// -----

func.func @dynamic(%n: index, %x: memref<?xf32>) {
  // expected-error @below {{expected a buffer of static size}}
  %a = memref.alloc(%n) : memref<?xf32>
  memref.copy %x, %a : memref<?xf32> to memref<?xf32>
  return
}

// -----

func.func @returned() -> memref<4xf32> {
  %a = memref.alloc() : memref<4xf32>
  // expected-error @below {{returns a buffer of the arena}}
  return %a : memref<4xf32>
}

// -----

func.func @parallel(%x: memref<4xf32>) {
  scf.forall (%i) in (4) {
    // expected-error @below {{allocates inside a parallel loop}}
    %a = memref.alloc() : memref<4xf32>
    memref.copy %a, %x : memref<4xf32> to memref<4xf32>
  }
  return
}

// -----

#map = affine_map<(i) -> (i)>

// The map reads other elements of its input, too, which it must not overwrite.
// CHECK-LABEL: func @reads_elsewhere
// CHECK-SAME:    cnn.arena_size = 256
func.func @reads_elsewhere(%x: memref<16xindex>, %y: memref<16xindex>) {
  %a = memref.alloc() : memref<16xindex>
  %b = memref.alloc() : memref<16xindex>
  memref.copy %x, %a : memref<16xindex> to memref<16xindex>
  linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]}
      ins(%a : memref<16xindex>) outs(%b : memref<16xindex>) {
  ^bb0(%in: index, %out: index):
    %other = memref.load %a[%in] : memref<16xindex>
    linalg.yield %other : index
  }
  memref.copy %b, %y : memref<16xindex> to memref<16xindex>
  return
}

// -----

// Each output element reads its own element of the residual, and no other.
// CHECK-LABEL: func @writes_over_the_residual
// CHECK-SAME:    cnn.arena_lower_bound = 256
// CHECK-SAME:    cnn.arena_size = 256
// CHECK:         kernel.depthwise_conv {{.*}} residual(%[[R:.*]] : {{.*}}) outs(%[[R]] :
func.func @writes_over_the_residual(%x: memref<1x1x4x4x4xf32>, %filter: memref<1x3x3x4xf32>) {
  %r = memref.alloc() : memref<1x1x4x4x4xf32>
  %y = memref.alloc() : memref<1x1x4x4x4xf32>
  memref.copy %x, %r : memref<1x1x4x4x4xf32> to memref<1x1x4x4x4xf32>
  kernel.depthwise_conv ins(%x, %filter : memref<1x1x4x4x4xf32>, memref<1x3x3x4xf32>)
    residual(%r : memref<1x1x4x4x4xf32>)
    outs(%y : memref<1x1x4x4x4xf32>) pads [1, 1, 1, 1]
  memref.copy %y, %x : memref<1x1x4x4x4xf32> to memref<1x1x4x4x4xf32>
  return
}

// -----

// The residual is the input, too, whose neighbours the convolution reads.
// CHECK-LABEL: func @keeps_the_input
// CHECK-SAME:    cnn.arena_size = 512
func.func @keeps_the_input(%x: memref<1x1x4x4x4xf32>, %filter: memref<1x3x3x4xf32>) {
  %r = memref.alloc() : memref<1x1x4x4x4xf32>
  %y = memref.alloc() : memref<1x1x4x4x4xf32>
  memref.copy %x, %r : memref<1x1x4x4x4xf32> to memref<1x1x4x4x4xf32>
  kernel.depthwise_conv ins(%r, %filter : memref<1x1x4x4x4xf32>, memref<1x3x3x4xf32>)
    residual(%r : memref<1x1x4x4x4xf32>)
    outs(%y : memref<1x1x4x4x4xf32>) pads [1, 1, 1, 1]
  memref.copy %y, %x : memref<1x1x4x4x4xf32> to memref<1x1x4x4x4xf32>
  return
}

// -----

// The residual is needed afterwards.
// CHECK-LABEL: func @keeps_the_residual
// CHECK-SAME:    cnn.arena_size = 512
func.func @keeps_the_residual(%x: memref<1x1x4x4x4xf32>, %filter: memref<1x3x3x4xf32>) {
  %r = memref.alloc() : memref<1x1x4x4x4xf32>
  %y = memref.alloc() : memref<1x1x4x4x4xf32>
  memref.copy %x, %r : memref<1x1x4x4x4xf32> to memref<1x1x4x4x4xf32>
  kernel.depthwise_conv ins(%x, %filter : memref<1x1x4x4x4xf32>, memref<1x3x3x4xf32>)
    residual(%r : memref<1x1x4x4x4xf32>)
    outs(%y : memref<1x1x4x4x4xf32>) pads [1, 1, 1, 1]
  memref.copy %y, %x : memref<1x1x4x4x4xf32> to memref<1x1x4x4x4xf32>
  memref.copy %r, %x : memref<1x1x4x4x4xf32> to memref<1x1x4x4x4xf32>
  return
}
