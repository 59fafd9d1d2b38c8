// RUN: rm -rf %t && split-file %s %t
// DEFINE: %{method} =
// DEFINE: %{layers} = cnn-opt %t/layers.mlir --low-rank="energy=0.99 slower=accept method=%{method}" | FileCheck %t/layers.mlir --check-prefix
// REDEFINE: %{method} = svd
// RUN: %{layers}=SVD
// REDEFINE: %{method} = spatial
// RUN: %{layers}=SPATIAL
// REDEFINE: %{method} = tucker
// RUN: %{layers}=TUCKER
// REDEFINE: %{method} = tensor-train
// RUN: %{layers}=TRAIN
// RUN: cnn-opt %t/layers.mlir --low-rank="rank=conv:2,grouped:1 method=cp" | FileCheck %t/layers.mlir --check-prefix=CP
// RUN: cnn-opt %t/layers.mlir --low-rank="modes=gemm:2x3x4:5x2x2 rank=gemm:1 method=tensor-train" | FileCheck %t/layers.mlir --check-prefix=MODES

//--- layers.mlir

// All weights of a layer are equal: one filter, then multiples of its result.
// Stride, dilation and padding belong to the dimensions with taps, bias and
// activation to the end.

// SVD-LABEL: func @layers
//   SVD-NOT:   tensor<16x8x3x3xf32>
//       SVD:   %[[Y:.*]] = cnn.conv %{{.*}}, %{{.*}} strides [2, 1] pads [1, 2, 1, 0] dilations [1, 2] : tensor<1x8x9x9xf32>, tensor<1x8x3x3xf32>
//       SVD:   cnn.conv %[[Y]], %{{.*}} bias %{{.*}} : tensor<16xf32> activation <relu> : tensor<1x1x5x7xf32>, tensor<16x1x1x1xf32>
//       SVD:   %[[Y:.*]] = cnn.conv %{{.*}}, %{{.*}} pads [1, 1, 1, 1] groups 2 : tensor<1x8x9x9xf32>, tensor<2x4x3x3xf32>
//       SVD:   cnn.conv %[[Y]], %{{.*}} groups 2 : tensor<1x2x9x9xf32>, tensor<8x1x1x1xf32>
//       SVD:   groups 8
//       SVD:   cnn.conv %{{.*}} strides [2, 2] : tensor<1x8x9x9xf32>, tensor<1x8x1x1xf32>
//       SVD:   cnn.conv %{{.*}} : tensor<1x1x5x5xf32>, tensor<16x1x1x1xf32>
//       SVD:   %[[Y:.*]] = cnn.gemm %{{.*}}, %{{.*}} transposeRhs : tensor<?x24xf32>, tensor<1x24xf32>
//       SVD:   cnn.gemm %[[Y]], %{{.*}} bias %{{.*}} : tensor<20xf32> transposeRhs activation <relu> : tensor<?x1xf32>, tensor<20x1xf32>
//       SVD:   %[[Y:.*]] = cnn.matmul %{{.*}} : tensor<2x3x24xf32>, tensor<24x1xf32>
//       SVD:   cnn.matmul %[[Y]], %{{.*}} : tensor<2x3x1xf32>, tensor<1x20xf32>

// SPATIAL-LABEL: func @layers
//       SPATIAL:   %[[Y:.*]] = cnn.conv %{{.*}}, %{{.*}} strides [2, 1] pads [1, 0, 1, 0] : tensor<1x8x9x9xf32>, tensor<1x8x3x1xf32>
//       SPATIAL:   cnn.conv %[[Y]], %{{.*}} bias %{{.*}} : tensor<16xf32> pads [0, 2, 0, 0] dilations [1, 2] activation <relu> : tensor<1x1x5x9xf32>, tensor<16x1x1x3xf32>
//       SPATIAL:   cnn.conv %{{.*}} pads [1, 0, 1, 0] groups 2 : tensor<1x8x9x9xf32>, tensor<2x4x3x1xf32>
//       SPATIAL:   cnn.conv %{{.*}} pads [0, 1, 0, 1] groups 2 : tensor<1x2x9x9xf32>, tensor<8x1x1x3xf32>
//       SPATIAL:   cnn.conv %{{.*}} pads [1, 0, 1, 0] groups 8 : tensor<1x8x9x9xf32>, tensor<8x1x3x1xf32>
//       SPATIAL:   cnn.conv %{{.*}} pads [0, 1, 0, 1] groups 8 : tensor<1x8x9x9xf32>, tensor<8x1x1x3xf32>
//       SPATIAL:   tensor<16x8x1x1xf32>

// TUCKER-LABEL: func @layers
//       TUCKER:   cnn.conv %{{.*}} : tensor<1x8x9x9xf32>, tensor<1x8x1x1xf32>
//       TUCKER:   cnn.conv %{{.*}} strides [2, 1] pads [1, 2, 1, 0] dilations [1, 2] : tensor<1x1x9x9xf32>, tensor<1x1x3x3xf32>
//       TUCKER:   cnn.conv %{{.*}} bias %{{.*}} activation <relu> : tensor<1x1x5x7xf32>, tensor<16x1x1x1xf32>
//       TUCKER:   cnn.conv %{{.*}} groups 2 : tensor<1x8x9x9xf32>, tensor<2x4x1x1xf32>
//       TUCKER:   cnn.conv %{{.*}} pads [1, 1, 1, 1] groups 2 : tensor<1x2x9x9xf32>, tensor<2x1x3x3xf32>
//       TUCKER:   cnn.conv %{{.*}} groups 2 : tensor<1x2x9x9xf32>, tensor<8x1x1x1xf32>
//       TUCKER:   groups 8 {{.*}} tensor<8x1x3x3xf32>

// CP-LABEL: func @layers
//       CP:   cnn.conv %{{.*}} : tensor<1x8x9x9xf32>, tensor<2x8x1x1xf32>
//       CP:   cnn.conv %{{.*}} strides [2, 1] pads [1, 0, 1, 0] groups 2 : tensor<1x2x9x9xf32>, tensor<2x1x3x1xf32>
//       CP:   cnn.conv %{{.*}} pads [0, 2, 0, 0] dilations [1, 2] groups 2 : tensor<1x2x5x9xf32>, tensor<2x1x1x3xf32>
//       CP:   cnn.conv %{{.*}} bias %{{.*}} activation <relu> : tensor<1x2x5x7xf32>, tensor<16x2x1x1xf32>
//       CP:   cnn.conv %{{.*}} groups 2 : tensor<1x8x9x9xf32>, tensor<2x4x1x1xf32>

// Digits 2, 3, 4 of inputs and 2, 2, 5 of outputs; each product takes the last
// digit, and a transposition moves the new one to the front.
// TRAIN-LABEL: func @layers
//       TRAIN:   cnn.reshape %{{.*}} to [-1, 6, 4] : tensor<?x24xf32>
//       TRAIN:   cnn.matmul %{{.*}} : tensor<?x6x4xf32>, tensor<4x5xf32>
//       TRAIN:   cnn.reshape %{{.*}} to [-1, 6, 5, 1]
//       TRAIN:   cnn.transpose %{{.*}} permutation [0, 2, 1, 3]
//       TRAIN:   cnn.reshape %{{.*}} to [-1, 10, 3]
//       TRAIN:   cnn.matmul %{{.*}} : tensor<?x10x3xf32>, tensor<3x2xf32>
//       TRAIN:   cnn.matmul %{{.*}} : tensor<?x10x2xf32>, tensor<2x2xf32>
//       TRAIN:   %[[Y:.*]] = cnn.reshape %{{.*}} to [-1, 20]
//       TRAIN:   %[[Z:.*]] = cnn.binary <add> %[[Y]], %{{.*}} : tensor<?x20xf32>, tensor<20xf32>
//       TRAIN:   cnn.unary <relu> %[[Z]]

// MODES: cnn.matmul %{{.*}} : tensor<?x6x4xf32>, tensor<4x2xf32>
// MODES: cnn.matmul %{{.*}} : tensor<?x4x3xf32>, tensor<3x2xf32>
// MODES: cnn.matmul %{{.*}} : tensor<?x4x2xf32>, tensor<2x5xf32>
func.func @layers(%x: tensor<1x8x9x9xf32>, %r: tensor<?x24xf32>, %m: tensor<2x3x24xf32>)
    -> (tensor<1x16x5x7xf32>, tensor<1x8x9x9xf32>, tensor<1x8x9x9xf32>, tensor<1x16x5x5xf32>, tensor<?x20xf32>, tensor<2x3x20xf32>) {
  %w = arith.constant dense<1.0> : tensor<16x8x3x3xf32>
  %b = arith.constant dense<2.0> : tensor<16xf32>
  %0 = cnn.conv %x, %w bias %b : tensor<16xf32> strides [2, 1] pads [1, 2, 1, 0] dilations [1, 2] activation <relu> : tensor<1x8x9x9xf32>, tensor<16x8x3x3xf32> loc("conv")
  %v = arith.constant dense<1.0> : tensor<8x4x3x3xf32>
  %1 = cnn.conv %x, %v pads [1, 1, 1, 1] groups 2 : tensor<1x8x9x9xf32>, tensor<8x4x3x3xf32> loc("grouped")
  %u = arith.constant dense<1.0> : tensor<8x1x3x3xf32>
  %2 = cnn.conv %x, %u pads [1, 1, 1, 1] groups 8 : tensor<1x8x9x9xf32>, tensor<8x1x3x3xf32> loc("depthwise")
  %p = arith.constant dense<1.0> : tensor<16x8x1x1xf32>
  %3 = cnn.conv %x, %p strides [2, 2] : tensor<1x8x9x9xf32>, tensor<16x8x1x1xf32> loc("pointwise")
  %t = arith.constant dense<1.0> : tensor<24x20xf32>
  %c = arith.constant dense<2.0> : tensor<20xf32>
  %4 = cnn.gemm %r, %t bias %c : tensor<20xf32> activation <relu> : tensor<?x24xf32>, tensor<24x20xf32> loc("gemm")
  %5 = cnn.matmul %m, %t : tensor<2x3x24xf32>, tensor<24x20xf32> loc("matmul")
  return %0, %1, %2, %3, %4, %5 : tensor<1x16x5x7xf32>, tensor<1x8x9x9xf32>, tensor<1x8x9x9xf32>, tensor<1x16x5x5xf32>, tensor<?x20xf32>, tensor<2x3x20xf32>
}
