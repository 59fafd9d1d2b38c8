// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy; numpy.save('%t/x.npy', numpy.array([[[[-1, 254]]], [[[0, 100]]]], 'f'))"
// RUN: split-file %s %t
// RUN: cnn-opt %t/uint8.mlir --quantize=slow=integer,range=minmax --calibration=%t/x.npy | FileCheck %t/uint8.mlir
// RUN: cnn-opt %t/uint8.mlir --quantize=slow=integer,range=minmax,engine=reference --calibration=%t/x.npy | FileCheck %t/uint8.mlir
// RUN: cnn-opt %t/uint8.mlir --quantize=slow=integer,range=minmax,activations=int8,weights=int4 --calibration=%t/x.npy | FileCheck %t/uint8.mlir --check-prefix=INT8
// RUN: cnn-opt %t/uint8.mlir --quantize=slow=integer,weights=int7 --calibration=%t/x.npy | FileCheck %t/uint8.mlir --check-prefix=INT7
// RUN: cnn-opt %t/uint8.mlir --quantize=slow=integer,weights=int6 --calibration=%t/x.npy | FileCheck %t/uint8.mlir --check-prefix=INT6
// RUN: cnn-opt %t/float.mlir --quantize=slow=integer,range=minmax,keep=second --calibration=%t/x.npy | FileCheck %t/float.mlir
// RUN: cnn-opt %t/float.mlir --quantize=slow=integer,range=minmax,keep=second --calibration=%t/x.npy --remarks-filter=cnn 2>&1 >%t/out.mlir | FileCheck %t/float.mlir --check-prefix=REMARK
// RUN: cnn-opt %t/float.mlir --quantize=slow=integer,first=float --calibration=%t/x.npy | FileCheck %t/float.mlir --check-prefix=FIRST
// RUN: cnn-opt %t/float.mlir --quantize=slow=integer,last=float --calibration=%t/x.npy | FileCheck %t/float.mlir

//--- uint8.mlir

// x in [-1, 254] has scale 1 and zero point 1. Weights 127 have scale 1, the bias
// stays. relu of 127 * x in [0, 32258] has scale 126.50196, and saturation does it.
// CHECK-LABEL: func @layers
//   CHECK-DAG:   %[[ONE:.*]] = arith.constant dense<1> : tensor<ui8>
//   CHECK-DAG:   %[[ZERO:.*]] = arith.constant dense<0> : tensor<ui8>
//   CHECK-DAG:   %[[UNIT:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
//   CHECK-DAG:   %[[SUM:.*]] = arith.constant dense<1.000000e+00> : tensor<1x1x1xf32>
//   CHECK-DAG:   %[[BIAS:.*]] = arith.constant dense<10> : tensor<1xi32>
//   CHECK-DAG:   %[[SCALE:.*]] = arith.constant dense<126.5{{.*}}> : tensor<f32>
//       CHECK:   %[[X:.*]] = cnn.quantize %{{.*}}, %[[UNIT]], %[[ONE]]
//       CHECK:   %[[S:.*]] = cnn.conv_integer %[[X]], %{{.*}} inputZeroPoint %[[ONE]] : tensor<ui8> bias %[[BIAS]] : tensor<1xi32> : tensor<1x1x1x2xui8>, tensor<1x1x1x1xi8>
//       CHECK:   %[[Y:.*]] = cnn.requantize %[[S]], %[[SUM]], %[[SCALE]], %[[ZERO]]
//   CHECK-NOT:   relu
//       CHECK:   %[[P:.*]] = cnn.reduce <max> %[[Y]] {{.*}} tensor<1x1x1x2xui8>
//       CHECK:   %[[T:.*]] = cnn.conv_integer %[[P]], %{{.*}} : tensor<1x1x1x1xui8>, tensor<1x1x1x1xi8>
//       CHECK:   %[[Z:.*]] = cnn.dequantize %[[T]], %{{.*}} : tensor<1x1x1x1xi32>, tensor<1x1x1xf32>
//       CHECK:   return %[[Z]]

// INT7: arith.constant dense<63> : tensor<1x1x1x1xi8>
// INT6: arith.constant dense<31> : tensor<1x1x1x1xi8>

// Symmetric numbers have no zero point, so that relu is a maximum.
// INT8-LABEL: func @layers
//   INT8-DAG:   %[[SCALE:.*]] = arith.constant dense<2.000000e+00> : tensor<f32>
//   INT8-DAG:   %[[ZERO:.*]] = arith.constant dense<0> : tensor<i8>
//   INT8-DAG:   arith.constant dense<7> : tensor<1x1x1x1xi8>
//       INT8:   cnn.quantize %{{.*}}, %[[SCALE]], %[[ZERO]]
//       INT8:   cnn.conv_integer {{.*}} : tensor<1x1x1x2xi8>
//       INT8:   %[[Y:.*]] = cnn.requantize
//       INT8:   cnn.binary <max> %[[Y]], %[[ZERO]]
func.func @layers(%x: tensor<1x1x1x2xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<127.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<10.0> : tensor<1xf32>
  %0 = cnn.conv %x, %w bias %b : tensor<1xf32> : tensor<1x1x1x2xf32>, tensor<1x1x1x1xf32>
  %1 = cnn.unary <relu> %0 : tensor<1x1x1x2xf32>
  %2 = cnn.reduce <max> %1 axes [2, 3] keepDims : tensor<1x1x1x2xf32>
  %3 = cnn.conv %2, %w : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>
  return %3 : tensor<1x1x1x1xf32>
}

//--- float.mlir

// REMARK-DAG: {{.*}}Quantize{{.*}}input scale 1 zero point 1, weights of 8 bits, output in float
// REMARK-DAG: {{.*}}Quantize{{.*}}it is to stay in float
// CHECK-LABEL: func @two
//       CHECK:   cnn.conv_integer
//       CHECK:   %[[Y:.*]] = cnn.dequantize
//       CHECK:   cnn.conv %[[Y]]

// FIRST-LABEL: func @two
//       FIRST:   %[[Y:.*]] = cnn.conv %arg0
//       FIRST:   %[[Q:.*]] = cnn.quantize %[[Y]]
//       FIRST:   cnn.conv_integer %[[Q]]
func.func @two(%x: tensor<1x1x1x2xf32>) -> tensor<1x1x1x2xf32> {
  %w = arith.constant dense<127.0> : tensor<1x1x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x1x2xf32>, tensor<1x1x1x1xf32> loc("first")
  %1 = cnn.conv %0, %w : tensor<1x1x1x2xf32>, tensor<1x1x1x1xf32> loc("second")
  return %1 : tensor<1x1x1x2xf32>
}
