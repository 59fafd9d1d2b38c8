// RUN: cnn-opt %s --widen-weights | FileCheck %s
// RUN: cnn-translate %s --stored-weights=widen --emit=mlir --until=B | FileCheck %s --check-prefix=WIDE
// RUN: cnn-translate %s --weights-format=compressed --emit=mlir --until=B | FileCheck %s --check-prefix=WIDE
// RUN: cnn-translate %s --emit=mlir --until=B | FileCheck %s --check-prefix=KEPT
// RUN: cnn-translate %s --weights-format=compressed --stored-weights=keep --emit=mlir --until=B | FileCheck %s --check-prefix=KEPT
// RUN: cnn-run %s --stored-weights=widen --compare-reference

// The codes of one filter, scales of another's channels, and halves of a third;
// what a product reads stays, even where a filter is the same.
// CHECK-LABEL: func @layers
//   CHECK-DAG:   %[[A:.*]] = arith.constant dense<{{\[\[\[\[}}0.000000e+00]], {{\[\[}}2.500000e-01]]], {{\[\[\[}}-5.000000e-01]], {{\[\[}}2.500000e-01]]]]> : tensor<2x2x1x1xf32>
//   CHECK-DAG:   %[[B:.*]] = arith.constant dense<{{\[\[\[\[}}5.000000e-01]], {{\[\[}}1.000000e+00]]], {{\[\[\[}}7.500000e-01]], {{\[\[}}1.000000e+00]]]]> : tensor<2x2x1x1xf32>
//   CHECK-DAG:   %[[C:.*]] = arith.constant dense<1.500000e+00> : tensor<2x2x1x1xf32>
//       CHECK:   %[[X:.*]] = cnn.conv %{{.*}}, %[[A]] :
//       CHECK:   %[[Y:.*]] = cnn.conv %[[X]], %[[B]] :
//       CHECK:   cnn.conv_transpose %[[Y]], %[[C]] :
//       CHECK:   %[[W:.*]] = cnn.lookup {{.*}} {cnn.stored}
//       CHECK:   cnn.matmul %{{.*}}, %[[W]]
// WIDE-COUNT-1: {cnn.stored}
// WIDE-NOT: {cnn.stored}
// KEPT-COUNT-4: {cnn.stored}
func.func @layers(%x: tensor<1x2x1x1xf32>) -> tensor<1x2xf32> {
  %codes = arith.constant dense<[[[[0]], [[2]]], [[[1]], [[2]]]]> : tensor<2x2x1x1xui8>
  %book = arith.constant dense<[0.0, -0.5, 0.25]> : tensor<3xf32>
  %a = cnn.lookup %codes, %book {cnn.stored} : tensor<2x2x1x1xui8>, tensor<3xf32>
  %bytes = arith.constant dense<[[[[1]], [[2]]], [[[3]], [[4]]]]> : tensor<2x2x1x1xi8>
  %scales = arith.constant dense<[[[[0.5]]], [[[0.25]]]]> : tensor<2x1x1x1xf32>
  %b = cnn.dequantize %bytes, %scales {cnn.stored} : tensor<2x2x1x1xi8>, tensor<2x1x1x1xf32>
  %halves = arith.constant dense<1.5> : tensor<2x2x1x1xf16>
  %c = cnn.cast %halves to f32 {cnn.stored} : tensor<2x2x1x1xf16>
  %0 = cnn.conv %x, %a : tensor<1x2x1x1xf32>, tensor<2x2x1x1xf32>
  %1 = cnn.conv %0, %b : tensor<1x2x1x1xf32>, tensor<2x2x1x1xf32>
  %2 = cnn.conv_transpose %1, %c : tensor<1x2x1x1xf32>, tensor<2x2x1x1xf32>
  %3 = cnn.reshape %2 to [1, 2] : tensor<1x2x1x1xf32>
  %matrix = arith.constant dense<[[0, 1], [2, 1]]> : tensor<2x2xui8>
  %d = cnn.lookup %matrix, %book {cnn.stored} : tensor<2x2xui8>, tensor<3xf32>
  %4 = cnn.matmul %3, %d : tensor<1x2xf32>, tensor<2x2xf32>
  return %4 : tensor<1x2xf32>
}
