// RUN: split-file %s %t
// RUN: cnn-opt %t/layers.mlir --cluster-weights=bits=2 | FileCheck %t/layers.mlir
// RUN: cnn-opt %t/layers.mlir --cluster-weights="bits=2 per=channel" | FileCheck %t/layers.mlir --check-prefix=CHANNEL
// RUN: cnn-opt %t/layers.mlir --cluster-weights="bits=2 layers=fc" | FileCheck %t/layers.mlir --check-prefix=ONLY
// RUN: cnn-opt %t/layers.mlir --cluster-weights=bits=2 --remarks-filter=cnn 2>&1 >%t/out.mlir | FileCheck %t/layers.mlir --check-prefix=REMARK
// RUN: cnn-opt %t/layers.mlir --cluster-weights="conv-bits=8 fc-bits=2 init=random iterations=1" --remarks-filter=cnn 2>&1 >%t/out.mlir | FileCheck %t/layers.mlir --check-prefix=BITS
// RUN: not cnn-opt %t/layers.mlir --cluster-weights=bits=9 2>&1 | FileCheck %t/layers.mlir --check-prefix=NINE
// RUN: not cnn-opt %t/layers.mlir --cluster-weights=fc-bits=1 2>&1 | FileCheck %t/layers.mlir --check-prefix=ONE
// RUN: not cnn-opt %t/layers.mlir --cluster-weights=init=kmeans 2>&1 | FileCheck %t/layers.mlir --check-prefix=INIT
// RUN: not cnn-opt %t/layers.mlir --cluster-weights=layers=none 2>&1 | FileCheck %t/layers.mlir --check-prefix=NAME
// RUN: not cnn-opt %t/none.mlir --cluster-weights 2>&1 | FileCheck %t/none.mlir

// Later passes leave the codes alone.
// RUN: cnn-opt %t/layers.mlir --cluster-weights=bits=2 -o %t/shared.mlirbc
// RUN: cnn-opt %t/shared.mlirbc --pipeline-until=B | FileCheck %t/layers.mlir

//--- layers.mlir

// CHECK-LABEL: func @layers
//   CHECK-DAG:   %[[C:.*]] = arith.constant dense<1> : tensor<8x1x3x3xui8>
//   CHECK-DAG:   %[[B:.*]] = arith.constant dense<[0.000000e+00, 2.540000e+02]> : tensor<2xf32>
//   CHECK-DAG:   %[[W:.*]] = cnn.lookup %[[C]], %[[B]] {cnn.stored} : tensor<8x1x3x3xui8>, tensor<2xf32>
//   CHECK-DAG:   cnn.conv %{{.*}}, %[[W]]
//   CHECK-DAG:   %[[V:.*]] = cnn.lookup %{{.*}} {cnn.stored} : tensor<8x9xui8>, tensor<2xf32>
//   CHECK-DAG:   cnn.gemm %{{.*}}, %[[V]]

// CHANNEL-DAG:   cnn.lookup %{{.*}} {cnn.stored} : tensor<8x1x3x3xui8>, tensor<8x1x1x1x2xf32>
// CHANNEL-DAG:   cnn.lookup %{{.*}} {cnn.stored} : tensor<8x9xui8>, tensor<1x9x2xf32>

//  ONLY-NOT:   tensor<8x1x3x3xui8>
//      ONLY:   cnn.lookup %{{.*}} {cnn.stored} : tensor<8x9xui8>, tensor<2xf32>

// REMARK-DAG: ClusterWeights{{.*}}72 weights share 2 values: they differ by 0.00%, and take 17 bytes instead of 288 in codes of 1 bits
// REMARK-DAG: ClusterWeights{{.*}}its weights stay: they are few

// BITS-DAG: ClusterWeights{{.*}}72 weights share 2 values

// NINE: error: {{.*}}--cluster-weights expects codes of 2 to 8 bits, got 9
// ONE: error: {{.*}}--cluster-weights expects codes of 2 to 8 bits for a kind of layer, or 0, got 1
// INIT: Cannot find option named 'kmeans'
// NAME: error: {{.*}}--cluster-weights found no layer 'none': it expects names of convolutions, gemms or products
func.func @layers(%x: tensor<1x1x3x3xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<254.0> : tensor<8x1x3x3xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x3x3xf32>, tensor<8x1x3x3xf32>
  %1 = cnn.reshape %0 to [1, 8] : tensor<1x8x1x1xf32>
  %v = arith.constant dense<0.1> : tensor<8x9xf32>
  %2 = cnn.gemm %1, %v : tensor<1x8xf32>, tensor<8x9xf32> loc("fc")
  %3 = cnn.unary <relu> %2 : tensor<1x9xf32>
  %u = arith.constant dense<1.0> : tensor<2x9xf32>
  %4 = cnn.gemm %3, %u transposeRhs : tensor<1x9xf32>, tensor<2x9xf32>
  return %4 : tensor<1x2xf32>
}

//--- none.mlir

// CHECK: error: {{.*}}--cluster-weights found no weights to share: it expects two-dimensional convolutions, gemms or products with more than 64 constant weights of float32
func.func @none(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = cnn.unary <relu> %x : tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}
