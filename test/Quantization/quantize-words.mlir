// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy; numpy.save('%t/x.npy', numpy.linspace(-1, 1, 4608 * 2, dtype='f').reshape(2, 512, 3, 3))"
// RUN: cnn-opt %s --quantize=activations=int16,range=minmax --calibration=%t/x.npy --mlir-disable-threading --remarks-filter=cnn 2>%t/remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t/remarks
// RUN: cnn-run %s --quantize=activations=int16,range=minmax --calibration=%t/x.npy --random-inputs --compare-reference

// 2^31 - 1 is 3669 * 512 * 9 * 127 + 417143: what is multiplied with the weights of
// 127 is within 3669, in any case. Functions are computed in floats.
// CHECK-LABEL: func @words
//   CHECK-DAG:   %[[LOW:.*]] = arith.constant dense<-3669> : tensor<i16>
//   CHECK-DAG:   %[[HIGH:.*]] = arith.constant dense<3669> : tensor<i16>
//       CHECK:   %[[X:.*]] = cnn.quantize %arg0
//       CHECK:   %[[A:.*]] = cnn.binary <max> %[[X]], %[[LOW]]
//       CHECK:   %[[B:.*]] = cnn.binary <min> %[[A]], %[[HIGH]]
//       CHECK:   %[[S:.*]] = cnn.conv_integer %[[B]], {{.*}} : tensor<1x512x3x3xi16>, tensor<2x512x3x3xi8>
//       CHECK:   %[[Y:.*]] = cnn.requantize %[[S]], {{.*}} tensor<i16>
//   CHECK-NOT:   cnn.binary
//       CHECK:   %[[F:.*]] = cnn.dequantize %[[Y]]
//       CHECK:   %[[G:.*]] = cnn.unary <sigmoid> %[[F]]
//       CHECK:   %[[Q:.*]] = cnn.quantize %[[G]], {{.*}} tensor<i16>
//       CHECK:   cnn.conv_integer %[[Q]]
//      REMARK:   input scale 0.000272554 zero point 0 within 3669 for sums of 32 bits, weights of 8 bits, output scale {{[0-9.]*}} zero point 0"
//      REMARK:   input scale {{[-e0-9.]*}} zero point 0, weights of 8 bits, output in float"
func.func @words(%x: tensor<1x512x3x3xf32>) -> tensor<1x2x1x1xf32> {
  %w = arith.constant dense<1.0> : tensor<2x512x3x3xf32>
  %v = arith.constant dense<1.0> : tensor<2x2x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x512x3x3xf32>, tensor<2x512x3x3xf32>
  %1 = cnn.unary <sigmoid> %0 : tensor<1x2x1x1xf32>
  %2 = cnn.conv %1, %v : tensor<1x2x1x1xf32>, tensor<2x2x1x1xf32>
  return %2 : tensor<1x2x1x1xf32>
}
