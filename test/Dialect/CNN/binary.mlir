// RUN: cnn-opt %s --mlir-print-op-generic | cnn-opt | FileCheck %s

// CHECK-LABEL: func @add
//       CHECK:   cnn.binary <add> %{{.*}}, %{{.*}} : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x4x4xf32>
func.func @add(%x: tensor<?x8x4x4xf32>, %y: tensor<8x1x1xf32>) -> tensor<?x8x4x4xf32> {
  %0 = cnn.binary <add> %x, %y : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// CHECK-LABEL: func @sub
//       CHECK:   cnn.binary <sub> %{{.*}}, %{{.*}} : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x4x4xf32>
func.func @sub(%x: tensor<?x8x4x4xf32>, %y: tensor<8x1x1xf32>) -> tensor<?x8x4x4xf32> {
  %0 = cnn.binary <sub> %x, %y : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// CHECK-LABEL: func @mul
//       CHECK:   cnn.binary <mul> %{{.*}}, %{{.*}} : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x4x4xf32>
func.func @mul(%x: tensor<?x8x4x4xf32>, %y: tensor<8x1x1xf32>) -> tensor<?x8x4x4xf32> {
  %0 = cnn.binary <mul> %x, %y : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// CHECK-LABEL: func @div
//       CHECK:   cnn.binary <div> %{{.*}}, %{{.*}} : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x4x4xf32>
func.func @div(%x: tensor<?x8x4x4xf32>, %y: tensor<8x1x1xf32>) -> tensor<?x8x4x4xf32> {
  %0 = cnn.binary <div> %x, %y : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// CHECK-LABEL: func @pow
//       CHECK:   cnn.binary <pow> %{{.*}}, %{{.*}} : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x4x4xf32>
func.func @pow(%x: tensor<?x8x4x4xf32>, %y: tensor<8x1x1xf32>) -> tensor<?x8x4x4xf32> {
  %0 = cnn.binary <pow> %x, %y : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// CHECK-LABEL: func @min
//       CHECK:   cnn.binary <min> %{{.*}}, %{{.*}} : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x4x4xf32>
func.func @min(%x: tensor<?x8x4x4xf32>, %y: tensor<8x1x1xf32>) -> tensor<?x8x4x4xf32> {
  %0 = cnn.binary <min> %x, %y : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// CHECK-LABEL: func @max
//       CHECK:   cnn.binary <max> %{{.*}}, %{{.*}} : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x4x4xf32>
func.func @max(%x: tensor<?x8x4x4xf32>, %y: tensor<8x1x1xf32>) -> tensor<?x8x4x4xf32> {
  %0 = cnn.binary <max> %x, %y : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// CHECK-LABEL: func @prelu
//       CHECK:   cnn.binary <prelu> %{{.*}}, %{{.*}} : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8x4x4xf32>
func.func @prelu(%x: tensor<?x8x4x4xf32>, %y: tensor<8x1x1xf32>) -> tensor<?x8x4x4xf32> {
  %0 = cnn.binary <prelu> %x, %y : tensor<?x8x4x4xf32>, tensor<8x1x1xf32>
  return %0 : tensor<?x8x4x4xf32>
}

// CHECK-LABEL: func @both_broadcast
//       CHECK:   cnn.binary <add> %{{.*}}, %{{.*}} : tensor<2x1xi64>, tensor<1x3xi64>
//  CHECK-NEXT:   return %{{.*}} : tensor<2x3xi64>
func.func @both_broadcast(%x: tensor<2x1xi64>, %y: tensor<1x3xi64>) -> tensor<2x3xi64> {
  %0 = cnn.binary <add> %x, %y : tensor<2x1xi64>, tensor<1x3xi64>
  return %0 : tensor<2x3xi64>
}

// CHECK-LABEL: func @batch_and_one
//       CHECK:   cnn.binary <add> %{{.*}}, %{{.*}} : tensor<1x4xf32>, tensor<?x4xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x4xf32>
func.func @batch_and_one(%x: tensor<1x4xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = cnn.binary <add> %x, %y : tensor<1x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: func @mod
//       CHECK:   cnn.binary <mod> %{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<8xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xf32>
func.func @mod(%x: tensor<?x8xf32>, %y: tensor<8xf32>) -> tensor<?x8xf32> {
  %0 = cnn.binary <mod> %x, %y : tensor<?x8xf32>, tensor<8xf32>
  return %0 : tensor<?x8xf32>
}

// CHECK-LABEL: func @rem
//       CHECK:   cnn.binary <rem> %{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<8xf32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xf32>
func.func @rem(%x: tensor<?x8xf32>, %y: tensor<8xf32>) -> tensor<?x8xf32> {
  %0 = cnn.binary <rem> %x, %y : tensor<?x8xf32>, tensor<8xf32>
  return %0 : tensor<?x8xf32>
}

// CHECK-LABEL: func @bit_and
//       CHECK:   cnn.binary <bit_and> %{{.*}}, %{{.*}} : tensor<?x8xi1>, tensor<8xi1>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xi1>
func.func @bit_and(%x: tensor<?x8xi1>, %y: tensor<8xi1>) -> tensor<?x8xi1> {
  %0 = cnn.binary <bit_and> %x, %y : tensor<?x8xi1>, tensor<8xi1>
  return %0 : tensor<?x8xi1>
}

// CHECK-LABEL: func @bit_or
//       CHECK:   cnn.binary <bit_or> %{{.*}}, %{{.*}} : tensor<?x8xi32>, tensor<8xi32>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xi32>
func.func @bit_or(%x: tensor<?x8xi32>, %y: tensor<8xi32>) -> tensor<?x8xi32> {
  %0 = cnn.binary <bit_or> %x, %y : tensor<?x8xi32>, tensor<8xi32>
  return %0 : tensor<?x8xi32>
}

// CHECK-LABEL: func @bit_xor
//       CHECK:   cnn.binary <bit_xor> %{{.*}}, %{{.*}} : tensor<?x8xui8>, tensor<8xui8>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xui8>
func.func @bit_xor(%x: tensor<?x8xui8>, %y: tensor<8xui8>) -> tensor<?x8xui8> {
  %0 = cnn.binary <bit_xor> %x, %y : tensor<?x8xui8>, tensor<8xui8>
  return %0 : tensor<?x8xui8>
}

// CHECK-LABEL: func @shift_left
//       CHECK:   cnn.binary <shift_left> %{{.*}}, %{{.*}} : tensor<?x8xui8>, tensor<8xui8>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xui8>
func.func @shift_left(%x: tensor<?x8xui8>, %y: tensor<8xui8>) -> tensor<?x8xui8> {
  %0 = cnn.binary <shift_left> %x, %y : tensor<?x8xui8>, tensor<8xui8>
  return %0 : tensor<?x8xui8>
}

// CHECK-LABEL: func @shift_right
//       CHECK:   cnn.binary <shift_right> %{{.*}}, %{{.*}} : tensor<?x8xui64>, tensor<8xui64>
//  CHECK-NEXT:   return %{{.*}} : tensor<?x8xui64>
func.func @shift_right(%x: tensor<?x8xui64>, %y: tensor<8xui64>) -> tensor<?x8xui64> {
  %0 = cnn.binary <shift_right> %x, %y : tensor<?x8xui64>, tensor<8xui64>
  return %0 : tensor<?x8xui64>
}
