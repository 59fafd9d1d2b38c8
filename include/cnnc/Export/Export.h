//===- Export.h - From the cnn dialect to ONNX ------------------*- C++ -*-===//

#ifndef CNNC_EXPORT_EXPORT_H
#define CNNC_EXPORT_EXPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace mlir::cnn {

/// How layers of integers that are requantized are written.
enum class QuantizedForm {
  /// Float layers between DequantizeLinear and QuantizeLinear.
  qdq,
  /// QLinearConv, QLinearMatMul and, of com.microsoft, QLinearAdd and the like.
  qlinear,
};

struct ExportOptions {
  /// The opset of ai.onnx, from firstExportOpset to lastExportOpset.
  int64_t opset = 17;
  QuantizedForm quantized = QuantizedForm::qdq;
  /// Put constants into the file PATH.data, as is done without being asked
  /// where they would exceed the 2 GB of a file.
  bool externalData = false;
};

inline constexpr int64_t firstExportOpset = 13;
inline constexpr int64_t lastExportOpset = 22;

/// Fails with a sentence that says what is expected.
llvm::Error checkExportOptions(const ExportOptions &options);

/// Writes a module at boundary A or B to the ONNX file `path`, "-" being
/// standard output. What cannot be written ends in one diagnostic at its op,
/// and leaves the files that were there before.
LogicalResult exportONNX(ModuleOp module, StringRef path,
                         const ExportOptions &options = {});

/// The names of the ops that can be written, sorted.
std::vector<std::string> listExportedOps();

} // namespace mlir::cnn

#endif // CNNC_EXPORT_EXPORT_H
