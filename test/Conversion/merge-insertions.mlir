// RUN: cnn-opt %s --merge-insertions | FileCheck %s

// Both halves of %x are inserted as %x.
// CHECK-LABEL: func @merges_halves
// CHECK-SAME:    %[[X:.*]]: tensor<1x4x3xf32>, %[[Y:.*]]: tensor<1x2x3xf32>
//      CHECK:    %[[BOTH:.*]] = tensor.insert_slice %[[X]] into %{{.*}}[0, 0, 0] [1, 4, 3]
//      CHECK:    tensor.insert_slice %[[Y]] into %[[BOTH]][0, 4, 0] [1, 2, 3]
func.func @merges_halves(%x: tensor<1x4x3xf32>, %y: tensor<1x2x3xf32>) -> tensor<1x6x3xf32> {
  %low = tensor.extract_slice %x[0, 0, 0] [1, 2, 3] [1, 1, 1] : tensor<1x4x3xf32> to tensor<1x2x3xf32>
  %high = tensor.extract_slice %x[0, 2, 0] [1, 2, 3] [1, 1, 1] : tensor<1x4x3xf32> to tensor<1x2x3xf32>
  %e = tensor.empty() : tensor<1x6x3xf32>
  %0 = tensor.insert_slice %low into %e[0, 0, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x6x3xf32>
  %1 = tensor.insert_slice %high into %0[0, 2, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x6x3xf32>
  %2 = tensor.insert_slice %y into %1[0, 4, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x6x3xf32>
  return %2 : tensor<1x6x3xf32>
}

// CHECK-LABEL: func @keeps_exchanged_halves
// CHECK-COUNT-2: tensor.insert_slice {{.*}} : tensor<1x2x3xf32> into
func.func @keeps_exchanged_halves(%x: tensor<1x4x3xf32>) -> tensor<1x4x3xf32> {
  %low = tensor.extract_slice %x[0, 0, 0] [1, 2, 3] [1, 1, 1] : tensor<1x4x3xf32> to tensor<1x2x3xf32>
  %high = tensor.extract_slice %x[0, 2, 0] [1, 2, 3] [1, 1, 1] : tensor<1x4x3xf32> to tensor<1x2x3xf32>
  %e = tensor.empty() : tensor<1x4x3xf32>
  %0 = tensor.insert_slice %high into %e[0, 0, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x4x3xf32>
  %1 = tensor.insert_slice %low into %0[0, 2, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x4x3xf32>
  return %1 : tensor<1x4x3xf32>
}

// A dense block: the second concatenation starts with the first.
// CHECK-LABEL: func @inserts_concatenation
// CHECK-SAME:    %[[X:.*]]: tensor<1x2x3xf32>, %[[Y:.*]]: tensor<1x2x3xf32>, %[[Z:.*]]: tensor<1x2x3xf32>
//      CHECK:    tensor.insert_slice %[[X]]
//      CHECK:    %[[XY:.*]] = tensor.insert_slice %[[Y]] {{.*}} into tensor<1x4x3xf32>
//  CHECK-NOT:    insert_slice %[[X]]
//      CHECK:    %[[START:.*]] = tensor.insert_slice %[[XY]] into %{{.*}}[0, 0, 0] [1, 4, 3]
//      CHECK:    %[[XYZ:.*]] = tensor.insert_slice %[[Z]] into %[[START]][0, 4, 0] [1, 2, 3]
//      CHECK:    return %[[XY]], %[[XYZ]]
func.func @inserts_concatenation(%x: tensor<1x2x3xf32>, %y: tensor<1x2x3xf32>, %z: tensor<1x2x3xf32>)
    -> (tensor<1x4x3xf32>, tensor<1x6x3xf32>) {
  %e = tensor.empty() : tensor<1x4x3xf32>
  %0 = tensor.insert_slice %x into %e[0, 0, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x4x3xf32>
  %1 = tensor.insert_slice %y into %0[0, 2, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x4x3xf32>
  %f = tensor.empty() : tensor<1x6x3xf32>
  %2 = tensor.insert_slice %x into %f[0, 0, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x6x3xf32>
  %3 = tensor.insert_slice %y into %2[0, 2, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x6x3xf32>
  %4 = tensor.insert_slice %z into %3[0, 4, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x6x3xf32>
  return %1, %4 : tensor<1x4x3xf32>, tensor<1x6x3xf32>
}

// CHECK-LABEL: func @keeps_other_order
// CHECK-SAME:    %[[X:.*]]: tensor<1x2x3xf32>, %[[Y:.*]]: tensor<1x2x3xf32>, %[[Z:.*]]: tensor<1x2x3xf32>
// CHECK-COUNT-2: tensor.insert_slice %[[X]]
func.func @keeps_other_order(%x: tensor<1x2x3xf32>, %y: tensor<1x2x3xf32>, %z: tensor<1x2x3xf32>)
    -> (tensor<1x4x3xf32>, tensor<1x6x3xf32>) {
  %e = tensor.empty() : tensor<1x4x3xf32>
  %0 = tensor.insert_slice %x into %e[0, 0, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x4x3xf32>
  %1 = tensor.insert_slice %y into %0[0, 2, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x4x3xf32>
  %f = tensor.empty() : tensor<1x6x3xf32>
  %2 = tensor.insert_slice %x into %f[0, 0, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x6x3xf32>
  %3 = tensor.insert_slice %z into %2[0, 2, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x6x3xf32>
  %4 = tensor.insert_slice %y into %3[0, 4, 0] [1, 2, 3] [1, 1, 1] : tensor<1x2x3xf32> into tensor<1x6x3xf32>
  return %1, %4 : tensor<1x4x3xf32>, tensor<1x6x3xf32>
}
