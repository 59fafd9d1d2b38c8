// RUN: cnn-opt %s --fuse-depthwise="when=always chunks=2" | FileCheck %s
// RUN: cnn-opt %s --fuse-depthwise=when=never | FileCheck %s --check-prefix=NEVER
// RUN: cnn-opt %s --fuse-depthwise --remarks-filter=cnn 2>&1 | FileCheck %s --check-prefix=REMARKS

// NEVER-NOT: kernel.expanded_depthwise_conv

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "haswell", features = ""}} {

// Six blocks of 8 channels. The image is small, so that only `always` fuses here. Two
// chunks share no rows if one computes 4 blocks and the other one 2.
// REMARKS: remark: {{.*}}Missed{{.*}}keeping rows in a ring would not save time
// CHECK-LABEL: func @fuses
// CHECK-SAME:    %[[X:[^ :]*]]: tensor<1x1x9x9x8xf32>, %[[EXPANSION:[^ :]*]]: tensor<3x1x1x1x8x16xf32>,
// CHECK-SAME:    %[[FILTER:[^ :]*]]: tensor<6x3x3x8xf32>, %[[BIAS:[^ :]*]]: tensor<48xf32>
//      CHECK:    %[[RING:.*]] = tensor.empty() : tensor<2x4x3x9x8xf32>
//      CHECK:    %[[Y:.*]]:2 = kernel.expanded_depthwise_conv ins(%[[X]], %[[EXPANSION]], %[[FILTER]] :
// CHECK-SAME:      expansionBias(%[[BIAS]] :
// CHECK-SAME:      outs(%{{.*}}, %[[RING]] :
// CHECK-SAME:      strides [2, 2] pads [1, 1, 1, 1] expansionActivation <relu> activation <silu>
//      CHECK:    return %[[Y]]#0
func.func @fuses(%x: tensor<1x1x9x9x8xf32>, %w: tensor<3x1x1x1x8x16xf32>, %d: tensor<6x3x3x8xf32>,
                 %b: tensor<48xf32>) -> tensor<1x6x5x5x8xf32> {
  %0 = tensor.empty() : tensor<1x6x9x9x8xf32>
  %1 = kernel.direct_conv ins(%x, %w : tensor<1x1x9x9x8xf32>, tensor<3x1x1x1x8x16xf32>) bias(%b : tensor<48xf32>)
    outs(%0 : tensor<1x6x9x9x8xf32>) activation <relu>
  %2 = tensor.empty() : tensor<1x6x5x5x8xf32>
  %3 = kernel.depthwise_conv ins(%1, %d : tensor<1x6x9x9x8xf32>, tensor<6x3x3x8xf32>)
    outs(%2 : tensor<1x6x5x5x8xf32>) strides [2, 2] pads [1, 1, 1, 1] activation <silu>
  return %3 : tensor<1x6x5x5x8xf32>
}

// 48 x 112 x 112 elements are 2.3 MiB, more than haswell's second cache; three rows
// of all channels are 63 KiB.
// REMARKS: remark: {{.*}}Passed{{.*}}keeps rows of 6 channel blocks instead
// CHECK-LABEL: func @fuses_large
// CHECK: kernel.expanded_depthwise_conv
func.func @fuses_large(%x: tensor<1x1x112x112x8xf32>, %w: tensor<3x1x1x1x8x16xf32>, %d: tensor<6x3x3x8xf32>)
    -> tensor<1x6x112x112x8xf32> {
  %0 = tensor.empty() : tensor<1x6x112x112x8xf32>
  %1 = kernel.direct_conv ins(%x, %w : tensor<1x1x112x112x8xf32>, tensor<3x1x1x1x8x16xf32>)
    outs(%0 : tensor<1x6x112x112x8xf32>)
  %2 = tensor.empty() : tensor<1x6x112x112x8xf32>
  %3 = kernel.depthwise_conv ins(%1, %d : tensor<1x6x112x112x8xf32>, tensor<6x3x3x8xf32>)
    outs(%2 : tensor<1x6x112x112x8xf32>) pads [1, 1, 1, 1]
  return %3 : tensor<1x6x112x112x8xf32>
}

// REMARKS: remark: {{.*}}the expanded image has another user
// CHECK-LABEL: func @keeps_what_others_read
// CHECK: kernel.direct_conv
// CHECK: kernel.depthwise_conv
func.func @keeps_what_others_read(%x: tensor<1x1x9x9x8xf32>, %w: tensor<1x1x1x1x8x8xf32>, %d: tensor<1x3x3x8xf32>)
    -> (tensor<1x1x7x7x8xf32>, tensor<1x1x9x9x8xf32>) {
  %0 = tensor.empty() : tensor<1x1x9x9x8xf32>
  %1 = kernel.direct_conv ins(%x, %w : tensor<1x1x9x9x8xf32>, tensor<1x1x1x1x8x8xf32>)
    outs(%0 : tensor<1x1x9x9x8xf32>)
  %2 = tensor.empty() : tensor<1x1x7x7x8xf32>
  %3 = kernel.depthwise_conv ins(%1, %d : tensor<1x1x9x9x8xf32>, tensor<1x3x3x8xf32>)
    outs(%2 : tensor<1x1x7x7x8xf32>)
  return %3, %1 : tensor<1x1x7x7x8xf32>, tensor<1x1x9x9x8xf32>
}

// REMARKS: remark: {{.*}}one of the convolutions adds a residual
// CHECK-LABEL: func @keeps_residual
// CHECK: kernel.depthwise_conv
func.func @keeps_residual(%x: tensor<1x1x9x9x8xf32>, %w: tensor<1x1x1x1x8x8xf32>, %d: tensor<1x3x3x8xf32>)
    -> tensor<1x1x7x7x8xf32> {
  %0 = tensor.empty() : tensor<1x1x9x9x8xf32>
  %1 = kernel.direct_conv ins(%x, %w : tensor<1x1x9x9x8xf32>, tensor<1x1x1x1x8x8xf32>)
    residual(%x : tensor<1x1x9x9x8xf32>) outs(%0 : tensor<1x1x9x9x8xf32>)
  %2 = tensor.empty() : tensor<1x1x7x7x8xf32>
  %3 = kernel.depthwise_conv ins(%1, %d : tensor<1x1x9x9x8xf32>, tensor<1x3x3x8xf32>)
    outs(%2 : tensor<1x1x7x7x8xf32>)
  return %3 : tensor<1x1x7x7x8xf32>
}

// REMARKS: remark: {{.*}}its input is not that of a convolution of one tap
// CHECK-LABEL: func @keeps_larger_window
// CHECK: kernel.depthwise_conv
func.func @keeps_larger_window(%x: tensor<1x1x9x9x8xf32>, %w: tensor<1x1x3x3x8x8xf32>, %d: tensor<1x3x3x8xf32>)
    -> tensor<1x1x5x5x8xf32> {
  %0 = tensor.empty() : tensor<1x1x7x7x8xf32>
  %1 = kernel.direct_conv ins(%x, %w : tensor<1x1x9x9x8xf32>, tensor<1x1x3x3x8x8xf32>)
    outs(%0 : tensor<1x1x7x7x8xf32>)
  %2 = tensor.empty() : tensor<1x1x5x5x8xf32>
  %3 = kernel.depthwise_conv ins(%1, %d : tensor<1x1x7x7x8xf32>, tensor<1x3x3x8xf32>)
    outs(%2 : tensor<1x1x5x5x8xf32>)
  return %3 : tensor<1x1x5x5x8xf32>
}
}
