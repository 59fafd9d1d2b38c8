// Weights of the smallest magnitude become zero; shapes stay.
// RUN: cnn-opt %s --prune | FileCheck %s --check-prefixes=CHECK,HALF
// RUN: cnn-opt %s --prune=scope=global | FileCheck %s --check-prefixes=CHECK,GLOBAL
// RUN: cnn-opt %s --prune=pattern=1:4 | FileCheck %s --check-prefixes=PATTERN
// RUN: cnn-opt %s --prune=pattern=1:4 --remarks-filter=cnn 2>&1 >/dev/null | FileCheck %s --check-prefixes=WHY
// RUN: cnn-opt %s --prune=pattern=block:2 | FileCheck %s --check-prefixes=BLOCK
// RUN: cnn-opt %s --prune="sparsity=0.5 keep=first" | FileCheck %s --check-prefixes=KEEP
// RUN: cnn-opt %s --prune="params=0.5" | FileCheck %s --check-prefixes=CHECK,GLOBAL

// Four of the eight weights of the first layer, one of two of the second. The
// same go of all ten together: 1 of the second layer's squares, 82, and 23 of the
// first's, 197, cost least for what they save.
// CHECK-LABEL: func @two_layers
//   HALF: dense<{{\[\[\[\[}}0.000000e+00]], {{\[\[}}8.000000e+00]], {{\[\[}}0.000000e+00]], {{\[\[}}6.000000e+00]]], {{\[\[\[}}-5.000000e+00]], {{\[\[}}0.000000e+00]], {{\[\[}}7.000000e+00]], {{\[\[}}0.000000e+00]]]]>
//   HALF: dense<{{\[\[\[\[}}0.000000e+00]], {{\[\[}}9.000000e+00]]]]>
// GLOBAL: dense<{{\[\[\[\[}}0.000000e+00]], {{\[\[}}8.000000e+00]], {{\[\[}}0.000000e+00]], {{\[\[}}6.000000e+00]]], {{\[\[\[}}-5.000000e+00]], {{\[\[}}0.000000e+00]], {{\[\[}}7.000000e+00]], {{\[\[}}0.000000e+00]]]]>
// GLOBAL: dense<{{\[\[\[\[}}0.000000e+00]], {{\[\[}}9.000000e+00]]]]>

// One of four inputs of each output; the second layer has only two inputs.
// WHY: remark: {{.*}}Remark="its groups have 2 input channels, fewer than a pattern of 4"
// WHY: remark: {{.*}}Remark="75 % of 8 weights are zero, with 42.6 % of their squares"
// PATTERN: dense<{{\[\[\[\[}}1.000000e+00]], {{\[\[}}9.000000e+00]]]]>
// PATTERN: dense<{{\[\[\[\[}}0.000000e+00]], {{\[\[}}8.000000e+00]], {{\[\[}}0.000000e+00]], {{\[\[}}0.000000e+00]]], {{\[\[\[}}0.000000e+00]], {{\[\[}}0.000000e+00]], {{\[\[}}7.000000e+00]], {{\[\[}}0.000000e+00]]]]>

// Both outputs of an input: the sums are 6, 10, 10 and 9.
// BLOCK: dense<{{\[\[\[\[}}0.000000e+00]], {{\[\[}}8.000000e+00]], {{\[\[}}3.000000e+00]], {{\[\[}}0.000000e+00]]], {{\[\[\[}}0.000000e+00]], {{\[\[}}2.000000e+00]], {{\[\[}}7.000000e+00]], {{\[\[}}0.000000e+00]]]]>

// KEEP: dense<{{\[\[\[\[}}1.000000e+00]], {{\[\[}}8.000000e+00]], {{\[\[}}3.000000e+00]]
// KEEP: dense<{{\[\[\[\[}}0.000000e+00]], {{\[\[}}9.000000e+00]]]]>
func.func @two_layers(%x: tensor<1x4x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<[[[[1.0]], [[8.0]], [[3.0]], [[6.0]]], [[[-5.0]], [[2.0]], [[7.0]], [[-3.0]]]]> : tensor<2x4x1x1xf32>
  %v = arith.constant dense<[[[[1.0]], [[9.0]]]]> : tensor<1x2x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x4x2x2xf32>, tensor<2x4x1x1xf32> loc("first")
  %1 = cnn.conv %0, %v : tensor<1x2x2x2xf32>, tensor<1x2x1x1xf32> loc("second")
  return %1 : tensor<1x1x2x2xf32>
}
