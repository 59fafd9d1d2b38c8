// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy; numpy.save('%t/x.npy', numpy.arange(32, dtype='f').reshape(1, 2, 4, 4))"
// RUN: cnn-opt %s --quantize=slow=integer --calibration=%t/x.npy | FileCheck %s

// Scales and shifts in a row are rounded once, behind the last.
// CHECK-LABEL: func @scales
//       CHECK:   %[[P:.*]] = cnn.max_pool %{{.*}} : tensor<1x2x4x4xui8>
//       CHECK:   %[[D:.*]] = cnn.dequantize %[[P]]
//       CHECK:   %[[M:.*]] = cnn.binary <mul> %[[D]]
//       CHECK:   %[[A:.*]] = cnn.binary <add> %[[M]]
//       CHECK:   %[[R:.*]] = cnn.quantize %[[A]]
//       CHECK:   cnn.conv_integer %[[R]]
func.func @scales(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x3x3xf32>
  %scale = arith.constant dense<[[[2.0]], [[3.0]]]> : tensor<2x1x1xf32>
  %shift = arith.constant dense<[[[1.0]], [[-4.0]]]> : tensor<2x1x1xf32>
  %0 = cnn.conv %x, %w pads [1, 1, 1, 1] : tensor<1x2x4x4xf32>, tensor<2x2x3x3xf32>
  %1 = cnn.max_pool %0 kernel [2, 2] : tensor<1x2x4x4xf32>
  %2 = cnn.binary <mul> %1, %scale : tensor<1x2x3x3xf32>, tensor<2x1x1xf32>
  %3 = cnn.binary <add> %2, %shift : tensor<1x2x3x3xf32>, tensor<2x1x1xf32>
  %4 = cnn.unary <relu> %3 : tensor<1x2x3x3xf32>
  %5 = cnn.conv %4, %w pads [0, 0, 1, 1] : tensor<1x2x3x3xf32>, tensor<2x2x3x3xf32>
  return %5 : tensor<1x2x2x2xf32>
}
