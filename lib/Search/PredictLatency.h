//===- PredictLatency.h - How long a network should take --------*- C++ -*-===//

#ifndef CNNC_LIB_SEARCH_PREDICTLATENCY_H
#define CNNC_LIB_SEARCH_PREDICTLATENCY_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::cnn {

struct Prediction {
  /// Of one core, for an image, as the cost model expects.
  double cycles = 0;
  /// Multiply-adds with zeros that sparse kernels leave out.
  double skipped = 0;
};

/// Lowers a module at boundary A or B to kernels, as the compiler does for the
/// module's target, or for the host; errors are also diagnostics.
FailureOr<Prediction> predictLatency(ModuleOp module);

} // namespace mlir::cnn

#endif // CNNC_LIB_SEARCH_PREDICTLATENCY_H
