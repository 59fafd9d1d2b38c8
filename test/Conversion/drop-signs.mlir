// RUN: cnn-opt %s --split-input-file --drop-signs | FileCheck %s

// The entry, constants and bodies lose signs together; what the arithmetic
// means is in the operations already.
// CHECK-LABEL: func @widens
// CHECK-SAME:    (%[[X:.*]]: tensor<4xi8>) -> tensor<4xi32>
//      CHECK:    arith.constant dense<[0, 1, -1, -56]> : tensor<4xi8>
//      CHECK:    linalg.generic {{.*}} ins(%[[X]], %{{.*}} : tensor<4xi8>, tensor<4xi8>)
//      CHECK:    ^bb0(%[[A:.*]]: i8, %[[B:.*]]: i8, %{{.*}}: i32):
// CHECK-NEXT:      arith.extui %[[A]] : i8 to i32
// CHECK-NEXT:      arith.extui %[[B]] : i8 to i32
//  CHECK-NOT:    unrealized_conversion_cast
#map = affine_map<(d0) -> (d0)>
func.func @widens(%x: tensor<4xui8>) -> tensor<4xui32> {
  %c = arith.constant dense<[0, 1, 255, 200]> : tensor<4xui8>
  %empty = tensor.empty() : tensor<4xui32>
  %y = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel"]}
      ins(%x, %c : tensor<4xui8>, tensor<4xui8>) outs(%empty : tensor<4xui32>) {
  ^bb0(%a: ui8, %b: ui8, %out: ui32):
    %0 = builtin.unrealized_conversion_cast %a : ui8 to i8
    %1 = builtin.unrealized_conversion_cast %b : ui8 to i8
    %2 = arith.extui %0 : i8 to i32
    %3 = arith.extui %1 : i8 to i32
    %4 = arith.addi %2, %3 : i32
    %5 = builtin.unrealized_conversion_cast %4 : i32 to ui32
    linalg.yield %5 : ui32
  } -> tensor<4xui32>
  return %y : tensor<4xui32>
}

// -----

// A view of a tensor as one of the other sign is the tensor.
// CHECK-LABEL: func @views
// CHECK-SAME:    (%[[X:.*]]: tensor<1x4x2x2xi8>
//      CHECK:    kernel.pack ins(%[[X]] : tensor<1x4x2x2xi8>) outs(%{{.*}} : tensor<1x1x2x2x4xi8>)
func.func @views(%x: tensor<1x4x2x2xui8>) -> tensor<1x1x2x2x4xi8> {
  %0 = builtin.unrealized_conversion_cast %x : tensor<1x4x2x2xui8> to tensor<1x4x2x2xi8>
  %empty = tensor.empty() : tensor<1x1x2x2x4xi8>
  %y = kernel.pack ins(%0 : tensor<1x4x2x2xi8>) outs(%empty : tensor<1x1x2x2x4xi8>)
  return %y : tensor<1x1x2x2x4xi8>
}

// -----

// CHECK-LABEL: func @keeps
// CHECK-SAME:    (%{{.*}}: tensor<2xi8>, %{{.*}}: tensor<2xf32>, %{{.*}}: tensor<2xi1>)
func.func @keeps(%x: tensor<2xi8>, %y: tensor<2xf32>, %z: tensor<2xi1>) -> tensor<2xi8> {
  return %x : tensor<2xi8>
}
