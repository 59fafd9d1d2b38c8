// What one element of a layer's result sees of the input, and its step.

// RUN: cnn-report %s --format=csv | cut -d, -f1,11,12 | FileCheck %s

// A window of 3 with a dilation of 2 reaches over 5. Transposed with steps of 2, two of its taps meet a result: here inputs that are 2 and 4 apart. Elements
// of a block see the same. Joined side by side, elements see what the widest of both does. The mean sees all 16 positions, and so does everything that it
// is multiplied with.

// CHECK: {{^}}conv,5x3,1x1
// CHECK: {{^}}pool,6x6,2x4
// CHECK: {{^}}up,8x10,1x2
// CHECK: {{^}}shuffled,5x3,0.5x0.5
// CHECK: {{^}}linear,6x4,0.5x0.5
// CHECK: {{^}}nearest,5x3,0.5x0.5
// CHECK: {{^}}cropped,5x3,2x1
// CHECK: {{^}}turned,5x3,1x1
// CHECK: {{^}}padded,5x3,1x1
// CHECK: {{^}}joined,6x19,0.5x-
// CHECK: {{^}}mean,20x18,-
// CHECK: {{^}}scaled,20x18,-
// CHECK: {{^}}after,20x18,-
// CHECK: {{^}}other,,

func.func @fields(%x: tensor<1x4x16x16xf32>, %y: tensor<1x1x3x3xf32>) -> tensor<1x4x16x16xf32> {
  %w = arith.constant dense<1.0> : tensor<4x4x3x3xf32>
  %t = arith.constant dense<1.0> : tensor<4x4x3x3xf32>
  %0 = cnn.conv %x, %w pads [2, 1, 2, 1] dilations [2, 1] : tensor<1x4x16x16xf32>, tensor<4x4x3x3xf32> loc("conv")
  %1 = cnn.max_pool %0 kernel [2, 4] strides [2, 4] : tensor<1x4x16x16xf32> loc("pool")
  %2 = cnn.conv_transpose %1, %t strides [2, 2] pads [1, 1, 1, 1] : tensor<1x4x8x4xf32>, tensor<4x4x3x3xf32> loc("up")
  %3 = cnn.depth_to_space <depth_column_row> %0 block 2 : tensor<1x4x16x16xf32> loc("shuffled")
  %4 = cnn.resize <linear> %0 to [1, 4, 32, 32] scales [1.0, 1.0, 2.0, 2.0] coordinates <half_pixel> : tensor<1x4x16x16xf32> loc("linear")
  %5 = cnn.resize <nearest> %0 to [1, 4, 32, 32] scales [1.0, 1.0, 2.0, 2.0] coordinates <asymmetric> rounding <floor> : tensor<1x4x16x16xf32> loc("nearest")
  %6 = cnn.slice %0 starts [0, 0, 1, 2] sizes [1, 4, 4, 4] steps [1, 1, 2, 1] : tensor<1x4x16x16xf32> loc("cropped")
  %7 = cnn.transpose %0 permutation [0, 2, 3, 1] : tensor<1x4x16x16xf32> loc("turned")
  %8 = cnn.pad <constant> %0 low [0, 0, 1, 1] high [0, 0, 0, 0] : tensor<1x4x16x16xf32> loc("padded")
  %9 = cnn.concat %5, %4 axis 3 : tensor<1x4x32x32xf32>, tensor<1x4x32x32xf32> loc("joined")
  %10 = cnn.reduce <mean> %0 axes [2, 3] keepDims : tensor<1x4x16x16xf32> loc("mean")
  %11 = cnn.binary <mul> %0, %10 : tensor<1x4x16x16xf32>, tensor<1x4x1x1xf32> loc("scaled")
  %12 = cnn.conv %11, %w pads [1, 1, 1, 1] : tensor<1x4x16x16xf32>, tensor<4x4x3x3xf32> loc("after")
  %13 = cnn.unary <relu> %y : tensor<1x1x3x3xf32> loc("other")
  return %12 : tensor<1x4x16x16xf32>
}
