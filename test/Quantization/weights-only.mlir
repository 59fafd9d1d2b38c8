// RUN: split-file %s %t
// RUN: cnn-opt %t/layers.mlir --weights-only=int8 | FileCheck %t/layers.mlir --check-prefix=INT8
// RUN: cnn-opt %t/layers.mlir --weights-only=fp16 | FileCheck %t/layers.mlir --check-prefix=FP16
// RUN: cnn-opt %t/layers.mlir --weights-only=bf16 | FileCheck %t/layers.mlir --check-prefix=BF16
// RUN: cnn-opt %t/layers.mlir --weights-only=fp16 --remarks-filter=cnn 2>&1 >%t/out.mlir | FileCheck %t/layers.mlir --check-prefix=REMARK
// RUN: not cnn-opt %t/none.mlir --weights-only=int8 2>&1 | FileCheck %t/none.mlir
// RUN: not cnn-opt %t/none.mlir --weights-only=int5 2>&1 | FileCheck %t/none.mlir --check-prefix=FORMAT

// What the passes make of networks whose weights are stored: the same.
// RUN: cnn-opt %t/layers.mlir --weights-only=int8 -o %t/int8.mlirbc
// RUN: cnn-opt %t/int8.mlirbc --pipeline-until=B | FileCheck %t/layers.mlir --check-prefix=INT8
// RUN: cnn-opt %t/layers.mlir --weights-only=bf16 -o %t/bf16.mlirbc
// RUN: cnn-opt %t/bf16.mlirbc --pipeline-until=B | FileCheck %t/layers.mlir --check-prefix=BF16

//--- layers.mlir

// Of weights 254 in all channels the scale is 254 / 127 = 2.
// INT8-LABEL: func @layers
//   INT8-DAG:   %[[N:.*]] = arith.constant dense<127> : tensor<8x1x3x3xi8>
//   INT8-DAG:   %[[S:.*]] = arith.constant dense<2.000000e+00> : tensor<8x1x1x1xf32>
//   INT8-DAG:   %[[W:.*]] = cnn.dequantize %[[N]], %[[S]] {cnn.stored} : tensor<8x1x3x3xi8>, tensor<8x1x1x1xf32>
//   INT8-DAG:   cnn.dequantize %{{.*}} {cnn.stored} : tensor<8x9xi8>, tensor<1x9xf32>
//   INT8-DAG:   cnn.dequantize %{{.*}} {cnn.stored} : tensor<10x9xi8>, tensor<10x1xf32>
//       INT8:   cnn.conv %{{.*}}, %[[W]]

// FP16-LABEL: func @layers
//   FP16-DAG:   %[[N:.*]] = arith.constant dense<2.540000e+02> : tensor<8x1x3x3xf16>
//   FP16-DAG:   %[[M:.*]] = arith.constant dense<9.997{{.*}}e-02> : tensor<8x9xf16>
//   FP16-DAG:   %[[W:.*]] = cnn.cast %[[N]] to f32 {cnn.stored} : tensor<8x1x3x3xf16>
//   FP16-DAG:   %[[V:.*]] = cnn.cast %[[M]] to f32 {cnn.stored}
//       FP16:   cnn.conv %{{.*}}, %[[W]]
//       FP16:   cnn.gemm %{{.*}}, %[[V]]

// BF16-LABEL: func @layers
//   BF16-DAG:   %[[M:.*]] = arith.constant dense<1.000980e-01> : tensor<8x9xbf16>
//   BF16-DAG:   cnn.cast %[[M]] to f32 {cnn.stored} : tensor<8x9xbf16>
//   BF16-DAG:   cnn.cast %{{.*}} to f32 {cnn.stored} : tensor<10x9xbf16>

// The second gemm has weights beyond 65504, and the third has few.
// REMARK-DAG: WeightsOnly{{.*}}its weights stay: some are not finite, or too large for the format
// REMARK-DAG: WeightsOnly{{.*}}its weights stay: they are few
func.func @layers(%x: tensor<1x1x3x3xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<254.0> : tensor<8x1x3x3xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x3x3xf32>, tensor<8x1x3x3xf32>
  %1 = cnn.reshape %0 to [1, 8] : tensor<1x8x1x1xf32>
  %v = arith.constant dense<0.1> : tensor<8x9xf32>
  %2 = cnn.gemm %1, %v : tensor<1x8xf32>, tensor<8x9xf32>
  %3 = cnn.unary <relu> %2 : tensor<1x9xf32>
  %u = arith.constant dense<1.0e5> : tensor<10x9xf32>
  %4 = cnn.gemm %3, %u transposeRhs : tensor<1x9xf32>, tensor<10x9xf32>
  %5 = cnn.unary <relu> %4 : tensor<1x10xf32>
  %t = arith.constant dense<1.0> : tensor<2x10xf32>
  %6 = cnn.gemm %5, %t transposeRhs : tensor<1x10xf32>, tensor<2x10xf32>
  return %6 : tensor<1x2xf32>
}

//--- none.mlir

// CHECK: error: {{.*}}--weights-only found no weights to store: it expects two-dimensional convolutions, gemms or products with more than 64 constant weights of float32
// FORMAT: for the --weights-only option: Cannot find option named 'int5'!
func.func @none(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %0 = cnn.unary <relu> %x : tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}
