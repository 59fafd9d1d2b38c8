// RUN: cnn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @drops_concat_of_one
//  CHECK-SAME:   %[[X:.*]]: tensor
//       CHECK:   return %[[X]]
func.func @drops_concat_of_one(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %0 = cnn.concat %x axis 1 : tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}

// CHECK-LABEL: func @flattens
//  CHECK-SAME:   %[[X:.*]]: tensor<1x2xf32>, %[[Y:.*]]: tensor
//       CHECK:   cnn.concat %[[Y]], %[[X]], %[[Y]] axis 1
func.func @flattens(%x: tensor<1x2xf32>, %y: tensor<1x3xf32>) -> tensor<1x8xf32> {
  %0 = cnn.concat %x, %y axis 1 : tensor<1x2xf32>, tensor<1x3xf32>
  %1 = cnn.concat %y, %0 axis 1 : tensor<1x3xf32>, tensor<1x5xf32>
  return %1 : tensor<1x8xf32>
}

// Another user needs the inner concat anyway.
// CHECK-LABEL: func @keeps_shared
//       CHECK:   %[[INNER:.*]] = cnn.concat
//       CHECK:   cnn.concat %{{.*}}, %[[INNER]] axis 1
func.func @keeps_shared(%x: tensor<1x2xf32>, %y: tensor<1x3xf32>) -> (tensor<1x8xf32>, tensor<1x5xf32>) {
  %0 = cnn.concat %x, %y axis 1 : tensor<1x2xf32>, tensor<1x3xf32>
  %1 = cnn.concat %y, %0 axis 1 : tensor<1x3xf32>, tensor<1x5xf32>
  return %1, %0 : tensor<1x8xf32>, tensor<1x5xf32>
}
