//===- Translate.h - From a file to compiled files --------------*- C++ -*-===//

#ifndef CNNC_PIPELINE_TRANSLATE_H
#define CNNC_PIPELINE_TRANSLATE_H

#include "cnnc/Export/Export.h"
#include "cnnc/Import/Import.h"
#include "cnnc/Pipeline/Pipeline.h"

#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/SmallVector.h"

namespace llvm {
class SourceMgr;
} // namespace llvm

namespace mlir::cnn {

/// One file that `translate` writes: a form of the compiled network, its MLIR
/// at a boundary, or the network as ONNX.
struct Output {
  /// Empty for MLIR and ONNX.
  std::optional<OutputKind> kind;
  std::string path;
  bool isONNX = false;
};

struct TranslateOptions {
  std::string input;
  SmallVector<Output> outputs;
  /// Where MLIR output stops, and ONNX output, which is not beyond B.
  Boundary until = Boundary::B;
  ImportOptions import;
  ExportOptions onnx;
  CompileOptions compile;
};

/// Reads a network from .onnx, .mlir or .mlirbc. Large weights stay in
/// `context`.
FailureOr<OwningOpRef<ModuleOp>>
readNetwork(StringRef path, MLIRContext *context, const ImportOptions &options);

/// Writes a module to `path`: .mlirbc and .mlir with all data and locations,
/// anything else and "-" without locations and the data of large constants.
llvm::Error writeModule(ModuleOp module, StringRef path);

/// Reads, compiles and writes. What goes wrong is reported once, on standard
/// error; what takes long is shown there if it is a terminal.
LogicalResult translate(TranslateOptions options);

} // namespace mlir::cnn

#endif // CNNC_PIPELINE_TRANSLATE_H
