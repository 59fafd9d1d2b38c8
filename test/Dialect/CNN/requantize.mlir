// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s
// RUN: cnn-opt %s --canonicalize | FileCheck %s --check-prefix=FOLDED

// CHECK-LABEL: func @channels
//       CHECK:   cnn.requantize %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x3x4x4xi32>, tensor<3x1x1xf32>, tensor<f32>, tensor<ui8>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3x4x4xui8>
func.func @channels(%x: tensor<?x3x4x4xi32>, %i: tensor<3x1x1xf32>, %o: tensor<f32>, %z: tensor<ui8>) -> tensor<?x3x4x4xui8> {
  %0 = cnn.requantize %x, %i, %o, %z : tensor<?x3x4x4xi32>, tensor<3x1x1xf32>, tensor<f32>, tensor<ui8>
  return %0 : tensor<?x3x4x4xui8>
}

// CHECK-LABEL: func @means
//       CHECK:   cnn.requantize %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} divisor %{{.*}} : tensor<4x4xf32> : tensor<1x3x4x4xi32>, tensor<f32>, tensor<f32>, tensor<i8>
func.func @means(%x: tensor<1x3x4x4xi32>, %s: tensor<f32>, %z: tensor<i8>, %n: tensor<4x4xf32>) -> tensor<1x3x4x4xi8> {
  %0 = cnn.requantize %x, %s, %s, %z divisor %n : tensor<4x4xf32> : tensor<1x3x4x4xi32>, tensor<f32>, tensor<f32>, tensor<i8>
  return %0 : tensor<1x3x4x4xi8>
}

// A mean of one number is the number.
// FOLDED-LABEL: func @mean_of_one
//       FOLDED:   cnn.requantize %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor
func.func @mean_of_one(%x: tensor<2xi32>, %s: tensor<f32>, %z: tensor<i8>) -> tensor<2xi8> {
  %n = arith.constant dense<1.0> : tensor<f32>
  %0 = cnn.requantize %x, %s, %s, %z divisor %n : tensor<f32> : tensor<2xi32>, tensor<f32>, tensor<f32>, tensor<i8>
  return %0 : tensor<2xi8>
}

// FOLDED-LABEL: func @mean_of_two
//       FOLDED:   cnn.requantize %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} divisor
func.func @mean_of_two(%x: tensor<2xi32>, %s: tensor<f32>, %z: tensor<i8>) -> tensor<2xi8> {
  %n = arith.constant dense<2.0> : tensor<f32>
  %0 = cnn.requantize %x, %s, %s, %z divisor %n : tensor<f32> : tensor<2xi32>, tensor<f32>, tensor<f32>, tensor<i8>
  return %0 : tensor<2xi8>
}
