// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy; numpy.save('%t/x.npy', numpy.arange(-64, 64, dtype='f').reshape(1, 2, 8, 8) / 32)"
// RUN: cnn-opt %s --quantize=slow=integer --calibration=%t/x.npy --mlir-disable-threading > %t/maps.mlir
// RUN: FileCheck %s < %t/maps.mlir

// The forms are those of imported QLinear operators.
// CHECK-LABEL: func @maps
func.func @maps(%x: tensor<1x2x8x8xf32>) -> tensor<1x2x1x1xf32> {
  %w = arith.constant dense<[[[[1.0]], [[-0.5]]], [[[0.25]], [[1.0]]]]> : tensor<2x2x1x1xf32>
  %v = arith.constant dense<1.0> : tensor<2x4x1x1xf32>
  // CHECK: %[[X:.*]] = cnn.quantize %arg0
  // CHECK: %[[S:.*]] = cnn.conv_integer %[[X]]
  // CHECK: %[[A:.*]] = cnn.requantize %[[S]]
  %0 = cnn.conv %x, %w : tensor<1x2x8x8xf32>, tensor<2x2x1x1xf32>
  // CHECK: %[[T:.*]] = cnn.gather %{{.*}}, %[[A]] axis 0 : tensor<256xui8>, tensor<1x2x8x8xui8>
  %1 = cnn.unary <silu> %0 : tensor<1x2x8x8xf32>
  // A sum and the relu behind it.
  // CHECK-DAG: %[[L:.*]] = cnn.dequantize %[[T]]
  // CHECK-DAG: %[[R:.*]] = cnn.dequantize %[[A]]
  // CHECK: %[[F:.*]] = cnn.binary <add> %[[L]], %[[R]]
  // CHECK: %[[B:.*]] = cnn.quantize %[[F]]
  // CHECK-NOT: relu
  %2 = cnn.binary <add> %1, %0 : tensor<1x2x8x8xf32>, tensor<1x2x8x8xf32>
  %3 = cnn.unary <relu> %2 : tensor<1x2x8x8xf32>
  // CHECK: %[[U:.*]] = cnn.conv_integer %[[B]], %{{.*}} groups 2
  // CHECK: %[[C:.*]] = cnn.requantize %[[U]], {{.*}} divisor %{{.*}} : tensor<8x8xf32>
  %4 = cnn.avg_pool %3 kernel [3, 3] pads [1, 1, 1, 1] : tensor<1x2x8x8xf32>
  // What has another user than the concat has a scale of its own.
  // CHECK: %[[D:.*]] = cnn.quantize %[[L]]
  // CHECK: %[[E:.*]] = cnn.concat %[[C]], %[[D]] axis 1 : tensor<1x2x8x8xui8>, tensor<1x2x8x8xui8>
  %5 = cnn.concat %4, %1 axis 1 : tensor<1x2x8x8xf32>, tensor<1x2x8x8xf32>
  // CHECK: %[[M:.*]] = cnn.reduce <sum> %{{.*}} axes [2, 3] keepDims : tensor<1x4x8x8xi32>
  // CHECK: cnn.requantize %[[M]], {{.*}} divisor %{{.*}} : tensor<f32>
  %6 = cnn.reduce <mean> %5 axes [2, 3] keepDims : tensor<1x4x8x8xf32>
  // CHECK: cnn.conv_integer
  // CHECK: %[[Z:.*]] = cnn.dequantize
  %7 = cnn.conv %6, %v : tensor<1x4x1x1xf32>, tensor<2x4x1x1xf32>
  // What only an output needs is computed in float.
  // CHECK: cnn.unary <sigmoid> %[[Z]]
  %8 = cnn.unary <sigmoid> %7 : tensor<1x2x1x1xf32>
  return %8 : tensor<1x2x1x1xf32>
}
