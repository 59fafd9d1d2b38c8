// RUN: split-file %s %t
// RUN: cnn-opt %t/layer.mlir --canonicalize --ternarize | FileCheck %t/layer.mlir
// RUN: cnn-opt %t/layer.mlir --canonicalize --ternarize=threshold=mean | FileCheck %t/layer.mlir --check-prefix=MEAN
// RUN: cnn-opt %t/layer.mlir --canonicalize --ternarize=per=channel | FileCheck %t/layer.mlir --check-prefix=CHANNEL
// RUN: not cnn-opt %t/layer.mlir --ternarize=threshold=median 2>&1 | FileCheck %t/layer.mlir --check-prefix=OPTION
// RUN: not cnn-opt %t/none.mlir --ternarize 2>&1 | FileCheck %t/none.mlir

//--- layer.mlir

// One weight in three is 8, one -2, one 1: with 8 alone the squared difference
// is least, and all that is negative is -2. The mean of the sizes is 11/3, and
// 0.7 times that is above 2.
//   CHECK:   arith.constant dense<[0.000000e+00, 8.000000e+00, -2.000000e+00]> : tensor<3xf32>
//   CHECK:   cnn.lookup %{{.*}} {cnn.stored} : tensor<3x33xui8>, tensor<3xf32>
//    MEAN:   arith.constant dense<[0.000000e+00, 8.000000e+00, {{-?}}0.000000e+00]> : tensor<3xf32>
// CHANNEL:   arith.constant dense<{{.*}}[0.000000e+00, 8.000000e+00, {{-?}}0.000000e+00]{{.*}}[0.000000e+00, 0.000000e+00, -2.000000e+00]{{.*}}[0.000000e+00, 1.000000e+00, {{-?}}0.000000e+00]{{.*}}> : tensor<3x1x3xf32>
//  OPTION: Cannot find option named 'median'
func.func @layer(%x: tensor<1x33xf32>) -> tensor<1x3xf32> {
  %c = arith.constant dense<0> : tensor<3x33xui8>
  %b = arith.constant dense<[[[8.0]], [[-2.0]], [[1.0]]]> : tensor<3x1x1xf32>
  %w = cnn.lookup %c, %b : tensor<3x33xui8>, tensor<3x1x1xf32>
  %y = cnn.gemm %x, %w transposeRhs : tensor<1x33xf32>, tensor<3x33xf32>
  return %y : tensor<1x3xf32>
}

//--- none.mlir

// CHECK: error: {{.*}}--ternarize found no weights to share
func.func @none(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  return %x : tensor<1x4xf32>
}
