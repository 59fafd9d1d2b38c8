//===- Import.h - From ONNX to the cnn dialect ------------------*- C++ -*-===//

#ifndef CNNC_IMPORT_IMPORT_H
#define CNNC_IMPORT_IMPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <string>
#include <vector>

namespace mlir::cnn {

struct ImportOptions {
  /// Shapes of inputs by name; they replace what the file says. -1 in dimension
  /// 0 keeps the batch dynamic.
  llvm::StringMap<SmallVector<int64_t>> inputShapes;
  /// Name of the entry function. Without it the graph's name, and without that
  /// the file's; either is made a C identifier.
  std::string name;
  /// Functions and loops become copies of their nodes; more than this are taken
  /// for a mistake.
  int64_t maxCopiedNodes = 100000;
};

/// Parses "name:1x3x224x224", as `--input-shape` takes it; the name may contain
/// colons and `?` is a dynamic batch. Fails with a sentence that says what is
/// wrong.
llvm::Error parseInputShape(StringRef text, ImportOptions &options);

/// The network in the ONNX file `path` as a module at boundary A. What cannot
/// be imported ends in exactly one diagnostic, which names all nodes that are
/// not supported.
FailureOr<OwningOpRef<ModuleOp>> importONNX(StringRef path,
                                            MLIRContext *context,
                                            const ImportOptions &options = {});

/// The same for a file in memory, called as the buffer is; external data are
/// looked for beside a file of that name.
FailureOr<OwningOpRef<ModuleOp>> importONNX(llvm::MemoryBufferRef buffer,
                                            MLIRContext *context,
                                            const ImportOptions &options = {});

/// Imports the ONNX file `path` only to print to `stream` how many nodes of
/// which operators it has, or what importONNX would refuse.
LogicalResult checkONNX(StringRef path, MLIRContext *context,
                        const ImportOptions &options, raw_ostream &stream);

/// The names of the operators that can be imported, sorted; behind their domain
/// unless that is ai.onnx.
std::vector<std::string> listOperators();

} // namespace mlir::cnn

#endif // CNNC_IMPORT_IMPORT_H
