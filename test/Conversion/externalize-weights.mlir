// RUN: cnn-opt %s --externalize-weights --split-input-file --verify-diagnostics | FileCheck %s

// Two equal constants share 16 bytes; the next one starts at 64.
// CHECK:       cnn.weights = [dense<1.000000e+00> : tensor<4xf32>, dense<[5, 6]> : tensor<2xi8>]
// CHECK-LABEL: func @shares
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<4xf32>, %[[BLOCK:[a-z0-9]+]]: memref<66xi8>
// CHECK-DAG:     %[[FIRST:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[SECOND:.*]] = arith.constant 64 : index
// CHECK-DAG:     memref.view %[[BLOCK]][%[[SECOND]]][] : memref<66xi8> to memref<2xi8>
// CHECK-DAG:     memref.view %[[BLOCK]][%{{.*}}][] : memref<66xi8> to memref<4xf32>
// CHECK-NOT:     memref.get_global
memref.global "private" constant @a : memref<4xf32> = dense<1.0>
memref.global "private" constant @b : memref<4xf32> = dense<[1.0, 1.0, 1.0, 1.0]>
memref.global "private" constant @c : memref<2xi8> = dense<[5, 6]>
func.func @shares(%x: memref<4xf32>) {
  %a = memref.get_global @a : memref<4xf32>
  %b = memref.get_global @b : memref<4xf32>
  %c = memref.get_global @c : memref<2xi8>
  memref.copy %a, %x : memref<4xf32> to memref<4xf32>
  memref.copy %b, %x : memref<4xf32> to memref<4xf32>
  %zero = arith.constant 0 : index
  %byte = memref.load %c[%zero] : memref<2xi8>
  memref.store %byte, %c[%zero] : memref<2xi8>
  return
}

// -----

// expected-error @below {{expected only constant globals with data}}
memref.global "private" @variable : memref<4xf32>
func.func @refuses() {
  return
}
