//===- PassProgress.h - Which pass is running -------------------*- C++ -*-===//

#ifndef CNNC_PIPELINE_PASSPROGRESS_H
#define CNNC_PIPELINE_PASSPROGRESS_H

#include "cnnc/Support/Progress.h"

#include "mlir/Pass/PassManager.h"

#include <memory>

namespace mlir::cnn {

/// Shows the name of the pass that runs. The line ends before the module is
/// made printable: what follows is the module itself.
void showPasses(PassManager &manager, std::shared_ptr<Progress> progress);

} // namespace mlir::cnn

#endif // CNNC_PIPELINE_PASSPROGRESS_H
