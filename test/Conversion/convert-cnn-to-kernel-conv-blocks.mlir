// RUN: cnn-opt %s --convert-cnn-to-kernel | FileCheck %s

// Sixteen lanes, and four output blocks together unless said otherwise.
module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = ""}} {

// Twelve output blocks of a small image make three filter blocks of four; two
// threads share four filter blocks of three.
// CHECK-LABEL: func @shares_small_image
//      CHECK:    kernel.direct_conv ins({{.*}}, tensor<4x1x1x1x16x48xf32>)
func.func @shares_small_image(%x: tensor<1x16x7x7xf32>) -> tensor<1x192x7x7xf32> {
  %f = arith.constant dense<1.0> : tensor<192x16x1x1xf32>
  %y = cnn.conv %x, %f : tensor<1x16x7x7xf32>, tensor<192x16x1x1xf32>
  return %y : tensor<1x192x7x7xf32>
}

// A larger image has rows to share.
// CHECK-LABEL: func @shares_rows
//      CHECK:    kernel.direct_conv ins({{.*}}, tensor<3x1x1x1x16x64xf32>)
func.func @shares_rows(%x: tensor<1x16x14x14xf32>) -> tensor<1x192x14x14xf32> {
  %f = arith.constant dense<1.0> : tensor<192x16x1x1xf32>
  %y = cnn.conv %x, %f : tensor<1x16x14x14xf32>, tensor<192x16x1x1xf32>
  return %y : tensor<1x192x14x14xf32>
}
}
