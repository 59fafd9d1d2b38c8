//===- ExplainLayers.h - What the compiler makes of layers ------*- C++ -*-===//

#ifndef CNNC_PIPELINE_EXPLAINLAYERS_H
#define CNNC_PIPELINE_EXPLAINLAYERS_H

#include "cnnc/Analysis/Layers.h"
#include "cnnc/Pipeline/Pipeline.h"

namespace mlir::cnn {

/// Compiles a copy of `module`, up to where its kernels and their memory are
/// known, and fills in for each layer, which are those of `module`:
///
///   algorithm        the kernels that compute it, as `cnn-run --profile` lists
///                    them, the one that should take longest first; or "fused",
///                    "view" or "none"
///   reason           what the passes remarked on it
///   compiledSeconds  what the cost model expects of its kernels, at the rate
///                    of `figures.machine`
///
/// and `arenaBytes`. Fails with a diagnostic if the network does not compile.
LogicalResult explainLayers(ModuleOp module, NetworkFigures &figures,
                            const CompileOptions &options);

} // namespace mlir::cnn

#endif // CNNC_PIPELINE_EXPLAINLAYERS_H
