//===- Images.h - Runs of a network on images -------------------*- C++ -*-===//

#ifndef CNNC_CALIBRATION_IMAGES_H
#define CNNC_CALIBRATION_IMAGES_H

#include "cnnc/Calibration/Options.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OwningOpRef.h"

namespace mlir::cnn {

/// The images of calibration, in groups as large as the network's batch; a last
/// group begins anew where they end.
class CalibrationImages {
public:
  /// Fails if the images of `options` do not fit the network, or the first ones
  /// cannot be read.
  static llvm::Expected<CalibrationImages>
  open(func::FuncOp function, const CalibrationOptions &options);

  int64_t getCount() const { return count; }
  int64_t getRunCount() const;

  /// Calls `visit` with the input of each run, until it fails or an image
  /// cannot be read or is not finite. `step` is what the progress shows.
  llvm::Error
  forEachRun(StringRef step,
             llvm::function_ref<llvm::Error(const Tensor &)> visit) const;

private:
  llvm::Expected<Tensor> get(int64_t first) const;

  std::unique_ptr<DataSet> data;
  TensorInfo info;
  int64_t skipped = 0, count = 0, batch = 1;
  std::shared_ptr<Progress> progress;
};

/// A module with a copy of `function`; `mapping` says what is what in it.
OwningOpRef<ModuleOp> copyNetwork(func::FuncOp function, IRMapping &mapping);

/// Lets the one function of a module return `results`.
void setResults(ModuleOp module, ValueRange results);

/// Makes the one function of a module ready to run, as `options` say. The
/// module must live as long as the result.
llvm::Expected<RunFunction> loadNetwork(ModuleOp module,
                                        const CalibrationOptions &options);

} // namespace mlir::cnn

#endif // CNNC_CALIBRATION_IMAGES_H
