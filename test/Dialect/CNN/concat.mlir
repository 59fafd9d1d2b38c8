// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @channels
//       CHECK:   cnn.concat %{{.*}}, %{{.*}} axis 1 : tensor<?x2x4xf32>, tensor<?x6x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x4xf32>
func.func @channels(%x: tensor<?x2x4xf32>, %y: tensor<?x6x4xf32>) -> tensor<?x8x4xf32> {
  %0 = cnn.concat %x, %y axis 1 : tensor<?x2x4xf32>, tensor<?x6x4xf32>
  return %0 : tensor<?x8x4xf32>
}

// CHECK-LABEL: func @one
//       CHECK:   cnn.concat %{{.*}} axis 0 : tensor<?x2x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x2x4xf32>
func.func @one(%x: tensor<?x2x4xf32>) -> tensor<?x2x4xf32> {
  %0 = cnn.concat %x axis 0 : tensor<?x2x4xf32>
  return %0 : tensor<?x2x4xf32>
}

// CHECK-LABEL: func @integers
//       CHECK:   cnn.concat %{{.*}}, %{{.*}}, %{{.*}} axis 0 : tensor<1xi64>, tensor<2xi64>, tensor<1xi64>
//  CHECK-NEXT:   return %{{.*}} : tensor<4xi64>
func.func @integers(%x: tensor<1xi64>, %y: tensor<2xi64>, %z: tensor<1xi64>) -> tensor<4xi64> {
  %0 = cnn.concat %x, %y, %z axis 0 : tensor<1xi64>, tensor<2xi64>, tensor<1xi64>
  return %0 : tensor<4xi64>
}
