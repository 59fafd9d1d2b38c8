// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @channels(%x: tensor<1x4x8xf32>, %y: tensor<8xf32>, %z: tensor<8xf32>) -> tensor<1x4x8xf32> {
  // expected-error@+1 {{instance_norm expects one parameter per channel, got 8 for an input of 1x4x8}}
  %0 = cnn.instance_norm %x, %y, %z : tensor<1x4x8xf32>, tensor<8xf32>
  return %0 : tensor<1x4x8xf32>
}
