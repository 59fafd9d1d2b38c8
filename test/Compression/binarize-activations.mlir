// RUN: split-file %s %t
// RUN: cnn-opt %t/layer.mlir --binarize="activations=true layers=second" --remarks-filter=cnn 2>&1 | FileCheck %t/layer.mlir
// RUN: not cnn-opt %t/layer.mlir --binarize=activations=true 2>&1 | FileCheck %t/layer.mlir --check-prefix=NAMELESS
// RUN: not cnn-opt %t/layer.mlir --binarize="activations=true layers=second,third" 2>&1 | FileCheck %t/layer.mlir --check-prefix=UNKNOWN
// RUN: not cnn-opt %t/layer.mlir --binarize="activations=true layers=computed" 2>&1 | FileCheck %t/layer.mlir --check-prefix=COMPUTED

//--- layer.mlir

// All weights are the sign -1 and the scale 1.5. The bias is added in float32,
// before the activation. The first layer stays.
// CHECK: remark: {{.*}}activations become signs and a scale for each image, and 80 weights signs and a scale for each output channel: they differ by 0.00%
// CHECK-LABEL: func @layer
// CHECK: %[[X:.*]] = cnn.conv
// CHECK: %[[S:.*]] = cnn.unary <sign> %[[X]]
// CHECK: %[[ZERO:.*]] = arith.constant dense<1> : tensor<ui8>
// CHECK: %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK: %[[Q:.*]] = cnn.quantize %[[S]], %[[ONE]], %[[ZERO]]
// CHECK: %[[SIGNS:.*]] = arith.constant dense<-1> : tensor<4x20x1x1xi8>
// CHECK: %[[N:.*]] = cnn.conv_integer %[[Q]], %[[SIGNS]] inputZeroPoint %[[ZERO]] : tensor<ui8> strides [2, 2] pads [1, 1, 1, 1] :
// CHECK: %[[SCALES:.*]] = arith.constant dense<1.500000e+00> : tensor<4x1x1xf32>
// CHECK: %[[Y:.*]] = cnn.dequantize %[[N]], %[[SCALES]]
// CHECK: %[[A:.*]] = cnn.unary <abs> %[[S]]
// CHECK: %[[MEAN:.*]] = cnn.reduce <mean> %[[A]] axes [2, 3] keepDims
// CHECK: %[[PART:.*]] = cnn.reduce <mean> %[[MEAN]] axes [1] keepDims
// CHECK: %[[LEAST:.*]] = cnn.binary <max> %[[PART]], %{{.*}} : tensor<1x1x1x1xf32>, tensor<f32>
// CHECK: %[[A:.*]] = cnn.unary <abs> %[[X]]
// CHECK: %[[MEAN:.*]] = cnn.reduce <mean> %[[A]] axes [2, 3] keepDims
// CHECK: %[[SIZE:.*]] = cnn.reduce <mean> %[[MEAN]] axes [1] keepDims
// CHECK: %[[K:.*]] = cnn.binary <div> %[[SIZE]], %[[LEAST]]
// CHECK: %[[KY:.*]] = cnn.binary <mul> %[[Y]], %[[K]]
// CHECK: %[[BIAS:.*]] = arith.constant {{.*}} : tensor<4x1x1xf32>
// CHECK: %[[SUM:.*]] = cnn.binary <add> %[[KY]], %[[BIAS]]
// CHECK: cnn.unary <relu> %[[SUM]]
// CHECK: cnn.conv %

// NAMELESS: error: --binarize expects the names of the convolutions whose activations it makes signs: activations=true layers=NAME
// UNKNOWN: error: --binarize found no convolution 'third': with activations it expects names of two-dimensional convolutions, as remarks show them
// COMPUTED: error: at 'computed': --binarize makes no signs of the weights of this layer: they are not constants of float32; it expects two-dimensional convolutions with more than 64 constant weights of float32
func.func @layer(%x: tensor<1x20x4x4xf32>, %computed: tensor<4x4x1x1xf32>) -> tensor<1x4x3x3xf32> {
  %v = arith.constant dense<2.0> : tensor<20x20x1x1xf32>
  %0 = cnn.conv %x, %v : tensor<1x20x4x4xf32>, tensor<20x20x1x1xf32> loc("first")
  %w = arith.constant dense<-1.5> : tensor<4x20x1x1xf32>
  %b = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %1 = cnn.conv %0, %w bias %b : tensor<4xf32> strides [2, 2] pads [1, 1, 1, 1] activation <relu>
    : tensor<1x20x4x4xf32>, tensor<4x20x1x1xf32> loc("second")
  %2 = cnn.conv %1, %computed : tensor<1x4x3x3xf32>, tensor<4x4x1x1xf32> loc("computed")
  return %2 : tensor<1x4x3x3xf32>
}
