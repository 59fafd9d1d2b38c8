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

// One codebook for all channels, and one for each, whose number is the scale's
// place.
// CHECK-LABEL: func @codes
//   CHECK-DAG:   %[[N:.*]] = arith.constant {{.*}} : tensor<2x72x16xui8>
//   CHECK-DAG:   %[[B:.*]] = arith.constant {{.*}} : tensor<1x4xf32>
//       CHECK:   linalg.generic {{.*}} ins(%[[N]] : tensor<2x72x16xui8>)
//       CHECK:   tensor.extract %[[B]]
//       CHECK:   kernel.direct_conv
func.func @codes(%x: tensor<1x8x5x5xf32>) -> tensor<1x32x3x3xf32> {
  %n = arith.constant dense<3> : tensor<32x8x3x3xui8>
  %c = arith.constant dense<[0.0, 1.0, 2.0, 5.0]> : tensor<4xf32>
  %w = cnn.lookup %n, %c {cnn.stored} : tensor<32x8x3x3xui8>, tensor<4xf32>
  %y = cnn.conv %x, %w : tensor<1x8x5x5xf32>, tensor<32x8x3x3xf32>
  return %y : tensor<1x32x3x3xf32>
}

// CHECK-LABEL: func @codes_of_channels
//   CHECK-DAG:   %[[N:.*]] = arith.constant {{.*}} : tensor<1x9x8xui8>
//   CHECK-DAG:   %[[S:.*]] = arith.constant dense<{{\[\[}}0, 1, 2, 3, 4, 5, 6, 7]]> : tensor<1x8xi32>
//   CHECK-DAG:   %[[B:.*]] = arith.constant dense<{{.*}}5.0{{.*}}> : tensor<8x2xf32>
//       CHECK:   linalg.generic {{.*}} ins(%[[N]], %[[S]] : tensor<1x9x8xui8>, tensor<1x8xi32>)
//       CHECK:   ^bb0(%{{.*}}: ui8, %[[I:.*]]: i32,
//       CHECK:   %[[R:.*]] = arith.index_castui %[[I]] : i32 to index
//       CHECK:   tensor.extract %[[B]][%[[R]],
//       CHECK:   kernel.depthwise_conv
func.func @codes_of_channels(%x: tensor<1x8x5x5xf32>) -> tensor<1x8x3x3xf32> {
  %n = arith.constant dense<1> : tensor<8x1x3x3xui8>
  %c = arith.constant dense<[[[[[0.0, 1.0]]]], [[[[0.0, 2.0]]]], [[[[0.0, 3.0]]]], [[[[0.0, 4.0]]]],
                             [[[[0.0, 5.0]]]], [[[[0.0, 6.0]]]], [[[[0.0, 7.0]]]], [[[[0.0, 8.0]]]]]> : tensor<8x1x1x1x2xf32>
  %w = cnn.lookup %n, %c {cnn.stored} : tensor<8x1x3x3xui8>, tensor<8x1x1x1x2xf32>
  %y = cnn.conv %x, %w groups 8 : tensor<1x8x5x5xf32>, tensor<8x1x3x3xf32>
  return %y : tensor<1x8x3x3xf32>
}

// Without a zero in front it is arithmetic like any other.
// CHECK-LABEL: func @no_zero
//   CHECK-NOT:   kernel.depthwise_conv
func.func @no_zero(%x: tensor<1x8x5x5xf32>) -> tensor<1x8x3x3xf32> {
  %n = arith.constant dense<1> : tensor<8x1x3x3xui8>
  %c = arith.constant dense<1.0> : tensor<2xf32>
  %w = cnn.lookup %n, %c {cnn.stored} : tensor<8x1x3x3xui8>, tensor<2xf32>
  %y = cnn.conv %x, %w groups 8 : tensor<1x8x5x5xf32>, tensor<8x1x3x3xf32>
  return %y : tensor<1x8x3x3xf32>
}

// A product of few rows reads the codes: 4 bits for 9 numbers, in 8 columns of
// words for 8 lanes.
// CHECK-LABEL: func @row
//   CHECK-DAG:   %[[W:.*]] = arith.constant {{.*}} : tensor<2x20x8xi32>
//   CHECK-DAG:   %[[B:.*]] = arith.constant {{.*}} : tensor<16xf32>
//       CHECK:   kernel.lookup_matmul ins(%{{.*}}, %[[W]], %[[B]] : tensor<1x20xf32>
//  CHECK-SAME:   bits 4 vectors 8
func.func @row(%x: tensor<1x20xf32>) -> tensor<1x100xf32> {
  %n = arith.constant dense<3> : tensor<100x20xui8>
  %c = arith.constant dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]> : tensor<9xf32>
  %w = cnn.lookup %n, %c {cnn.stored} : tensor<100x20xui8>, tensor<9xf32>
  %y = cnn.gemm %x, %w transposeRhs : tensor<1x20xf32>, tensor<100x20xf32>
  return %y : tensor<1x100xf32>
}

// Codebooks that are multiples of each other are one, and a scale.
// CHECK-LABEL: func @binary
//   CHECK-DAG:   %[[B:.*]] = arith.constant dense<[0.000000e+00, 1.000000e+00, -1.000000e+00, -1.000000e+00]>
//   CHECK-DAG:   %[[S:.*]] = arith.constant dense<[2.000000e+00, 3.000000e+00]>
//       CHECK:   kernel.lookup_matmul ins(%{{.*}}, %{{.*}}, %[[B]] : {{.*}}) scale(%[[S]] : tensor<2xf32>)
//  CHECK-SAME:   bits 2
func.func @binary(%x: tensor<1x20xf32>) -> tensor<1x2xf32> {
  %n = arith.constant dense<1> : tensor<2x20xui8>
  %c = arith.constant dense<[[[0.0, 2.0, -2.0]], [[0.0, 3.0, -3.0]]]> : tensor<2x1x3xf32>
  %w = cnn.lookup %n, %c {cnn.stored} : tensor<2x20xui8>, tensor<2x1x3xf32>
  %y = cnn.gemm %x, %w transposeRhs : tensor<1x20xf32>, tensor<2x20xf32>
  return %y : tensor<1x2xf32>
}

// Other codebooks, and many rows, are widened.
// CHECK-LABEL: func @widened
//       CHECK:   kernel.matmul
//       CHECK:   kernel.matmul
func.func @widened(%x: tensor<1x20xf32>, %z: tensor<9x20xf32>) -> (tensor<1x2xf32>, tensor<9x2xf32>) {
  %n = arith.constant dense<1> : tensor<2x20xui8>
  %c = arith.constant dense<[[[0.0, 2.0, -2.0]], [[0.0, 3.0, -4.0]]]> : tensor<2x1x3xf32>
  %w = cnn.lookup %n, %c {cnn.stored} : tensor<2x20xui8>, tensor<2x1x3xf32>
  %y = cnn.gemm %x, %w transposeRhs : tensor<1x20xf32>, tensor<2x20xf32>
  %d = arith.constant dense<[0.0, 2.0]> : tensor<2xf32>
  %v = cnn.lookup %n, %d {cnn.stored} : tensor<2x20xui8>, tensor<2xf32>
  %u = cnn.gemm %z, %v transposeRhs : tensor<9x20xf32>, tensor<2x20xf32>
  return %y, %u : tensor<1x2xf32>, tensor<9x2xf32>
}

}
