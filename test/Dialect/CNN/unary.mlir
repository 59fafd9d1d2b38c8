// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// Every function, with as many parameters as it has.
// CHECK-LABEL: func @functions
// CHECK: cnn.unary <relu> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <leaky_relu, 2.500000e-01> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <clip, 2.500000e-01, 5.000000e-01> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <elu, 2.500000e-01> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <selu, 2.500000e-01, 5.000000e-01> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <celu, 2.500000e-01> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <thresholded_relu, 2.500000e-01> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <sigmoid> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <hard_sigmoid, 2.500000e-01, 5.000000e-01> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <hard_swish> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <silu> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <mish> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <tanh> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <softplus> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <softsign> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <gelu> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <gelu_tanh> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <exp> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <log> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <sqrt> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <reciprocal> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <erf> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <abs> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <neg> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <floor> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <ceil> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <round> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <sign> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <sin> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <cos> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <tan> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <asin> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <acos> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <atan> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <sinh> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <cosh> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <asinh> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <acosh> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <atanh> %{{.*}} : tensor<1x4xf32>
// CHECK-NEXT: cnn.unary <shrink, 2.500000e-01, 5.000000e-01> %{{.*}} : tensor<1x4xf32>
func.func @functions(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = cnn.unary <relu> %x : tensor<1x4xf32>
  %1 = cnn.unary <leaky_relu, 2.500000e-01> %0 : tensor<1x4xf32>
  %2 = cnn.unary <clip, 2.500000e-01, 5.000000e-01> %1 : tensor<1x4xf32>
  %3 = cnn.unary <elu, 2.500000e-01> %2 : tensor<1x4xf32>
  %4 = cnn.unary <selu, 2.500000e-01, 5.000000e-01> %3 : tensor<1x4xf32>
  %5 = cnn.unary <celu, 2.500000e-01> %4 : tensor<1x4xf32>
  %6 = cnn.unary <thresholded_relu, 2.500000e-01> %5 : tensor<1x4xf32>
  %7 = cnn.unary <sigmoid> %6 : tensor<1x4xf32>
  %8 = cnn.unary <hard_sigmoid, 2.500000e-01, 5.000000e-01> %7 : tensor<1x4xf32>
  %9 = cnn.unary <hard_swish> %8 : tensor<1x4xf32>
  %10 = cnn.unary <silu> %9 : tensor<1x4xf32>
  %11 = cnn.unary <mish> %10 : tensor<1x4xf32>
  %12 = cnn.unary <tanh> %11 : tensor<1x4xf32>
  %13 = cnn.unary <softplus> %12 : tensor<1x4xf32>
  %14 = cnn.unary <softsign> %13 : tensor<1x4xf32>
  %15 = cnn.unary <gelu> %14 : tensor<1x4xf32>
  %16 = cnn.unary <gelu_tanh> %15 : tensor<1x4xf32>
  %17 = cnn.unary <exp> %16 : tensor<1x4xf32>
  %18 = cnn.unary <log> %17 : tensor<1x4xf32>
  %19 = cnn.unary <sqrt> %18 : tensor<1x4xf32>
  %20 = cnn.unary <reciprocal> %19 : tensor<1x4xf32>
  %21 = cnn.unary <erf> %20 : tensor<1x4xf32>
  %22 = cnn.unary <abs> %21 : tensor<1x4xf32>
  %23 = cnn.unary <neg> %22 : tensor<1x4xf32>
  %24 = cnn.unary <floor> %23 : tensor<1x4xf32>
  %25 = cnn.unary <ceil> %24 : tensor<1x4xf32>
  %26 = cnn.unary <round> %25 : tensor<1x4xf32>
  %27 = cnn.unary <sign> %26 : tensor<1x4xf32>
  %28 = cnn.unary <sin> %27 : tensor<1x4xf32>
  %29 = cnn.unary <cos> %28 : tensor<1x4xf32>
  %30 = cnn.unary <tan> %29 : tensor<1x4xf32>
  %31 = cnn.unary <asin> %30 : tensor<1x4xf32>
  %32 = cnn.unary <acos> %31 : tensor<1x4xf32>
  %33 = cnn.unary <atan> %32 : tensor<1x4xf32>
  %34 = cnn.unary <sinh> %33 : tensor<1x4xf32>
  %35 = cnn.unary <cosh> %34 : tensor<1x4xf32>
  %36 = cnn.unary <asinh> %35 : tensor<1x4xf32>
  %37 = cnn.unary <acosh> %36 : tensor<1x4xf32>
  %38 = cnn.unary <atanh> %37 : tensor<1x4xf32>
  %39 = cnn.unary <shrink, 2.500000e-01, 5.000000e-01> %38 : tensor<1x4xf32>
  return %39 : tensor<1x4xf32>
}

// Bounds that are not there are infinite.
// CHECK-LABEL: func @infinite
//       CHECK:   cnn.unary <clip, 0.000000e+00, 0x7FF0000000000000> %{{.*}} : tensor<?xi32>
func.func @infinite(%x: tensor<?xi32>) -> tensor<?xi32> {
  %0 = cnn.unary <clip, 0.0, 0x7FF0000000000000> %x : tensor<?xi32>
  return %0 : tensor<?xi32>
}

// CHECK-LABEL: func @bits
//       CHECK:   cnn.unary <bit_not> %{{.*}} : tensor<?xi1>
func.func @bits(%x: tensor<?xi1>) -> tensor<?xi1> {
  %0 = cnn.unary <bit_not> %x : tensor<?xi1>
  return %0 : tensor<?xi1>
}
