// RUN: cnn-opt %s --convert-cnn-to-kernel | FileCheck %s

// The product is never fused with a sum.
// CHECK-LABEL: func @dequantizes
//       CHECK:   linalg.generic
//       CHECK:     %[[WIDE:.*]] = arith.extui %{{.*}} : i8 to i32
//       CHECK:     %[[DIFFERENCE:.*]] = arith.subi %[[WIDE]]
//       CHECK:     %[[FLOAT:.*]] = arith.sitofp %[[DIFFERENCE]]
//       CHECK:     arith.mulf %[[FLOAT]], %{{.*}} {cnn.keeps_rounding}
func.func @dequantizes(%x: tensor<2x4xui8>) -> tensor<2x4xf32> {
  %s = arith.constant dense<0.3> : tensor<f32>
  %z = arith.constant dense<3> : tensor<ui8>
  %0 = cnn.dequantize %x, %s zeroPoint %z : tensor<ui8> : tensor<2x4xui8>, tensor<f32>
  return %0 : tensor<2x4xf32>
}

// A NaN is not above the smallest integer. Added to 1.5 * 2^23, a float has the
// integer in its last bits.
// CHECK-LABEL: func @saturates
//       CHECK:     %[[X:.*]] = arith.divf
//       CHECK:     %[[LEAST:.*]] = arith.constant -1.310000e+02
//       CHECK:     %[[LARGEST:.*]] = arith.constant 1.240000e+02
//       CHECK:     %[[ABOVE:.*]] = arith.cmpf ogt, %[[X]], %[[LEAST]]
//       CHECK:     %[[LOW:.*]] = arith.select %[[ABOVE]], %[[X]], %[[LEAST]]
//       CHECK:     %[[BELOW:.*]] = arith.cmpf olt, %[[LOW]], %[[LARGEST]]
//       CHECK:     %[[Y:.*]] = arith.select %[[BELOW]], %[[LOW]], %[[LARGEST]]
//       CHECK:     %[[MAGIC:.*]] = arith.constant 0x4B400000
//       CHECK:     %[[SUM:.*]] = arith.addf %[[Y]], %[[MAGIC]]
//       CHECK:     %[[BITS:.*]] = arith.bitcast %[[SUM]]
//       CHECK:     %[[BYTE:.*]] = arith.trunci %[[BITS]] : i32 to i8
//       CHECK:     %[[ZERO:.*]] = arith.constant 3 : i8
//       CHECK:     arith.addi %[[BYTE]], %[[ZERO]]
func.func @saturates(%x: tensor<2x4xf32>) -> tensor<2x4xi8> {
  %s = arith.constant dense<0.3> : tensor<f32>
  %z = arith.constant dense<3> : tensor<i8>
  %0 = cnn.quantize %x, %s, %z : tensor<2x4xf32>, tensor<f32>, tensor<i8>
  return %0 : tensor<2x4xi8>
}

// The zero point leaves the weights while compiling, the input before it is
// padded with zeros.
// CHECK-LABEL: func @convolves
//       CHECK:   arith.subi {{.*}} : i16
//       CHECK:   arith.constant dense<{{.*}}3, 2, 1{{.*}}> : tensor<1x1x3xi16>
//       CHECK:   linalg.fill ins(%{{.*}} : i16)
//       CHECK:   tensor.insert_slice
//       CHECK:   arith.extsi %{{.*}} : i16 to i32
//       CHECK:   arith.muli
//       CHECK:   arith.addi
func.func @convolves(%x: tensor<1x1x8xui8>) -> tensor<1x1x8xi32> {
  %w = arith.constant dense<[[[2, 1, 0]]]> : tensor<1x1x3xi8>
  %wz = arith.constant dense<-1> : tensor<i8>
  %xz = arith.constant dense<7> : tensor<ui8>
  %0 = cnn.conv_integer %x, %w inputZeroPoint %xz : tensor<ui8> filterZeroPoint %wz : tensor<i8>
    pads [1, 1] : tensor<1x1x8xui8>, tensor<1x1x3xi8>
  return %0 : tensor<1x1x8xi32>
}
