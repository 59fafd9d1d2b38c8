//===- Context.h - What compression passes share ----------------*- C++ -*-===//

#ifndef CNNC_COMPRESSION_CONTEXT_H
#define CNNC_COMPRESSION_CONTEXT_H

#include "cnnc/Calibration/Options.h"

#include <memory>

namespace mlir::cnn {

/// What all compression passes of a tool share. Filled in before they run;
/// passes that were made without one have no images.
struct CompressionContext {
  /// Without images, passes that can do without them look at weights only, and
  /// others fail.
  CalibrationOptions calibration;
};

using SharedCompressionContext = std::shared_ptr<CompressionContext>;

} // namespace mlir::cnn

#endif // CNNC_COMPRESSION_CONTEXT_H
