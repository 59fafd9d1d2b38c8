// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy; numpy.save('%t/x.npy', numpy.array([[[[255, 0]], [[100, 255]]]], 'f'))"
// RUN: split-file %s %t
// DEFINE: %{quantize} = --calibration=%t/x.npy --quantize=slow=integer,range=minmax,weights=int4,max-drop

// RUN: cnn-opt %t/two.mlir %{quantize}=0.1 | FileCheck %t/two.mlir
// RUN: cnn-opt %t/two.mlir %{quantize}=0.1,engine=reference | FileCheck %t/two.mlir
// RUN: cnn-opt %t/two.mlir %{quantize}=0.1 --remarks-filter=cnn 2>&1 >%t/out.mlir | FileCheck %t/two.mlir --check-prefix=REMARK
// RUN: cnn-opt %t/two.mlir %{quantize}=1 | FileCheck %t/two.mlir --check-prefix=ALL
// RUN: cnn-opt %t/classes.mlir %{quantize}=0.1 | FileCheck %t/classes.mlir
// RUN: not cnn-opt %t/one.mlir %{quantize}=0.1 2>&1 | FileCheck %t/one.mlir

//--- two.mlir

// The first layer is exact in integers; the second loses its weights 0.4, with a
// noise of (0.4 / 7)^2.
// CHECK-LABEL: func @two
//       CHECK:   cnn.conv_integer
//       CHECK:   %[[Y:.*]] = cnn.dequantize
//       CHECK:   %[[Z:.*]] = cnn.conv %[[Y]]
//       CHECK:   cnn.unary <relu> %[[Z]]
//   CHECK-NOT:   cnn.quantize
//   CHECK-NOT:   cnn.silent

// Each once, although other choices were tried.
// REMARK-DAG: {{.*}}Quantize{{.*}}1 of 2 layers stay in float, for a loss of 0 percent
// REMARK-DAG: {{.*}}Quantize{{.*}}it stays in float: integers have a signal-to-noise ratio of 25.1 dB
// REMARK-DAG: {{.*}}Quantize{{.*}}input scale 1 zero point 0, weights of 4 bits, output in float
// REMARK-NOT: signal-to-noise

// ALL-LABEL: func @two
//       ALL:   cnn.conv_integer
//       ALL:   cnn.conv_integer
//   ALL-NOT:   cnn.conv
func.func @two(%x: tensor<1x2x1x2xf32>) -> tensor<1x2x1x2xf32> {
  %v = arith.constant dense<[[[[7.0]], [[0.0]]], [[[0.0]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %w = arith.constant dense<[[[[7.0]], [[0.4]]], [[[0.4]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %0 = cnn.conv %x, %v : tensor<1x2x1x2xf32>, tensor<2x2x1x1xf32>
  %1 = cnn.conv %0, %w : tensor<1x2x1x2xf32>, tensor<2x2x1x1xf32>
  %2 = cnn.unary <relu> %1 : tensor<1x2x1x2xf32>
  return %2 : tensor<1x2x1x2xf32>
}

//--- classes.mlir

// The class stays the same.
// CHECK-LABEL: func @classes
//       CHECK:   cnn.matmul_integer
//   CHECK-NOT:   cnn.matmul
func.func @classes(%x: tensor<1x2x1x2xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[7.0, 0.4], [0.4, 7.0], [0.0, 0.0], [0.0, 0.0]]> : tensor<4x2xf32>
  %0 = cnn.reshape %x to [1, -1] : tensor<1x2x1x2xf32>
  %1 = cnn.matmul %0, %w : tensor<1x4xf32>, tensor<4x2xf32>
  return %1 : tensor<1x2xf32>
}

//--- one.mlir

// CHECK: error: no layer can be quantized with a loss of at most 0.1 percent, as max-drop of --quantize says; the least one was 0.313
func.func @one(%x: tensor<1x2x1x2xf32>) -> tensor<1x2x1x2xf32> {
  %w = arith.constant dense<[[[[7.0]], [[0.4]]], [[[0.4]], [[7.0]]]]> : tensor<2x2x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x2x1x2xf32>, tensor<2x2x1x1xf32>
  return %0 : tensor<1x2x1x2xf32>
}
