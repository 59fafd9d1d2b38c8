// RUN: cnn-opt %s --simplify | FileCheck %s

// CHECK-LABEL: func @forms_relu
//       CHECK:   cnn.unary <relu>
//  CHECK-NEXT:   cnn.unary <clip, 0.000000e+00, 6.000000e+00>
func.func @forms_relu(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = cnn.unary <clip, 0.0, 3.5e38> %x : tensor<2xf32>
  %1 = cnn.unary <clip, 0.0, 6.0> %0 : tensor<2xf32>
  return %1 : tensor<2xf32>
}

// CHECK-LABEL: func @forms_relu_of_layer
//       CHECK:   cnn.gemm %{{.*}} activation <relu>
func.func @forms_relu_of_layer(%x: tensor<2x2xf32>, %w: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = cnn.gemm %x, %w activation <clip, 0.0, 3.5e38> : tensor<2x2xf32>, tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// CHECK-LABEL: func @forms_silu
//  CHECK-NEXT:   cnn.unary <silu>
//  CHECK-NEXT:   return
func.func @forms_silu(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = cnn.unary <sigmoid> %x : tensor<2xf32>
  %1 = cnn.binary <mul> %0, %x : tensor<2xf32>, tensor<2xf32>
  return %1 : tensor<2xf32>
}

// CHECK-LABEL: func @keeps_gate_of_other_tensor
//       CHECK:   cnn.binary <mul>
func.func @keeps_gate_of_other_tensor(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = cnn.unary <sigmoid> %y : tensor<2xf32>
  %1 = cnn.binary <mul> %0, %x : tensor<2xf32>, tensor<2xf32>
  return %1 : tensor<2xf32>
}

// CHECK-LABEL: func @forms_mish
//  CHECK-NEXT:   cnn.unary <mish>
//  CHECK-NEXT:   return
func.func @forms_mish(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = cnn.unary <softplus> %x : tensor<2xf32>
  %1 = cnn.unary <tanh> %0 : tensor<2xf32>
  %2 = cnn.binary <mul> %x, %1 : tensor<2xf32>, tensor<2xf32>
  return %2 : tensor<2xf32>
}

// CHECK-LABEL: func @forms_hard_swish
//  CHECK-NEXT:   cnn.unary <hard_swish>
//  CHECK-NEXT:   return
func.func @forms_hard_swish(%x: tensor<2xf32>) -> tensor<2xf32> {
  %three = arith.constant dense<3.0> : tensor<f32>
  %six = arith.constant dense<6.0> : tensor<f32>
  %0 = cnn.binary <add> %x, %three : tensor<2xf32>, tensor<f32>
  %1 = cnn.unary <clip, 0.0, 6.0> %0 : tensor<2xf32>
  %2 = cnn.binary <mul> %x, %1 : tensor<2xf32>, tensor<2xf32>
  %3 = cnn.binary <div> %2, %six : tensor<2xf32>, tensor<f32>
  return %3 : tensor<2xf32>
}

// CHECK-LABEL: func @forms_hard_sigmoid
//  CHECK-NEXT:   cnn.unary <hard_sigmoid, 0.1666{{[0-9]*}}, 5.000000e-01>
//  CHECK-NEXT:   return
func.func @forms_hard_sigmoid(%x: tensor<2xf32>) -> tensor<2xf32> {
  %three = arith.constant dense<3.0> : tensor<f32>
  %sixth = arith.constant dense<0.16666667> : tensor<1xf32>
  %0 = cnn.binary <add> %three, %x : tensor<f32>, tensor<2xf32>
  %1 = cnn.unary <clip, 0.0, 6.0> %0 : tensor<2xf32>
  %2 = cnn.binary <mul> %sixth, %1 : tensor<1xf32>, tensor<2xf32>
  return %2 : tensor<2xf32>
}

// CHECK-LABEL: func @forms_hard_swish_from_hard_sigmoid
//  CHECK-NEXT:   cnn.unary <hard_swish>
//  CHECK-NEXT:   return
func.func @forms_hard_swish_from_hard_sigmoid(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = cnn.unary <hard_sigmoid, 0.16666667, 0.5> %x : tensor<2xf32>
  %1 = cnn.binary <mul> %0, %x : tensor<2xf32>, tensor<2xf32>
  return %1 : tensor<2xf32>
}

// The slope of PyTorch's older hard-swish exports is 0.2, which is another function.
// CHECK-LABEL: func @keeps_other_slope
//       CHECK:   cnn.unary <hard_sigmoid
//  CHECK-NEXT:   cnn.binary <mul>
func.func @keeps_other_slope(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = cnn.unary <hard_sigmoid, 0.2, 0.5> %x : tensor<2xf32>
  %1 = cnn.binary <mul> %0, %x : tensor<2xf32>, tensor<2xf32>
  return %1 : tensor<2xf32>
}

// CHECK-LABEL: func @forms_gelu
//  CHECK-NEXT:   cnn.unary <gelu>
//  CHECK-NEXT:   return
func.func @forms_gelu(%x: tensor<2xf32>) -> tensor<2xf32> {
  %root = arith.constant dense<1.41421354> : tensor<f32>
  %one = arith.constant dense<1.0> : tensor<f32>
  %half = arith.constant dense<0.5> : tensor<f32>
  %0 = cnn.binary <div> %x, %root : tensor<2xf32>, tensor<f32>
  %1 = cnn.unary <erf> %0 : tensor<2xf32>
  %2 = cnn.binary <add> %1, %one : tensor<2xf32>, tensor<f32>
  %3 = cnn.binary <mul> %x, %2 : tensor<2xf32>, tensor<2xf32>
  %4 = cnn.binary <mul> %3, %half : tensor<2xf32>, tensor<f32>
  return %4 : tensor<2xf32>
}

// CHECK-LABEL: func @forms_gemm
//       CHECK:   %[[B:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]>
//       CHECK:   %[[Y:.*]] = cnn.gemm %{{.*}}, %{{.*}} bias %[[B]]
//  CHECK-NEXT:   return %[[Y]]
func.func @forms_gemm(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<5.0> : tensor<2x2xf32>
  %0 = cnn.matmul %x, %w : tensor<3x2xf32>, tensor<2x2xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %1 = cnn.binary <add> %0, %b : tensor<3x2xf32>, tensor<2xf32>
  return %1 : tensor<3x2xf32>
}

// CHECK-LABEL: func @keeps_product_of_unknowns
//       CHECK:   cnn.matmul
func.func @keeps_product_of_unknowns(%x: tensor<3x2xf32>, %w: tensor<2x2xf32>) -> tensor<3x2xf32> {
  %0 = cnn.matmul %x, %w : tensor<3x2xf32>, tensor<2x2xf32>
  return %0 : tensor<3x2xf32>
}

// CHECK-LABEL: func @folds_constants
//       CHECK:   arith.constant dense<{{\[\[}}1.100000e+01, 1.200000e+01], [2.100000e+01, 2.200000e+01]]>
//  CHECK-NEXT:   return
func.func @folds_constants() -> tensor<2x2xf32> {
  %a = arith.constant dense<[[10.0], [20.0]]> : tensor<2x1xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = cnn.binary <add> %a, %b : tensor<2x1xf32>, tensor<2xf32>
  return %0 : tensor<2x2xf32>
}
