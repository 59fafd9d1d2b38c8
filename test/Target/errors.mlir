// RUN: not cnn-translate %s --emit=foo 2>&1 | FileCheck %s --check-prefix=KIND
// RUN: not cnn-translate %s --cpu=abacus 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not cnn-translate %s --target=abacus 2>&1 | FileCheck %s --check-prefix=TRIPLE
// RUN: not cnn-translate %s --target=mips-linux-gnu 2>&1 | FileCheck %s --check-prefix=MACHINE
// RUN: not cnn-translate %s --target=armebv7-linux-gnueabihf 2>&1 | FileCheck %s --check-prefix=ENDIAN
// RUN: not cnn-translate %s --until=F --emit=mlir 2>&1 | FileCheck %s --check-prefix=BOUNDARY
// RUN: not cnn-translate %t.absent.mlir 2>&1 | FileCheck %s --check-prefix=ABSENT
// RUN: not cnn-translate %s -o %t.o 2>&1 | FileCheck %s --check-prefix=DOUBLE
// RUN: not ls %t.o

// KIND:     error: unknown kind of output 'foo'; expected one of mlir, onnx, llvm, asm, obj, static, lib, shared, header, package
// CPU:      error: unknown cpu 'abacus'
// TRIPLE:   error: unknown target 'abacus'; expected a triple, ARCHITECTURE-SYSTEM-ENVIRONMENT, such as x86_64-linux-gnu, aarch64-linux-gnu
// MACHINE:  error: unsupported target 'mips-linux-gnu'; expected a triple, ARCHITECTURE-SYSTEM-ENVIRONMENT, such as
// ENDIAN:   error: unsupported target 'armebv7-linux-gnueabihf'
// BOUNDARY: error: unknown boundary 'F'; expected A, B, C, D or E
// ABSENT:   No such file or directory

// One message, though two operations cannot be compiled.
// DOUBLE:     error: has no implementation without a mathematical library for type 'f64'
// DOUBLE-NOT: error:
#map = affine_map<(i) -> (i)>
func.func @net(%x: tensor<3xf64>) -> tensor<3xf64> {
  %empty = tensor.empty() : tensor<3xf64>
  %0 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]}
      ins(%x : tensor<3xf64>) outs(%empty : tensor<3xf64>) {
  ^bb0(%in: f64, %out: f64):
    %1 = math.cbrt %in : f64
    %2 = math.cbrt %1 : f64
    linalg.yield %2 : f64
  } -> tensor<3xf64>
  return %0 : tensor<3xf64>
}
