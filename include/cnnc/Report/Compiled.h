//===- Compiled.h - What the compiler makes of a network --------*- C++ -*-===//

#ifndef CNNC_REPORT_COMPILED_H
#define CNNC_REPORT_COMPILED_H

#include "cnnc/Pipeline/Pipeline.h"
#include "cnnc/Support/KernelInfo.h"
#include "cnnc/Support/Machine.h"
#include "cnnc/Support/ModelInterface.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace mlir::cnn {

/// A buffer of the arena. Steps are what will be kernels, and copies, in the
/// order in which they run.
struct PlacedBuffer {
  /// Bytes from the start of the arena, and of the buffer.
  int64_t offset = 0, bytes = 0;
  /// The first and the last step that use it, from 0 on, both included.
  int64_t first = 0, last = 0;
  /// The layers of these steps; empty where a step is of no ONNX node.
  std::string firstLayer, lastLayer;
};

/// What the compiler makes of a network, for one image where the batch is open.
struct CompiledFigures {
  Machine machine;
  std::vector<ModelTensor> inputs, outputs;
  /// In the order in which they run, with the times the cost model expects.
  std::vector<KernelInfo> kernels;
  std::vector<PlacedBuffer> buffers;
  int64_t arenaBytes = 0;
};

/// Lowers a network to kernels on buffers as the compiler does with `options`,
/// which name the machine. The module is changed. Errors are also diagnostics.
FailureOr<CompiledFigures> describeCompiled(ModuleOp module,
                                            const CompileOptions &options);

} // namespace mlir::cnn

#endif // CNNC_REPORT_COMPILED_H
