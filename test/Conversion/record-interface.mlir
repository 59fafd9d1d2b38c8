// RUN: cnn-opt %s --record-interface --split-input-file --verify-diagnostics | FileCheck %s

// Names come from cnn.name, or are made from positions.
// CHECK-LABEL: func @named
// CHECK-SAME: bufferization.writable = false
// CHECK-SAME: cnn.inputs = [{name = "data", type = tensor<?x4xf32>}]
// CHECK-SAME: cnn.outputs = [{name = "output0", type = tensor<?x4xf32>}]
func.func @named(%x: tensor<?x4xf32> {cnn.name = "data"}) -> tensor<?x4xf32> {
  return %x : tensor<?x4xf32>
}

// -----

// How much of an output is valid is said of the output.
// CHECK-LABEL: func @counted
// CHECK-SAME: cnn.outputs = [{cnn.length = {dimension = 0 : i64, output = "count"}, name = "rows", type = tensor<4xi64>},
// CHECK-SAME: {name = "count", type = tensor<i64>}]
func.func @counted(%x: tensor<4xi64>, %n: tensor<i64>)
    -> (tensor<4xi64> {cnn.name = "rows", cnn.length = {dimension = 0 : i64, output = "count"}},
        tensor<i64> {cnn.name = "count"}) {
  return %x, %n : tensor<4xi64>, tensor<i64>
}

// -----

// expected-error @below {{expected only tensors of known rank}}
func.func @number(%x: f32) -> f32 {
  return %x : f32
}

// -----

// expected-error @below {{expected one public function, the network, got 2}}
module {
  func.func @one() {
    return
  }
  func.func @two() {
    return
  }
}
