//===- Import.h - From ONNX to the cnn dialect ------------------*- C++ -*-===//

#ifndef CNNC_IMPORT_IMPORT_H
#define CNNC_IMPORT_IMPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"

#include <string>

namespace mlir::cnn {

struct ImportOptions {
  /// Shapes of inputs by name; they replace what the file says. -1 in dimension
  /// 0 keeps the batch dynamic.
  llvm::StringMap<SmallVector<int64_t>> inputShapes;
  /// Name of the entry function. Without it the graph's name, and without that
  /// the file's; either is made a C identifier.
  std::string name;
};

/// Parses "name:1x3x224x224", as `--input-shape` takes it; the name may contain
/// colons and `?` is a dynamic batch. Fails with a sentence that says what is
/// wrong.
llvm::Error parseInputShape(StringRef text, ImportOptions &options);

/// The network in the ONNX file `path` as a module at boundary A. What cannot
/// be imported ends in exactly one diagnostic.
FailureOr<OwningOpRef<ModuleOp>> importONNX(StringRef path,
                                            MLIRContext *context,
                                            const ImportOptions &options = {});

} // namespace mlir::cnn

#endif // CNNC_IMPORT_IMPORT_H
