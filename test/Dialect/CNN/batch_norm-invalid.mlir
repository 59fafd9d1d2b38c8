// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @channels(%x: tensor<1x4x8xf32>, %y: tensor<8xf32>, %z: tensor<8xf32>, %u: tensor<8xf32>, %v: tensor<8xf32>) -> tensor<1x4x8xf32> {
  // expected-error@+1 {{batch_norm expects one parameter per channel, got 8 for an input of 1x4x8}}
  %0 = cnn.batch_norm %x, %y, %z, %u, %v : tensor<1x4x8xf32>, tensor<8xf32>
  return %0 : tensor<1x4x8xf32>
}

// -----

func.func @rank(%x: tensor<8xf32>, %y: tensor<8xf32>, %z: tensor<8xf32>, %u: tensor<8xf32>, %v: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{batch_norm expects one parameter per channel, got 8 for an input of 8}}
  %0 = cnn.batch_norm %x, %y, %z, %u, %v : tensor<8xf32>, tensor<8xf32>
  return %0 : tensor<8xf32>
}

// -----

func.func @parameters(%x: tensor<1x8x4x4xf32>, %y: tensor<8xf32>, %z: tensor<8xf32>, %u: tensor<8xf32>, %v: tensor<4xf32>) -> tensor<1x8x4x4xf32> {
  // expected-error@+1 {{failed to verify that all of {scale, shift, mean, variance} have same type}}
  %0 = "cnn.batch_norm"(%x, %y, %z, %u, %v) : (tensor<1x8x4x4xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<4xf32>) -> tensor<1x8x4x4xf32>
  return %0 : tensor<1x8x4x4xf32>
}
