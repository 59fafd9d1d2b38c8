// Budgets are shares of what the network cost before the first pass that
// compressed it, so that it may be pruned again and again.
// RUN: cnn-opt %s "--prune=what=channels macs=0.75" "--prune=what=channels macs=0.75" --remarks-filter=cnn -o %t.mlir 2>&1 | FileCheck %s --check-prefix=SAME
// RUN: cnn-opt %s "--prune=what=channels macs=0.75" "--prune=what=channels macs=0.5" --remarks-filter=cnn -o %t.mlir 2>&1 | FileCheck %s --check-prefix=LESS
// RUN: not cnn-opt %s "--prune=what=channels macs=0.75" "--prune=what=channels params=0.1" 2>&1 | FileCheck %s --check-prefix=LEAST

// SAME: 1 of 4 channels go
// SAME: 75 % of 32 multiply-adds and 75 % of 8 parameters are left
// SAME: 0 of 3 channels go
// SAME: 75 % of 32 multiply-adds and 75 % of 8 parameters are left

// LESS: 1 of 4 channels go
// LESS: 1 of 3 channels go
// LESS: 50 % of 32 multiply-adds and 50 % of 8 parameters are left

// LEAST: error: {{.*}}--prune cannot leave as little as 10 %; the least is 25 %
// LEAST-NOT: see current operation
func.func @net(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<[[[[4.0]]], [[[1.0]]], [[[3.0]]], [[[2.0]]]]> : tensor<4x1x1x1xf32>
  %v = arith.constant dense<[[[[10.0]], [[20.0]], [[30.0]], [[40.0]]]]> : tensor<1x4x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32> loc("first")
  %1 = cnn.conv %0, %v : tensor<1x4x2x2xf32>, tensor<1x4x1x1xf32> loc("second")
  return %1 : tensor<1x1x2x2xf32>
}
