//===- MachineFeatures.h - What few kernels ask of a machine ----*- C++ -*-===//

#ifndef CNNC_SUPPORT_MACHINEFEATURES_H
#define CNNC_SUPPORT_MACHINEFEATURES_H

#include "cnnc/Support/Machine.h"

namespace mlir::cnn {

/// One instruction counts the bits of each 32-bit lane of a vector register.
bool hasVectorPopcount(const Machine &machine);

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_MACHINEFEATURES_H
