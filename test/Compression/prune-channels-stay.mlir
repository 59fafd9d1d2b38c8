// What stays, and why.
// RUN: cnn-opt %s --split-input-file --prune=what=channels | FileCheck %s
// RUN: cnn-opt %s --split-input-file --prune=what=channels --remarks-filter=cnn 2>&1 >/dev/null | FileCheck %s --check-prefix=WHY

// WHY: remark: {{.*}}Remark="output channels stay: they are a result of the network"
// CHECK-LABEL: func @result
//       CHECK:   cnn.conv {{.*}} tensor<4x1x1x1xf32>
func.func @result(%x: tensor<1x1x2x2xf32>) -> tensor<1x4x2x2xf32> {
  %w = arith.constant dense<1.0> : tensor<4x1x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>
  return %0 : tensor<1x4x2x2xf32>
}

// -----

// A join with the input: nothing can go.
// WHY: remark: {{.*}}Remark="output channels stay: they meet an input of the network"
// CHECK-LABEL: func @input_join
//       CHECK:   cnn.binary <add> {{.*}} : tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>
func.func @input_join(%x: tensor<1x4x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<1.0> : tensor<4x4x1x1xf32>
  %v = arith.constant dense<1.0> : tensor<1x4x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x4x2x2xf32>, tensor<4x4x1x1xf32>
  %1 = cnn.binary <add> %0, %x : tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>
  %2 = cnn.conv %1, %v : tensor<1x4x2x2xf32>, tensor<1x4x1x1xf32>
  return %2 : tensor<1x1x2x2xf32>
}

// -----

// An op that is not known to keep channels apart, behind an op that is.
// WHY: remark: {{.*}}Remark="output channels stay: 'norm' (cnn.lrn) is not known to keep channels apart"
// CHECK-LABEL: func @unknown
//       CHECK:   cnn.lrn {{.*}} : tensor<1x4x2x2xf32>
func.func @unknown(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<1.0> : tensor<4x1x1x1xf32>
  %v = arith.constant dense<1.0> : tensor<1x4x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>
  %1 = cnn.unary <relu> %0 : tensor<1x4x2x2xf32>
  %2 = cnn.lrn %1 size 3 alpha 1.0e-4 beta 0.75 bias 1.0 : tensor<1x4x2x2xf32> loc("norm")
  %3 = cnn.conv %2, %v : tensor<1x4x2x2xf32>, tensor<1x4x1x1xf32>
  return %3 : tensor<1x1x2x2xf32>
}

// -----

// WHY: remark: {{.*}}Remark="output channels stay: 'mixer' (cnn.reshape) mixes channels with what is before or behind them"
// WHY: remark: {{.*}}Remark="output channels stay: 'classes' sums over channels"
// CHECK-LABEL: func @mixes
func.func @mixes(%x: tensor<1x1x1x3xf32>) -> (tensor<1x2x2x3xf32>, tensor<1x4x1x3xf32>) {
  %w = arith.constant dense<1.0> : tensor<4x1x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x1x3xf32>, tensor<4x1x1x1xf32>
  %1 = cnn.reshape %0 to [1, 3, 4] : tensor<1x4x1x3xf32> loc("mixer")
  %2 = cnn.reshape %1 to [1, 2, 2, 3] : tensor<1x3x4xf32>
  %3 = cnn.conv %x, %w : tensor<1x1x1x3xf32>, tensor<4x1x1x1xf32>
  %4 = cnn.softmax %3 axis 1 : tensor<1x4x1x3xf32> loc("classes")
  return %2, %4 : tensor<1x2x2x3xf32>, tensor<1x4x1x3xf32>
}

// -----

// The weights of the second layer are no constant.
// WHY: remark: {{.*}}Remark="output channels stay: 'dynamic' has weights that are no constant"
// CHECK-LABEL: func @variable
func.func @variable(%x: tensor<1x1x2x2xf32>, %v: tensor<1x4x1x1xf32>) -> tensor<1x1x2x2xf32> {
  %w = arith.constant dense<1.0> : tensor<4x1x1x1xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x2x2xf32>, tensor<4x1x1x1xf32>
  %1 = cnn.conv %0, %v : tensor<1x4x2x2xf32>, tensor<1x4x1x1xf32> loc("dynamic")
  return %1 : tensor<1x1x2x2xf32>
}
