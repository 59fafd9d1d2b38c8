// RUN: cnn-opt %s --approximate-math --split-input-file --verify-diagnostics | FileCheck %s

module attributes {cnn.target = {cpu = "x86-64-v3", triple = "x86_64-linux-gnu"}} {
  // CHECK-LABEL: func @expands
  // CHECK-NOT:     math.exp
  // CHECK-NOT:     math.round {{.*}}
  // CHECK:         return
  func.func @expands(%x: f32) -> (f32, f32) {
    %0 = math.exp %x : f32
    %1 = math.round %x : f32
    return %0, %1 : f32, f32
  }

  // CHECK-LABEL: func @keeps_instructions
  // CHECK:         math.floor
  // CHECK:         math.fma
  // CHECK:         math.sqrt
  // CHECK:         arith.extf
  func.func @keeps_instructions(%x: f32, %h: f16) -> (f32, f32, f32, f32) {
    %0 = math.floor %x : f32
    %1 = math.fma %x, %x, %x : f32
    %2 = math.sqrt %x : f32
    %3 = arith.extf %h : f16 to f32
    return %0, %1, %2, %3 : f32, f32, f32, f32
  }

  // Neither a product whose rounding is part of the result nor its sum is contracted.
  // CHECK-LABEL: func @keeps_rounding
  // CHECK:         arith.mulf %{{[^ ]*}}, %{{[^ ]*}} : f32
  // CHECK:         arith.addf %{{[^ ]*}}, %{{[^ ]*}} : f32
  // CHECK:         arith.subf {{.*}} fastmath<contract>
  func.func @keeps_rounding(%x: f32) -> f32 {
    %product = arith.mulf %x, %x {cnn.keeps_rounding} : f32
    %sum = arith.addf %x, %product : f32
    %difference = arith.subf %sum, %x : f32
    return %difference : f32
  }

  // CHECK-LABEL: func @contracts
  // CHECK:         arith.mulf {{.*}} fastmath<contract>
  // CHECK:         arith.addf {{.*}} fastmath<contract>
  func.func @contracts(%x: f32) -> f32 {
    %0 = arith.mulf %x, %x : f32
    %1 = arith.addf %0, %x : f32
    return %1 : f32
  }
}

// -----

module attributes {cnn.target = {cpu = "x86-64", triple = "x86_64-linux-gnu"}} {
  // CHECK-LABEL: func @without_instructions
  // CHECK-NOT:     math.floor
  // CHECK-NOT:     math.fma
  // CHECK-NOT:     arith.extf
  // CHECK-NOT:     arith.truncf
  // CHECK:         return
  func.func @without_instructions(%x: f32, %h: f16) -> (f32, f32, f32, f16) {
    %0 = math.floor %x : f32
    %1 = math.fma %x, %x, %x : f32
    %2 = arith.extf %h : f16 to f32
    %3 = arith.truncf %x : f32 to f16
    return %0, %1, %2, %3 : f32, f32, f32, f16
  }
}

// -----

// CHECK-LABEL: func @double
// CHECK-NOT:     math.erf
// CHECK-NOT:     arith.remf
// CHECK:         return
func.func @double(%x: f64) -> (f64, f64) {
  %0 = math.erf %x : f64
  %1 = arith.remf %x, %0 : f64
  return %0, %1 : f64, f64
}

// -----

func.func @no_approximation(%x: f64) -> f64 {
  // expected-error @below {{has no implementation without a mathematical library for type 'f64'}}
  %0 = math.cbrt %x : f64
  return %0 : f64
}

// -----

// A simple power is a product, and any other a power of e.
// CHECK-LABEL: func @powers
// CHECK-SAME:    %[[X:.*]]: f32,
// CHECK:         %[[SQUARE:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK:         %[[ROOT:.*]] = math.sqrt %[[X]]
// CHECK-NOT:     math.powf
// CHECK:         return %[[SQUARE]], %[[ROOT]]
func.func @powers(%x: f32, %y: f32) -> (f32, f32, f32) {
  %two = arith.constant 2.0 : f32
  %half = arith.constant 0.5 : f32
  %0 = math.powf %x, %two : f32
  %1 = math.powf %x, %half : f32
  %2 = math.powf %x, %y : f32
  return %0, %1, %2 : f32, f32, f32
}

// -----

// Long division, unless the divisor is a power of two.
// CHECK-LABEL: func @remainders
// CHECK:         math.trunc
// CHECK:         scf.while
// CHECK:           scf.while
// CHECK-NOT:     arith.remf
// CHECK:         return
func.func @remainders(%x: f32, %y: f32) -> (f32, f32) {
  %two = arith.constant 2.0 : f32
  %0 = arith.remf %x, %two : f32
  %1 = arith.remf %x, %y : f32
  return %0, %1 : f32, f32
}

// -----

module attributes {cnn.target = {cpu = "cortex-a7", triple = "armv7-linux-gnueabihf"}} {
  // CHECK-LABEL: func @extremes_without_instructions
  // CHECK-SAME:    %[[A:.*]]: f32, %[[B:.*]]: f32, %[[C:.*]]: f64
  // CHECK:         %[[LARGER:.*]] = arith.cmpf ogt, %[[A]], %[[B]]
  // CHECK:         %[[NAN:.*]] = arith.cmpf uno, %[[B]], %[[B]]
  // CHECK:         %[[FIRST:.*]] = arith.ori %[[LARGER]], %[[NAN]]
  // CHECK:         arith.select %[[FIRST]], %[[A]], %[[B]]
  // There is an instruction for float32, but none for float64.
  // CHECK:         arith.maximumf {{.*}} : f32
  // CHECK-NOT:     arith.minimumf
  // CHECK:         return
  func.func @extremes_without_instructions(%a: f32, %b: f32, %c: f64, %d: f64) -> (f32, f32, f64) {
    %0 = arith.maxnumf %a, %b : f32
    %1 = arith.maximumf %a, %b : f32
    %2 = arith.minimumf %c, %d : f64
    return %0, %1, %2 : f32, f32, f64
  }
}

// -----

module attributes {cnn.target = {cpu = "x86-64-v3", triple = "x86_64-linux-gnu"}} {
  // CHECK-LABEL: func @keeps_extremes
  // CHECK:         arith.maxnumf
  // CHECK:         arith.minimumf
  func.func @keeps_extremes(%a: f32, %b: f32, %c: f64, %d: f64) -> (f32, f64) {
    %0 = arith.maxnumf %a, %b : f32
    %1 = arith.minimumf %c, %d : f64
    return %0, %1 : f32, f64
  }
}
