// RUN: cnn-opt %s --convert-cnn-to-kernel --remarks-filter=cnn 2>%t.auto | FileCheck %s --check-prefixes=CHECK,AUTO
// RUN: FileCheck %s --check-prefix=REMARK < %t.auto
// RUN: cnn-opt %s --convert-cnn-to-kernel=sparse=on | FileCheck %s --check-prefixes=CHECK,ON
// RUN: cnn-opt %s --convert-cnn-to-kernel="sparse=on chunks=4" | FileCheck %s --check-prefix=CHUNKS
// RUN: cnn-opt %s --convert-cnn-to-kernel=sparse=off | FileCheck %s --check-prefix=OFF

// OFF-NOT: kernel.sparse

module attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = ""}} {

// Too few channels, unless it is asked for. Two weights that are not zero, of outputs 0 and 2; rows 3 to 7 are those of
// lanes beyond the last channel. 81 pixels are a tile of 64 and 17 more.
// CHECK-LABEL: func @conv
//      ON-DAG:   %[[VALUES:.*]] = arith.constant dense<[2.000000e+00, 5.000000e-01]> : tensor<2xf32>
//      ON-DAG:   %[[COLUMNS:.*]] = arith.constant dense<[1, 3]> : tensor<2xi16>
//      ON-DAG:   %[[STARTS:.*]] = arith.constant dense<[0, 1, 1, 2, 2, 2, 2, 2, 2]> : tensor<9xi32>
//          ON:   %[[X:.*]] = kernel.pack
//          ON:   %[[Y:.*]]:2 = kernel.sparse_conv ins(%[[X]], %[[VALUES]], %[[COLUMNS]], %[[STARTS]]
//     ON-SAME:     bias(%{{.*}} : tensor<8xf32>)
//     ON-SAME:     tensor<1x1x9x9x8xf32>, tensor<1024xf32>) tile 64 chunks 1 activation <relu>
//          ON:   kernel.unpack ins(%[[Y]]#0
//      CHUNKS:   kernel.sparse_conv {{.*}} tile 64 chunks 4 sharesTiles
//        AUTO:   kernel.direct_conv
//      REMARK: 16.7 % of its weights are not zero; cycles expected: {{[0-9]+}} if zeros are skipped, {{[0-9]+}} if they are not
func.func @conv(%x: tensor<1x4x9x9xf32>) -> tensor<1x3x9x9xf32> {
  %f = arith.constant dense<[[[[0.0]], [[2.0]], [[0.0]], [[0.0]]],
                             [[[0.0]], [[0.0]], [[0.0]], [[0.0]]],
                             [[[0.0]], [[0.0]], [[0.0]], [[0.5]]]]> : tensor<3x4x1x1xf32>
  %b = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %y = cnn.conv %x, %f bias %b : tensor<3xf32> activation <relu> : tensor<1x4x9x9xf32>, tensor<3x4x1x1xf32>
  return %y : tensor<1x3x9x9xf32>
}

// Without zeros there is nothing to win.
// CHECK-LABEL: func @dense
//        AUTO:   kernel.direct_conv
//          ON:   kernel.sparse_conv
//      REMARK: 100.0 % of its weights are not zero
func.func @dense(%x: tensor<1x32x9x9xf32>) -> tensor<1x32x9x9xf32> {
  %f = arith.constant dense<1.0> : tensor<32x32x1x1xf32>
  %y = cnn.conv %x, %f : tensor<1x32x9x9xf32>, tensor<32x32x1x1xf32>
  return %y : tensor<1x32x9x9xf32>
}

// Strides have been taken care of before the layer is looked at.
// CHECK-LABEL: func @strides
//       CHECK:   kernel.pool <avg>
//       CHECK:   kernel.sparse_conv
func.func @strides(%x: tensor<1x32x9x9xf32>) -> tensor<1x32x5x5xf32> {
  %f = arith.constant dense<0.0> : tensor<32x32x1x1xf32>
  %y = cnn.conv %x, %f strides [2, 2] : tensor<1x32x9x9xf32>, tensor<32x32x1x1xf32>
  return %y : tensor<1x32x5x5xf32>
}

// CHECK-LABEL: func @several_taps
//       CHECK:   kernel.direct_conv
//      REMARK: 0.0 % of its weights are not zero, but its filter has more than one tap
func.func @several_taps(%x: tensor<1x32x9x9xf32>) -> tensor<1x32x7x7xf32> {
  %f = arith.constant dense<0.0> : tensor<32x32x3x3xf32>
  %y = cnn.conv %x, %f : tensor<1x32x9x9xf32>, tensor<32x32x3x3xf32>
  return %y : tensor<1x32x7x7xf32>
}

// CHECK-LABEL: func @groups
//       CHECK:   kernel.direct_conv
//      REMARK: 0.0 % of its weights are not zero, but it has groups
func.func @groups(%x: tensor<1x32x9x9xf32>) -> tensor<1x32x9x9xf32> {
  %f = arith.constant dense<0.0> : tensor<32x16x1x1xf32>
  %y = cnn.conv %x, %f groups 2 : tensor<1x32x9x9xf32>, tensor<32x16x1x1xf32>
  return %y : tensor<1x32x9x9xf32>
}

// CHECK-LABEL: func @pads
//       CHECK:   kernel.direct_conv
//      REMARK: 0.0 % of its weights are not zero, but it has strides or pads
func.func @pads(%x: tensor<1x32x9x9xf32>) -> tensor<1x32x11x11xf32> {
  %f = arith.constant dense<0.0> : tensor<32x32x1x1xf32>
  %y = cnn.conv %x, %f pads [1, 1, 1, 1] : tensor<1x32x9x9xf32>, tensor<32x32x1x1xf32>
  return %y : tensor<1x32x11x11xf32>
}

// Kernels skip zeros of float32 only.
// CHECK-LABEL: func @half
//       CHECK:   kernel.direct_conv
func.func @half(%x: tensor<1x32x9x9xf16>) -> tensor<1x32x9x9xf16> {
  %f = arith.constant dense<0.0> : tensor<32x32x1x1xf16>
  %y = cnn.conv %x, %f : tensor<1x32x9x9xf16>, tensor<32x32x1x1xf16>
  return %y : tensor<1x32x9x9xf16>
}

// One pixel is a row of a matrix.
// CHECK-LABEL: func @pixel
//       CHECK:   kernel.sparse_matmul ins({{.*}} : tensor<1x32xf32>, tensor<1xf32>, tensor<1xi16>, tensor<17xi32>)
func.func @pixel(%x: tensor<1x32x1x1xf32>) -> tensor<1x16x1x1xf32> {
  %f = arith.constant dense<0.0> : tensor<16x32x1x1xf32>
  %y = cnn.conv %x, %f : tensor<1x32x1x1xf32>, tensor<16x32x1x1xf32>
  return %y : tensor<1x16x1x1xf32>
}

// The matrix is read by columns, and has the factor.
// CHECK-LABEL: func @gemm
//      ON-DAG:   %[[VALUES:.*]] = arith.constant dense<[6.000000e+00, 2.000000e+00]> : tensor<2xf32>
//      ON-DAG:   %[[COLUMNS:.*]] = arith.constant dense<[2, 0]> : tensor<2xi16>
//      ON-DAG:   %[[STARTS:.*]] = arith.constant dense<[0, 1, 2]> : tensor<3xi32>
//          ON:   kernel.sparse_matmul ins(%{{.*}}, %[[VALUES]], %[[COLUMNS]], %[[STARTS]]
//     ON-SAME:     bias({{.*}}) outs({{.*}} : tensor<1x2xf32>) activation <relu>
func.func @gemm(%x: tensor<1x3xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[0.0, 1.0], [0.0, 0.0], [3.0, 0.0]]> : tensor<3x2xf32>
  %b = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %y = cnn.gemm %x, %w bias %b : tensor<2xf32> alpha 2.0 activation <relu>
    : tensor<1x3xf32>, tensor<3x2xf32>
  return %y : tensor<1x2xf32>
}
}
