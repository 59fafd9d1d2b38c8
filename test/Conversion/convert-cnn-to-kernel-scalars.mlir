// RUN: cnn-opt %s --convert-cnn-to-kernel | FileCheck %s

// A processor without vectors has blocks of one channel; a group of one channel is one.
module attributes {cnn.target = {triple = "thumbv7em-none-eabihf", cpu = "cortex-m7", features = ""}} {

// CHECK-LABEL: func @depthwise
//       CHECK:   kernel.depthwise_conv ins(%{{.*}}, %{{.*}} : tensor<1x6x4x4x1xf32>, tensor<6x3x3x1xf32>)
func.func @depthwise(%x: tensor<1x6x4x4xf32>) -> tensor<1x6x4x4xf32> {
  %w = arith.constant dense<1.0> : tensor<6x1x3x3xf32>
  %0 = cnn.conv %x, %w pads [1, 1, 1, 1] groups 6 : tensor<1x6x4x4xf32>, tensor<6x1x3x3xf32>
  return %0 : tensor<1x6x4x4xf32>
}
}
