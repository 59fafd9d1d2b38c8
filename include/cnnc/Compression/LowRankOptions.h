//===- LowRankOptions.h - Values of the options of --low-rank ---*- C++ -*-===//

#ifndef CNNC_COMPRESSION_LOWRANKOPTIONS_H
#define CNNC_COMPRESSION_LOWRANKOPTIONS_H

#include "llvm/ADT/StringRef.h"

namespace mlir::cnn {

enum class LowRankMethod { automatic, svd, spatial, tucker, cp, tensorTrain };

/// The name by which users know a method.
llvm::StringRef getName(LowRankMethod method);

/// What becomes of layers that would be slower, as far as can be told.
enum class SlowerLayers { refuse, accept };

} // namespace mlir::cnn

#endif // CNNC_COMPRESSION_LOWRANKOPTIONS_H
