// RUN: cnn-opt %s --convert-cnn-to-kernel --canonicalize | FileCheck %s

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// Two filter blocks of 16 channels: numbers and scales are packed alike.
// CHECK-LABEL: func @bytes
//   CHECK-DAG:   %[[N:.*]] = arith.constant {{.*}} : tensor<2x72x16xi8>
//   CHECK-DAG:   %[[S:.*]] = arith.constant {{.*}} : tensor<2x16xf32>
//       CHECK:   %[[W:.*]] = linalg.generic {{.*}} ins(%[[N]], %[[S]] : tensor<2x72x16xi8>, tensor<2x16xf32>)
//       CHECK:   arith.sitofp
//       CHECK:   arith.mulf
//       CHECK:   %[[F:.*]] = tensor.expand_shape %[[W]] {{.*}} into tensor<2x1x3x3x8x16xf32>
//       CHECK:   kernel.direct_conv ins(%{{.*}}, %[[F]] :
func.func @bytes(%x: tensor<1x8x5x5xf32>) -> tensor<1x32x3x3xf32> {
  %n = arith.constant dense<3> : tensor<32x8x3x3xi8>
  %s = arith.constant dense<0.5> : tensor<32x1x1x1xf32>
  %w = cnn.dequantize %n, %s {cnn.stored} : tensor<32x8x3x3xi8>, tensor<32x1x1x1xf32>
  %y = cnn.conv %x, %w : tensor<1x8x5x5xf32>, tensor<32x8x3x3xf32>
  return %y : tensor<1x32x3x3xf32>
}

// CHECK-LABEL: func @depthwise
//   CHECK-DAG:   %[[N:.*]] = arith.constant {{.*}} : tensor<1x9x8xbf16>
//       CHECK:   linalg.generic {{.*}} ins(%[[N]] : tensor<1x9x8xbf16>)
//       CHECK:   arith.extf
//       CHECK:   kernel.depthwise_conv
func.func @depthwise(%x: tensor<1x8x5x5xf32>) -> tensor<1x8x3x3xf32> {
  %n = arith.constant dense<3.0> : tensor<8x1x3x3xbf16>
  %w = cnn.cast %n to f32 {cnn.stored} : tensor<8x1x3x3xbf16>
  %y = cnn.conv %x, %w groups 8 : tensor<1x8x5x5xf32>, tensor<8x1x3x3xf32>
  return %y : tensor<1x8x3x3xf32>
}

// A matrix that is read once stays as it is stored. Of 9 columns one panel of two
// blocks has 16.
// CHECK-LABEL: func @matrix
//   CHECK-DAG:   %[[N:.*]] = arith.constant {{.*}} : tensor<1x70x16xi8>
//   CHECK-DAG:   %[[S:.*]] = arith.constant {{.*}} : tensor<16xf32>
//       CHECK:   kernel.matmul ins(%{{.*}}, %[[N]] : tensor<1x70xf32>, tensor<1x70x16xi8>) scale(%[[S]] : tensor<16xf32>)
func.func @matrix(%x: tensor<1x70xf32>) -> tensor<1x9xf32> {
  %n = arith.constant dense<3> : tensor<9x70xi8>
  %s = arith.constant dense<0.5> : tensor<9x1xf32>
  %w = cnn.dequantize %n, %s {cnn.stored} : tensor<9x70xi8>, tensor<9x1xf32>
  %y = cnn.gemm %x, %w transposeRhs : tensor<1x70xf32>, tensor<9x70xf32>
  return %y : tensor<1x9xf32>
}

// Several tiles of rows would widen it several times.
// CHECK-LABEL: func @matrix_of_many_rows
//       CHECK:   %[[W:.*]] = linalg.generic
//       CHECK:   arith.extf
//       CHECK:   kernel.matmul ins(%{{.*}}, %{{.*}} : tensor<50x70xf32>, tensor<1x70x16xf32>)
func.func @matrix_of_many_rows(%x: tensor<50x70xf32>) -> tensor<50x9xf32> {
  %n = arith.constant dense<3.0> : tensor<70x9xf16>
  %w = cnn.cast %n to f32 {cnn.stored} : tensor<70x9xf16>
  %y = cnn.matmul %x, %w : tensor<50x70xf32>, tensor<70x9xf32>
  return %y : tensor<50x9xf32>
}

// Without the attribute it is arithmetic like any other, and done by now.
// CHECK-LABEL: func @not_stored
//   CHECK-NOT:   linalg.generic
//       CHECK:   arith.constant {{.*}} : tensor<1x9x8xf32>
//       CHECK:   return
func.func @not_stored() -> tensor<1x9x8xf32> {
  %n = arith.constant dense<3.0> : tensor<1x9x8xbf16>
  %w = cnn.cast %n to f32 : tensor<1x9x8xbf16>
  return %w : tensor<1x9x8xf32>
}

}
