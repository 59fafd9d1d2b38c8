// RUN: cnn-opt %s --specialize-batch --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func @infers
// CHECK-SAME:    tensor<1x4xf32>) -> tensor<1x4xf32>
// CHECK-SAME:    cnn.dynamic_batch
// CHECK:         cnn.unary <relu> {{.*}} : tensor<1x4xf32>
func.func @infers(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = cnn.unary <relu> %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

// CHECK-LABEL: func @slices_each_image
// CHECK:         cnn.slice {{.*}} starts [0, 1] sizes [-1, 2] : tensor<1x4xf32>
func.func @slices_each_image(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %0 = cnn.slice %x starts [0, 1] sizes [-1, 2] : tensor<?x4xf32>
  return %0 : tensor<?x2xf32>
}

// -----

// CHECK-LABEL: func @leaves_static
// CHECK-NOT:     cnn.dynamic_batch
func.func @leaves_static(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  return %x : tensor<2x4xf32>
}

// -----

// expected-error @below {{expected only dimension 0, the batch, to be dynamic, but input 0 is 'tensor<1x?xf32>'}}
func.func @dynamic_width(%x: tensor<1x?xf32>) -> tensor<1x?xf32> {
  return %x : tensor<1x?xf32>
}

// -----

// A result for one image would need the other images.
func.func @mixes(%x: tensor<?x4xf32>) -> tensor<4xf32> {
  // expected-error @below {{'cnn.reduce' combines the images of a batch, which is dynamic; expected a fixed batch, for example by --input-shape=input:1x4}}
  %0 = cnn.reduce <mean> %x axes [0] : tensor<?x4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @normalizes_the_batch(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @below {{'cnn.softmax' combines the images of a batch}}
  %0 = cnn.softmax %x axis 0 : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

func.func @finds_an_image(%x: tensor<?x4xf32>) -> tensor<4xi64> {
  // expected-error @below {{'cnn.arg_reduce' combines the images of a batch}}
  %0 = cnn.arg_reduce <max> %x axis 0 : tensor<?x4xf32>
  return %0 : tensor<4xi64>
}

// -----

func.func @sums_images(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @below {{'cnn.cumulative_sum' combines the images of a batch}}
  %0 = cnn.cumulative_sum %x axis 0 : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

func.func @looks_images_up(%x: tensor<?x4xf32>, %i: tensor<2xi64>) -> tensor<2x4xf32> {
  // expected-error @below {{'cnn.gather' combines the images of a batch}}
  %0 = cnn.gather %x, %i axis 0 : tensor<?x4xf32>, tensor<2xi64>
  return %0 : tensor<2x4xf32>
}

// -----

// Numbers that index a table stay apart.
// CHECK-LABEL: func @looks_numbers_up
//       CHECK:   cnn.gather {{.*}} : tensor<256xui8>, tensor<1x4xui8>
func.func @looks_numbers_up(%x: tensor<?x4xui8>, %t: tensor<256xui8>) -> tensor<?x4xui8> {
  %0 = cnn.gather %t, %x axis 0 : tensor<256xui8>, tensor<?x4xui8>
  return %0 : tensor<?x4xui8>
}
