// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @plain
//       CHECK:   cnn.dequantize %{{.*}}, %{{.*}} : tensor<4xi32>, tensor<f32>
//  CHECK-NEXT:   return %{{.*}} : tensor<4xf32>
func.func @plain(%x: tensor<4xi32>, %s: tensor<f32>) -> tensor<4xf32> {
  %0 = cnn.dequantize %x, %s : tensor<4xi32>, tensor<f32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @channels
//       CHECK:   cnn.dequantize %{{.*}}, %{{.*}} zeroPoint %{{.*}} : tensor<3x1xui8> : tensor<?x3x4xui8>, tensor<3x1xbf16>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x3x4xbf16>
func.func @channels(%x: tensor<?x3x4xui8>, %s: tensor<3x1xbf16>, %z: tensor<3x1xui8>) -> tensor<?x3x4xbf16> {
  %0 = cnn.dequantize %x, %s zeroPoint %z : tensor<3x1xui8> : tensor<?x3x4xui8>, tensor<3x1xbf16>
  return %0 : tensor<?x3x4xbf16>
}
