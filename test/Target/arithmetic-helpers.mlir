// Divisions of 64-bit integers are functions on 32-bit ARM, which its compilers
// link; for a shared library one is needed.
// RUN: cnn-translate %s --target=armv7-linux-gnueabihf -o %t.o
// RUN: llvm-nm -u %t.o | FileCheck %s --check-prefix=NEEDS
// RUN: not env PATH= %build/bin/cnn-translate %s --target=armv7-linux-gnueabihf --emit=shared -o %t.so 2>&1 | FileCheck %s --check-prefix=SHARED
// RUN: %if armv7-cross %{ cnn-translate %s --target=armv7-linux-gnueabihf --emit=shared -o %t.so && llvm-nm -D -u %t.so | FileCheck %s --check-prefix=LINKED --allow-empty %}
// RUN: cnn-translate %s --target=aarch64-linux-gnu -o %t.o
// RUN: llvm-nm -u %t.o | FileCheck %s --check-prefix=NONE --allow-empty

// RUN: cnn-translate %s --target=thumbv7em-none-eabihf --emit=header -o - | FileCheck %s --check-prefix=HEADER
// RUN: not cnn-translate %s --target=thumbv7em-none-eabihf --emit=shared -o %t.so 2>&1 | FileCheck %s --check-prefix=BARE

// HEADER:     The object calls, of the libraries of the C compiler: __aeabi_ldivmod.
// BARE:       error: thumbv7em-unknown-none-eabihf has no shared libraries; write an object
// NEEDS:      __aeabi_ldivmod
// NEEDS-NOT:  {{.+}}
// NONE-NOT:   {{.+}}
// LINKED-NOT: aeabi
// SHARED:     error: cannot link a shared library for armv7-unknown-linux-gnueabihf, which needs the function '__aeabi_ldivmod': expected arm-linux-gnueabihf-gcc (Debian's package gcc-arm-linux-gnueabihf) on the PATH; --emit=obj and --emit=static need no linker
func.func @net(%x: tensor<3xi64>, %y: tensor<3xi64>) -> tensor<3xi64> {
  %0 = cnn.binary <div> %x, %y : tensor<3xi64>, tensor<3xi64>
  return %0 : tensor<3xi64>
}
