// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @plain
//       CHECK:   cnn.conv_integer %{{.*}}, %{{.*}} : tensor<?x3x8xi8>, tensor<4x3x3xi8>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x4x6xi32>
func.func @plain(%x: tensor<?x3x8xi8>, %w: tensor<4x3x3xi8>) -> tensor<?x4x6xi32> {
  %0 = cnn.conv_integer %x, %w : tensor<?x3x8xi8>, tensor<4x3x3xi8>
  return %0 : tensor<?x4x6xi32>
}

// Everything there is.
// CHECK-LABEL: func @full
//       CHECK:   cnn.conv_integer %{{.*}}, %{{.*}} inputZeroPoint %{{.*}} : tensor<ui8> filterZeroPoint %{{.*}} : tensor<4xi8> bias %{{.*}} : tensor<4xi32> strides [2, 2] pads [1, 1, 1, 1] dilations [1, 2] groups 2 : tensor<1x4x8x8xui8>, tensor<4x2x3x3xi8>
//  CHECK-NEXT:   return %{{.*}} : tensor<1x4x4x3xi32>
func.func @full(%x: tensor<1x4x8x8xui8>, %w: tensor<4x2x3x3xi8>, %xz: tensor<ui8>, %wz: tensor<4xi8>, %b: tensor<4xi32>) -> tensor<1x4x4x3xi32> {
  %0 = cnn.conv_integer %x, %w inputZeroPoint %xz : tensor<ui8> filterZeroPoint %wz : tensor<4xi8> bias %b : tensor<4xi32> strides [2, 2] pads [1, 1, 1, 1] dilations [1, 2] groups 2 : tensor<1x4x8x8xui8>, tensor<4x2x3x3xi8>
  return %0 : tensor<1x4x4x3xi32>
}

// CHECK-LABEL: func @words
//       CHECK:   cnn.conv_integer %{{.*}}, %{{.*}} inputZeroPoint %{{.*}} : tensor<i16> : tensor<1x2x4x4xi16>, tensor<3x2x1x1xi8>
func.func @words(%x: tensor<1x2x4x4xi16>, %w: tensor<3x2x1x1xi8>, %z: tensor<i16>) -> tensor<1x3x4x4xi32> {
  %0 = cnn.conv_integer %x, %w inputZeroPoint %z : tensor<i16> : tensor<1x2x4x4xi16>, tensor<3x2x1x1xi8>
  return %0 : tensor<1x3x4x4xi32>
}
