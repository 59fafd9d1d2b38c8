// Divisions of 64-bit integers are functions on 32-bit ARM, which its compilers
// link; a shared library has no compiler after it.
// RUN: cnn-translate %s --target=armv7-linux-gnueabihf -o %t.o
// RUN: llvm-nm -u %t.o | FileCheck %s --check-prefix=NEEDS
// RUN: not cnn-translate %s --target=armv7-linux-gnueabihf --emit=shared -o %t.so 2>&1 | FileCheck %s --check-prefix=SHARED
// RUN: cnn-translate %s --target=aarch64-linux-gnu -o %t.o
// RUN: llvm-nm -u %t.o | FileCheck %s --check-prefix=NONE --allow-empty

// NEEDS:      __aeabi_ldivmod
// NEEDS-NOT:  {{.+}}
// NONE-NOT:   {{.+}}
// SHARED:     error: cannot link a shared library for armv7-unknown-linux-gnueabihf: it would need '__aeabi_ldivmod', which its C compiler links; write an object, which has no such limit
func.func @net(%x: tensor<3xi64>, %y: tensor<3xi64>) -> tensor<3xi64> {
  %0 = cnn.binary <div> %x, %y : tensor<3xi64>, tensor<3xi64>
  return %0 : tensor<3xi64>
}
