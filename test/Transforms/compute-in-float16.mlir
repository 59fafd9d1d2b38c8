// RUN: cnn-opt %s --compute-in-float16 | FileCheck %s
// RUN: cnn-opt %s --compute-in-float16 --remarks-filter=cnn --remark-format=emitRemark -o %t 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: sed s/+fullfp16// %s | not cnn-opt --compute-in-float16 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: sed 's/aarch64-linux-gnu/x86_64-linux-gnu/; s/generic/x86-64-v3/; s/+fullfp16//' %s \
// RUN:   | not cnn-opt --compute-in-float16 2>&1 | FileCheck %s --check-prefix=ERROR

// ERROR: expects a processor with arithmetic of float16, got {{.*}}; AArch64 processors that have it are accepted, for example --target=aarch64-linux-gnu with --cpu=neoverse-n1 or --features=+fullfp16

module attributes {cnn.target = {triple = "aarch64-linux-gnu", cpu = "generic", features = "+fullfp16"}} {

// Weights are rounded, and what is between two layers stays float16.
// CHECK-LABEL: func @layers
//  CHECK-SAME:   %[[X:.*]]: tensor<1x2x4x4xf32>
//   CHECK-DAG:   %[[W:.*]] = arith.constant dense<9.997550e-02> : tensor<2x2x1x1xf16>
//       CHECK:   %[[A:.*]] = cnn.cast %[[X]] to f16
//       CHECK:   %[[B:.*]] = cnn.conv %[[A]], %[[W]] activation <relu> : tensor<1x2x4x4xf16>
//       CHECK:   %[[C:.*]] = cnn.max_pool %[[B]] {{.*}} : tensor<1x2x4x4xf16>
//       CHECK:   %[[D:.*]] = cnn.conv %[[C]], %[[W]] residual %[[C]]
//       CHECK:   %[[E:.*]] = cnn.reduce <mean> %[[D]] {{.*}} : tensor<1x2x2x2xf16>
//       CHECK:   %[[F:.*]] = cnn.cast %[[E]] to f32
//       CHECK:   return %[[F]]
// REMARK: it is computed in float16
func.func @layers(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x1x1xf32> {
  %w = arith.constant dense<0.1> : tensor<2x2x1x1xf32>
  %0 = cnn.conv %x, %w activation <relu> : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>
  %1 = cnn.max_pool %0 kernel [2, 2] strides [2, 2] : tensor<1x2x4x4xf32>
  %2 = cnn.conv %1, %w residual %1 : tensor<1x2x2x2xf32> : tensor<1x2x2x2xf32>, tensor<2x2x1x1xf32>
  %3 = cnn.reduce <mean> %2 axes [2, 3] keepDims : tensor<1x2x2x2xf32>
  return %3 : tensor<1x2x1x1xf32>
}

// What has no layer before it stays float32, and so does what sums or divides.
// CHECK-LABEL: func @others
//       CHECK:   cnn.unary <relu> %{{.*}} : tensor<1x2x4x4xf32>
//       CHECK:   %[[A:.*]] = cnn.conv {{.*}} : tensor<1x2x4x4xf16>
//       CHECK:   %[[B:.*]] = cnn.cast %[[A]] to f32
//       CHECK:   cnn.softmax %[[B]] axis 1 : tensor<1x2x4x4xf32>
//       CHECK:   cnn.binary <add> {{.*}} : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>
func.func @others(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = arith.constant dense<0.1> : tensor<2x2x1x1xf32>
  %0 = cnn.unary <relu> %x : tensor<1x2x4x4xf32>
  %1 = cnn.conv %0, %w : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>
  %2 = cnn.softmax %1 axis 1 : tensor<1x2x4x4xf32>
  %3 = cnn.binary <add> %1, %2 : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>
  return %3 : tensor<1x2x4x4xf32>
}

// A network of float16 needs no casts.
// CHECK-LABEL: func @casts
//  CHECK-SAME:   %[[X:.*]]: tensor<1x2x4x4xf16>
//  CHECK-NEXT:   %[[W:.*]] = arith.constant
//  CHECK-NEXT:   %[[Y:.*]] = cnn.conv %[[X]], %[[W]]
//  CHECK-NEXT:   return %[[Y]] : tensor<1x2x4x4xf16>
func.func @casts(%x: tensor<1x2x4x4xf16>) -> tensor<1x2x4x4xf16> {
  %w = arith.constant dense<0.1> : tensor<2x2x1x1xf32>
  %0 = cnn.cast %x to f32 : tensor<1x2x4x4xf16>
  %1 = cnn.conv %0, %w : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>
  %2 = cnn.cast %1 to f16 : tensor<1x2x4x4xf32>
  return %2 : tensor<1x2x4x4xf16>
}

// Many rows are computed in float16; few rows wait for the weights, of which
// there then are half as many bytes.
// CHECK-LABEL: func @products
//       CHECK:   cnn.gemm {{.*}} : tensor<5x4xf16>, tensor<4x8xf16>
//       CHECK:   %[[W:.*]] = cnn.cast %{{.*}} to f32 {cnn.stored} : tensor<4x8xf16>
//       CHECK:   cnn.gemm %{{.*}}, %[[W]] : tensor<4x4xf32>, tensor<4x8xf32>
// REMARK: its weights are stored in float16
func.func @products(%x: tensor<5x4xf32>, %y: tensor<4x4xf32>) -> (tensor<5x8xf32>, tensor<4x8xf32>) {
  %w = arith.constant dense<0.1> : tensor<4x8xf32>
  %0 = cnn.gemm %x, %w : tensor<5x4xf32>, tensor<4x8xf32>
  %1 = cnn.gemm %y, %w : tensor<4x4xf32>, tensor<4x8xf32>
  return %0, %1 : tensor<5x8xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @refuses
//       CHECK:   cnn.conv %{{.*}} : tensor<1x2x4x4xf32>
//       CHECK:   cnn.conv %{{.*}} : tensor<1x2x4x4xf32>
// REMARK: float16 does not hold its constants
// REMARK: its weights are stored in another format
func.func @refuses(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = arith.constant dense<7.0e4> : tensor<2x2x1x1xf32>
  %n = arith.constant dense<0.1> : tensor<2x2x1x1xbf16>
  %s = cnn.cast %n to f32 {cnn.stored} : tensor<2x2x1x1xbf16>
  %0 = cnn.conv %x, %w : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>
  %1 = cnn.conv %0, %s : tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>
  return %1 : tensor<1x2x4x4xf32>
}

}
