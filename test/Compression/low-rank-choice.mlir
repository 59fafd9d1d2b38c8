// RUN: rm -rf %t && split-file %s %t
// DEFINE: %{options} =
// DEFINE: %{energy} = cnn-opt %t/energy.mlir --low-rank="method=svd slower=accept %{options}" --remarks-filter=cnn 2>&1 | FileCheck %t/energy.mlir --check-prefix
// REDEFINE: %{options} = energy=0.79
// RUN: %{energy}=TWO
// REDEFINE: %{options} = rank=layer:2
// RUN: %{energy}=TWO
// REDEFINE: %{options} = energy=0.81
// RUN: %{energy}=WHOLE
// REDEFINE: %{options} = keep=layer
// RUN: %{energy}=KEEP

// DEFINE: %{budget} = cnn-opt %t/budget.mlir --low-rank="method=svd slower=accept %{options}" --remarks-filter=cnn 2>&1 | FileCheck %t/budget.mlir --check-prefix
// REDEFINE: %{options} = params=0.8
// RUN: %{budget}=FIRST
// REDEFINE: %{options} = macs=0.8
// RUN: %{budget}=FIRST
// REDEFINE: %{options} = params=0.8 keep=first
// RUN: %{budget}=SECOND
// RUN: cnn-opt %t/budget.mlir --low-rank="speed=1.01" --remarks-filter=cnn 2>&1 | FileCheck %t/budget.mlir --check-prefix=FIRST

// RUN: cnn-opt %t/slower.mlir --low-rank --remarks-filter=cnn 2>&1 | FileCheck %t/slower.mlir
// RUN: cnn-opt %t/slower.mlir --low-rank=slower=accept --remarks-filter=cnn 2>&1 | FileCheck %t/slower.mlir --check-prefix=ACCEPT
// RUN: cnn-opt %t/stays.mlir --low-rank=method=spatial --remarks-filter=cnn 2>&1 | FileCheck %t/stays.mlir

//--- energy.mlir

// A diagonal matrix has its singular values there: squares 4, 4, 1, 1 of 10.
// Two of them take 2 * (4 + 4) weights, as many as there are; one more row of
// zeros, and there is something to save: 2 * (5 + 4) < 20.
// TWO:       LowRank{{.*}}svd of rank 2 keeps 80.00 % of the energy of its weights: multiply-adds 20 to 18, weights 20 to 18
// TWO:       cnn.gemm %{{.*}} : tensor<1x4xf32>, tensor<2x4xf32>
// TWO:       cnn.gemm %{{.*}} : tensor<1x2xf32>, tensor<5x2xf32>
// WHOLE:     Missed{{.*}}no decomposition that keeps the energy asked for pays
// WHOLE-NOT: tensor<2x4xf32>
// KEEP:      Missed{{.*}}it is to stay
// KEEP-NOT:  tensor<2x4xf32>
func.func @energy(%x: tensor<1x4xf32>) -> tensor<1x5xf32> {
  %w = arith.constant dense<[[2.0, 0.0, 0.0, 0.0], [0.0, -2.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, -1.0], [0.0, 0.0, 0.0, 0.0]]> : tensor<5x4xf32>
  %0 = cnn.gemm %x, %w transposeRhs : tensor<1x4xf32>, tensor<5x4xf32> loc("layer")
  return %0 : tensor<1x5xf32>
}

//--- budget.mlir

// The first layer is of rank 1, and loses nothing; the second one does.
// FIRST-DAG:  LowRank{{.*}}of rank 1 keeps 100.00 %
// FIRST-DAG:  Missed{{.*}}other layers lose less
// FIRST-DAG:  1 of 2 layers
// SECOND-DAG: Missed{{.*}}it is to stay
// SECOND-DAG: LowRank{{.*}}svd of rank 1 keeps 80.00 %
func.func @budget(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %w = arith.constant dense<1.0> : tensor<4x4xf32>
  %0 = cnn.gemm %x, %w transposeRhs : tensor<1x4xf32>, tensor<4x4xf32> loc("first")
  %v = arith.constant dense<[[2.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]> : tensor<4x4xf32>
  %1 = cnn.gemm %0, %v transposeRhs : tensor<1x4xf32>, tensor<4x4xf32> loc("second")
  return %1 : tensor<1x4xf32>
}

//--- slower.mlir

// What two filters of each channel cost more than one, no machine makes up for.
// CHECK:      Missed{{.*}}no decomposition with fewer weights or multiply-adds is predicted to be faster; slower=accept takes one
// CHECK:      0 of 1 layers
// CHECK:      cnn.conv {{.*}} tensor<64x1x3x3xf32>
// ACCEPT:     spatial of rank 1 keeps 100.00 % of the energy of its weights: multiply-adds 36864 to 24576
// ACCEPT-NOT: 64x1x3x3
func.func @slower(%x: tensor<1x64x8x8xf32>) -> tensor<1x64x8x8xf32> {
  %w = arith.constant dense<1.0> : tensor<64x1x3x3xf32>
  %0 = cnn.conv %x, %w pads [1, 1, 1, 1] groups 64 : tensor<1x64x8x8xf32>, tensor<64x1x3x3xf32> loc("depthwise")
  return %0 : tensor<1x64x8x8xf32>
}

//--- stays.mlir

// CHECK: Missed{{.*}}it is not a layer of float32 with constant weights
// CHECK: Missed{{.*}}spatial needs filters of more than one tap in both of two dimensions
func.func @stays(%x: tensor<1x4xf32>, %y: tensor<4x4xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>) {
  %w = arith.constant dense<1.0> : tensor<4x4xf32>
  %0 = cnn.matmul %x, %y : tensor<1x4xf32>, tensor<4x4xf32>
  %1 = cnn.matmul %x, %w : tensor<1x4xf32>, tensor<4x4xf32>
  return %0, %1 : tensor<1x4xf32>, tensor<1x4xf32>
}
