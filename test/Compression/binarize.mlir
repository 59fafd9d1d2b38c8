// RUN: split-file %s %t
// RUN: cnn-opt %t/layer.mlir --binarize | FileCheck %t/layer.mlir
// RUN: cnn-opt %t/layer.mlir --binarize=layers=second | FileCheck %t/layer.mlir --check-prefix=SECOND
// RUN: not cnn-opt %t/none.mlir --binarize 2>&1 | FileCheck %t/none.mlir

//--- layer.mlir

// CHECK-DAG:   arith.constant dense<1> : tensor<3x33xui8>
// CHECK-DAG:   arith.constant {{.*}}[0.000000e+00, 8.000000e+00, -8.000000e+00]{{.*}} : tensor<3x1x3xf32>
// CHECK-DAG:   arith.constant dense<2> : tensor<40x3xui8>
// CHECK: cnn.lookup {{.*}} {cnn.stored} : tensor<40x3xui8>

// SECOND-NOT: tensor<3x33xui8>
//     SECOND: tensor<40x3xui8>
func.func @layer(%x: tensor<1x33xf32>) -> tensor<1x40xf32> {
  %w = arith.constant dense<8.0> : tensor<3x33xf32>
  %y = cnn.gemm %x, %w transposeRhs : tensor<1x33xf32>, tensor<3x33xf32>
  %v = arith.constant dense<-0.5> : tensor<40x3xf32>
  %z = cnn.gemm %y, %v transposeRhs : tensor<1x3xf32>, tensor<40x3xf32> loc("second")
  return %z : tensor<1x40xf32>
}

//--- none.mlir

// CHECK: error: {{.*}}--binarize found no weights to share
func.func @none(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  return %x : tensor<1x4xf32>
}
