// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy; numpy.save('%t/x.npy', numpy.full([1, 3, 1, 4], 255, 'f'))"
// RUN: split-file %s %t
// DEFINE: %{quantize} = --calibration=%t/x.npy --quantize=slow=integer,range=minmax,weights=int4
// RUN: cnn-opt %t/layers.mlir %{quantize},rounding=adaptive | FileCheck %t/layers.mlir
// RUN: cnn-opt %t/layers.mlir %{quantize},rounding=adaptive,engine=reference,max-drop=50 | FileCheck %t/layers.mlir
// RUN: cnn-opt %t/layers.mlir %{quantize},rounding=nearest | FileCheck %t/layers.mlir --check-prefix=NEAREST
// RUN: cnn-opt %t/layers.mlir %{quantize} | FileCheck %t/layers.mlir --check-prefix=NEAREST
// RUN: cnn-opt %t/layers.mlir %{quantize},rounding=adaptive --remarks-filter=cnn 2>&1 >%t/out.mlir | FileCheck %t/layers.mlir --check-prefix=REMARK
// RUN: cnn-opt %t/padded.mlir %{quantize},rounding=adaptive | FileCheck %t/padded.mlir
// RUN: cnn-opt %t/large.mlir %{quantize},rounding=adaptive --remarks-filter=cnn 2>&1 >%t/out.mlir | FileCheck %t/large.mlir

//--- layers.mlir

// All inputs are equal, so that only the sum of the weights counts: 7.8 is nearer
// to 8 than to 7. The squared error is 16 times less, 12 dB.
// REMARK-COUNT-3: weights are rounded for their inputs: 12 dB less error than that of the nearest integers
// CHECK-LABEL: func @layers
//   CHECK-DAG:   dense<{{\[\[}}{{\[\[}}1]], {{\[\[}}0]], {{\[\[}}7]]]]> : tensor<1x3x1x1xi8>
//   CHECK-DAG:   dense<{{\[\[}}{{\[\[}}1, 0, 7]]], {{\[\[}}[1, 0, 7]]], {{\[\[}}[1, 0, 7]]]]> : tensor<3x1x1x3xi8>
//   CHECK-DAG:   dense<{{\[\[}}1], [0], [7]]> : tensor<3x1xi8>

// NEAREST-LABEL: func @layers
//   NEAREST-DAG:   dense<{{\[\[}}{{\[\[}}0]], {{\[\[}}0]], {{\[\[}}7]]]]> : tensor<1x3x1x1xi8>
//   NEAREST-DAG:   dense<{{\[\[}}0], [0], [7]]> : tensor<3x1xi8>
func.func @layers(%x: tensor<1x3x1x4xf32>) -> (tensor<1x1x1x4xf32>, tensor<1x3x1x2xf32>, tensor<4x1xf32>) {
  %dense = arith.constant dense<[[[[0.4]], [[0.4]], [[7.0]]]]> : tensor<1x3x1x1xf32>
  %0 = cnn.conv %x, %dense : tensor<1x3x1x4xf32>, tensor<1x3x1x1xf32>
  %depthwise = arith.constant dense<[[[[0.4, 0.4, 7.0]]], [[[0.4, 0.4, 7.0]]], [[[0.4, 0.4, 7.0]]]]> : tensor<3x1x1x3xf32>
  %1 = cnn.conv %x, %depthwise groups 3 : tensor<1x3x1x4xf32>, tensor<3x1x1x3xf32>
  %rows = cnn.reshape %x to [4, 3] : tensor<1x3x1x4xf32>
  %matrix = arith.constant dense<[[0.4], [0.4], [7.0]]> : tensor<3x1xf32>
  %2 = cnn.matmul %rows, %matrix : tensor<4x3xf32>, tensor<3x1xf32>
  return %0, %1, %2 : tensor<1x1x1x4xf32>, tensor<1x3x1x2xf32>, tensor<4x1xf32>
}

//--- padded.mlir

// All taps but the middle one meet nothing but padding, and no error cancels.
// CHECK-LABEL: func @padded
//       CHECK:   dense<{{\[\[}}{{\[\[}}0, 7, 0]]], {{\[\[}}[0, 7, 0]]], {{\[\[}}[0, 7, 0]]]]> : tensor<3x1x1x3xi8>
func.func @padded(%x: tensor<1x3x1x4xf32>) -> tensor<1x3x1x4xf32> {
  %w = arith.constant dense<[[[[0.4, 7.0, 0.4]]], [[[0.4, 7.0, 0.4]]], [[[0.4, 7.0, 0.4]]]]> : tensor<3x1x1x3xf32>
  %0 = cnn.conv %x, %w pads [0, 4, 0, 4] dilations [1, 4] groups 3 : tensor<1x3x1x4xf32>, tensor<3x1x1x3xf32>
  return %0 : tensor<1x3x1x4xf32>
}

//--- large.mlir

// CHECK: its weights become the nearest integers, as there are more than 4608 per output channel
func.func @large(%x: tensor<1x3x1x4xf32>) -> tensor<1x1xf32> {
  %w = arith.constant dense<1.0> : tensor<4620x1xf32>
  %0 = cnn.expand %x to [385, 3, 1, 4] : tensor<1x3x1x4xf32>
  %1 = cnn.reshape %0 to [1, -1] : tensor<385x3x1x4xf32>
  %2 = cnn.matmul %1, %w : tensor<1x4620xf32>, tensor<4620x1xf32>
  return %2 : tensor<1x1xf32>
}
