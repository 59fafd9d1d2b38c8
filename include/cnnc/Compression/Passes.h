//===- Passes.h - Passes that make networks smaller -------------*- C++ -*-===//

#ifndef CNNC_COMPRESSION_PASSES_H
#define CNNC_COMPRESSION_PASSES_H

#include "cnnc/Compression/Clustering.h"
#include "cnnc/Compression/Context.h"
#include "cnnc/Compression/LowRankOptions.h"
#include "cnnc/Compression/PruningOptions.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::cnn {

/// What outputs of layers are to have in common with those of the original.
enum class MatchedMoment { mean, variance };

#define GEN_PASS_DECL
#include "cnnc/Compression/Passes.h.inc"

std::unique_ptr<Pass> createClusterWeights(SharedCompressionContext context);
std::unique_ptr<Pass> createTernarize(SharedCompressionContext context);
std::unique_ptr<Pass> createBinarize(SharedCompressionContext context);
std::unique_ptr<Pass> createLowRank(SharedCompressionContext context);
std::unique_ptr<Pass> createPrune(SharedCompressionContext context);
std::unique_ptr<Pass> createRecover(SharedCompressionContext context);

/// Makes the passes known by their flags. They use `context`, which may be
/// filled in until they run.
void registerCompressionPasses(const SharedCompressionContext &context);

/// One of the passes has this argument. All are approximate.
bool isCompressionPass(StringRef argument);

/// Some pass of `manager` looks at the images of calibration if there are any.
bool readsImages(OpPassManager &manager);

} // namespace mlir::cnn

#endif // CNNC_COMPRESSION_PASSES_H
