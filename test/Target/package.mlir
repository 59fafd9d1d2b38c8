// What a package has, and what it may be written over.

// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: cnn-translate %s --target=x86_64-linux-gnu --emit=package -o net
// RUN: find net -type f | sort | FileCheck %s --check-prefix=FILES
// FILES:      net/CMakeLists.txt
// FILES-NEXT: net/README.md
// FILES-NEXT: net/include/net.h
// FILES-NEXT: net/lib/cmake/net/netConfig.cmake
// FILES-NEXT: net/lib/libnet.a
// FILES-NEXT: net/lib/libnet.so
// FILES-NEXT: net/lib/pkgconfig/net.pc
// FILES-NEXT: net/main.c
// FILES-NOT:  {{.}}

// RUN: llvm-ar t net/lib/libnet.a | FileCheck %s --check-prefix=MEMBER
// MEMBER: {{^}}net.o{{$}}

// Types that C does not have become numbers; a batch is one image.
// RUN: %cc -std=c11 -Wall -Wextra -Werror -pedantic -fsyntax-only -Inet/include net/main.c
// RUN: FileCheck %s --check-prefix=EXAMPLE < net/main.c
// EXAMPLE: arena[1]
// EXAMPLE: from_float16(output_0[i])
// EXAMPLE: net_run((const void *const *)inputs, outputs, arena, /*batch=*/1)
// RUN: FileCheck %s --check-prefix=README < net/README.md
// README: | input 0 | x | float16 | -1 x 3 | 6 |

// Once more in the same place; nothing else is left beside it.
// RUN: cnn-translate %s --target=aarch64-linux-gnu --emit=package -o net/
// RUN: ls . | FileCheck %s --check-prefix=AGAIN
// AGAIN:     {{^}}net
// AGAIN-NOT: {{.}}
// RUN: FileCheck %s --check-prefix=TOOLCHAIN < net/toolchain.cmake
// TOOLCHAIN: find_program(net_C_COMPILER aarch64-linux-gnu-gcc

// Without an operating system there are no shared libraries.
// RUN: cnn-translate %s --target=thumbv7em-none-eabihf --cpu=cortex-m4 --emit=package -o board
// RUN: not ls board/lib/libnet.so
// RUN: FileCheck %s --check-prefix=BOARD < board/README.md
// RUN: FileCheck %s --check-prefix=CORTEX < board/toolchain.cmake
// BOARD:       There is no shared library: thumbv7em-unknown-none-eabihf has no shared libraries
// CORTEX:      find_program(net_C_COMPILER arm-none-eabi-gcc
// CORTEX:      set(CMAKE_SYSTEM_NAME Generic)
// CORTEX-NEXT: set(CMAKE_SYSTEM_PROCESSOR arm)
// CORTEX:      -mcpu=cortex-m4 -mthumb -mfloat-abi=hard

// Files of others are not lost.
// RUN: touch net/notes.txt
// RUN: not cnn-translate %s --emit=package -o net 2>&1 | FileCheck %s --check-prefix=FOREIGN
// FOREIGN: error: cannot write the package 'net': it has 'notes.txt', which is no file of a package of net; remove the folder or name another
// RUN: mkdir mine && touch mine/main.c mine/CMakeLists.txt
// RUN: not cnn-translate %s --emit=package -o mine 2>&1 | FileCheck %s --check-prefix=MINE
// MINE: error: cannot write the package 'mine': its files are not those of a package that cnnc wrote
// RUN: not cnn-translate %s --emit=package -o net/notes.txt 2>&1 | FileCheck %s --check-prefix=FILE
// FILE: error: cannot write the package 'net/notes.txt': it is a file
// RUN: mkdir empty && cd empty
// RUN: not cnn-translate %s --emit=package -o . 2>&1 | FileCheck %s --check-prefix=HERE
// HERE: error: cannot write the package '.': it is the current folder
// RUN: cd .. && cnn-translate %s --emit=package -o empty && ls empty/README.md
// RUN: not cnn-translate %s --emit=package -o absent/net 2>&1 | FileCheck %s --check-prefix=ABSENT
// ABSENT: error: {{.*}}absent/net{{.*}}: No such file or directory

// RUN: not cnn-translate %s --emit=package 2>&1 | FileCheck %s --check-prefix=ALONE
// RUN: not cnn-translate %s --emit=package,header -o both 2>&1 | FileCheck %s --check-prefix=ALONE
// ALONE: error: --emit=package needs -o FOLDER, and no other kind beside it
func.func @net(%x: tensor<1x3xf16>) -> tensor<1x3xf16> attributes {
    cnn.dynamic_batch,
    cnn.inputs = [{name = "x", type = tensor<?x3xf16>}],
    cnn.outputs = [{name = "y", type = tensor<?x3xf16>}]} {
  %empty = tensor.empty() : tensor<1x3xf16>
  %0 = linalg.copy ins(%x : tensor<1x3xf16>) outs(%empty : tensor<1x3xf16>) -> tensor<1x3xf16>
  return %0 : tensor<1x3xf16>
}
