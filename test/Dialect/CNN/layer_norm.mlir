// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @scale_only
//       CHECK:   cnn.layer_norm %{{.*}}, %{{.*}} axis 2 : tensor<1x49x96xf32>, tensor<96xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x49x96xf32>
func.func @scale_only(%x: tensor<1x49x96xf32>, %y: tensor<96xf32>) -> tensor<1x49x96xf32> {
  %0 = cnn.layer_norm %x, %y axis 2 : tensor<1x49x96xf32>, tensor<96xf32>
  return %0 : tensor<1x49x96xf32>
}

// CHECK-LABEL: func @full
//       CHECK:   cnn.layer_norm %{{.*}}, %{{.*}} shift %{{.*}} : tensor<49x96xf32> axis 1 epsilon 1.000000e-03 : tensor<?x49x96xf32>, tensor<49x96xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x49x96xf32>
func.func @full(%x: tensor<?x49x96xf32>, %y: tensor<49x96xf32>, %z: tensor<49x96xf32>) -> tensor<?x49x96xf32> {
  %0 = cnn.layer_norm %x, %y shift %z : tensor<49x96xf32> axis 1 epsilon 1.000000e-03 : tensor<?x49x96xf32>, tensor<49x96xf32>
  return %0 : tensor<?x49x96xf32>
}
