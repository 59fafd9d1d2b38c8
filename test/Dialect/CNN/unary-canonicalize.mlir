// RUN: cnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @folds
//       CHECK:   arith.constant dense<[0.000000e+00, 2.000000e+00]> : tensor<2xf16>
func.func @folds() -> tensor<2xf16> {
  %c = arith.constant dense<[-1.0, 2.0]> : tensor<2xf16>
  %0 = cnn.unary <relu> %c : tensor<2xf16>
  return %0 : tensor<2xf16>
}

// 1 + 2^-40 is no float32.
// CHECK-LABEL: func @keeps_float64
//       CHECK:   arith.constant dense<-1.00000000000{{0*[1-9].*}}> : tensor<1xf64>
func.func @keeps_float64() -> tensor<1xf64> {
  %c = arith.constant dense<0x3FF0000000001000> : tensor<1xf64>
  %0 = cnn.unary <neg> %c : tensor<1xf64>
  return %0 : tensor<1xf64>
}

// CHECK-LABEL: func @keeps_integers
//       CHECK:   cnn.unary <abs>
func.func @keeps_integers() -> tensor<1xi64> {
  %c = arith.constant dense<-1> : tensor<1xi64>
  %0 = cnn.unary <abs> %c : tensor<1xi64>
  return %0 : tensor<1xi64>
}
