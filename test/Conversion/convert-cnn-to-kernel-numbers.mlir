// RUN: cnn-opt %s --convert-cnn-to-kernel | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// Neither zero nor minus one reaches the division.
// CHECK-LABEL: func @divides
//      CHECK:    linalg.generic
//      CHECK:      %[[ZERO:.*]] = arith.cmpi eq, %[[B:.*]], %c0
//      CHECK:      %[[SAFE:.*]] = arith.select %[[ZERO]], %c1{{.*}}, %[[B]]
//      CHECK:      %[[MINUS:.*]] = arith.cmpi eq, %[[B]], %c-1
//      CHECK:      %[[SAFER:.*]] = arith.select %[[MINUS]], %c1{{.*}}, %[[SAFE]]
//      CHECK:      arith.divsi %{{.*}}, %[[SAFER]] : i32
func.func @divides(%a: tensor<4xi32>, %b: tensor<4xi32>) -> tensor<4xi32> {
  %y = cnn.binary <div> %a, %b : tensor<4xi32>, tensor<4xi32>
  return %y : tensor<4xi32>
}

// CHECK-LABEL: func @compares_unsigned
//      CHECK:    arith.cmpi ult
func.func @compares_unsigned(%a: tensor<4xui8>, %b: tensor<4xui8>) -> tensor<4xi1> {
  %y = cnn.compare <lt> %a, %b : tensor<4xui8>, tensor<4xui8>
  return %y : tensor<4xi1>
}

// The operand that is the same everywhere is no operand.
// CHECK-LABEL: func @selects
//      CHECK:    linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<4xi1>, tensor<2x4xf32>)
//      CHECK:      arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
func.func @selects(%c: tensor<4xi1>, %x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %y = cnn.select %c, %x, %zero : tensor<4xi1>, tensor<2x4xf32>, tensor<f32>
  return %y : tensor<2x4xf32>
}

// What is out of range is replaced before the conversion, which is not defined
// for it.
// CHECK-LABEL: func @saturates
//      CHECK:    %[[INSIDE:.*]] = arith.select
//      CHECK:    arith.fptosi %[[INSIDE]] : f32 to i8
//      CHECK:    arith.select {{.*}} : i8
//      CHECK:    arith.select {{.*}} : i8
func.func @saturates(%x: tensor<4xf32>) -> tensor<4xi8> {
  %y = cnn.cast %x to i8 : tensor<4xf32>
  return %y : tensor<4xi8>
}

// CHECK-LABEL: func @power
//      CHECK:    scf.for
//      CHECK:      arith.muli
func.func @power(%a: tensor<4xi32>, %b: tensor<4xi32>) -> tensor<4xi32> {
  %y = cnn.binary <pow> %a, %b : tensor<4xi32>, tensor<4xi32>
  return %y : tensor<4xi32>
}

// First the maximum, then where it is.
// CHECK-LABEL: func @finds
//      CHECK:    %[[MAX:.*]] = linalg.generic {{.*}}"reduction"
//      CHECK:      arith.maximumf
//      CHECK:    linalg.generic {{.*}} ins(%{{.*}}, %[[MAX]] : tensor<3x4xf32>, tensor<3xf32>)
//      CHECK:      arith.minsi
func.func @finds(%x: tensor<3x4xf32>) -> tensor<3xi64> {
  %y = cnn.arg_reduce <max> %x axis 1 : tensor<3x4xf32>
  return %y : tensor<3xi64>
}

// A list has no images that could be pooled.
// CHECK-LABEL: func @reduces_a_list
//      CHECK:    linalg.generic {{.*}}"reduction"
func.func @reduces_a_list(%x: tensor<4xf32>) -> tensor<f32> {
  %y = cnn.reduce <mean> %x axes [0] : tensor<4xf32>
  return %y : tensor<f32>
}

// Distances 1, 2 and 4 reach all five elements.
// CHECK-LABEL: func @accumulates
// CHECK-COUNT-3: linalg.generic
//  CHECK-NOT:    linalg.generic
//      CHECK:    return
func.func @accumulates(%x: tensor<5xf32>) -> tensor<5xf32> {
  %y = cnn.cumulative_sum %x axis 0 : tensor<5xf32>
  return %y : tensor<5xf32>
}

}
