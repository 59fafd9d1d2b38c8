//===- Flags.h - Passes as users write them ---------------------*- C++ -*-===//

#ifndef CNNC_SEARCH_FLAGS_H
#define CNNC_SEARCH_FLAGS_H

#include "cnnc/Calibration/Options.h"

#include "mlir/Pass/PassManager.h"

namespace mlir::cnn {

/// Flags of cnn-opt, each as in "--prune=what=channels macs=0.75".
using PassFlags = std::vector<std::string>;

/// Adds what cnn-opt does for `flags`, passes that have been registered and
/// --quantize, which looks at `images`, to a manager with implicit nesting.
llvm::Error addPasses(OpPassManager &manager, llvm::ArrayRef<std::string> flags,
                      const CalibrationOptions &images);

/// Some of what `addPasses` adds looks at images.
bool needImages(llvm::ArrayRef<std::string> flags);

/// Text that tools take for their flags when it stands in a file that they are
/// given as @FILE: a line for each.
std::string formatResponseFile(llvm::ArrayRef<std::string> flags);

} // namespace mlir::cnn

#endif // CNNC_SEARCH_FLAGS_H
