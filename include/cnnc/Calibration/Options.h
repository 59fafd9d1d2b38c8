//===- Options.h - Images that a pass looks at ------------------*- C++ -*-===//

#ifndef CNNC_CALIBRATION_OPTIONS_H
#define CNNC_CALIBRATION_OPTIONS_H

#include "cnnc/Data/DataSet.h"
#include "cnnc/Support/Progress.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>
#include <memory>

namespace mlir::cnn {

/// Runs a network on its inputs.
using RunFunction =
    std::function<llvm::Expected<std::vector<Tensor>>(ArrayRef<Tensor>)>;

/// Makes the one function of a module ready to run. May change the module.
using LoadFunction = std::function<llvm::Expected<RunFunction>(ModuleOp)>;

/// The images that passes run a network on, and how.
struct CalibrationOptions {
  /// The images, as `openDataSet` takes them; empty if there are none.
  std::string images;
  /// How many of them; 0 stands for all.
  int64_t count = 0;
  /// So many are left out before the first one that counts.
  int64_t skipped = 0;
  DataOptions data;

  /// How to run the network faster than the interpreter does; may be null.
  LoadFunction load;
  /// Use the interpreter, whose numbers are the same on every machine, even if
  /// compiled code could be used.
  bool useReference = false;
  /// Where to show what is done; may be null.
  std::shared_ptr<Progress> progress;
};

} // namespace mlir::cnn

#endif // CNNC_CALIBRATION_OPTIONS_H
