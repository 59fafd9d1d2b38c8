// RUN: cnn-opt %s --compress-weights --split-input-file --verify-diagnostics --print-weights | FileCheck %s
// RUN: not cnn-opt %s --compress-weights --split-input-file --remarks-filter=cnn 2>&1 | FileCheck %s --check-prefix=REMARK

// 400 bytes of one value take a header of 16, a record of 32 with 4 for the value and 2 for its table, and 16 at the end. The function still reads the
// block that is decoded.

// CHECK:       cnn.weights = [dense_resource<weights> : tensor<70xi8>]
// CHECK-LABEL: func @compresses
// CHECK-SAME:    memref<400xi8>
// CHECK-SAME:    cnn.decoded_weights = 400 : i64
// REMARK:      400 bytes of constants in 70
module attributes {cnn.weights = [dense<1.0> : tensor<100xf32>]} {
  func.func @compresses(%weights: memref<400xi8>) {
    return
  }
}

// -----

// Nothing to store, nothing to load.

// CHECK-LABEL: module attributes {cnn.weights = []}
// CHECK-NOT:   cnn.decoded_weights
module attributes {cnn.weights = []} {
  func.func @keeps(%weights: memref<0xi8>) {
    return
  }
}

// -----

// expected-error @below {{expected attribute cnn.weights, a list of constants, which --externalize-weights adds}}
module {
  func.func @refuses() {
    return
  }
}
