//===- RemoveChannels.h - Networks with fewer channels ----------*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_REMOVECHANNELS_H
#define CNNC_LIB_COMPRESSION_REMOVECHANNELS_H

#include "Channels.h"

#include "cnnc/Compression/Context.h"

#include "llvm/ADT/DenseSet.h"

namespace mlir::cnn {

/// Units that stand for others, all of which go.
using RemovedUnits = llvm::DenseSet<Unit>;

/// Takes the channels of `removed` out of the function that `analysis` is of:
/// constants become smaller, types are inferred anew. Each tensor keeps a
/// channel at least, and fixed ones stay. Does not verify.
void removeChannels(func::FuncOp function, const ChannelAnalysis &analysis,
                    const RemovedUnits &removed);

/// The same without changing a shape: what layers make of these channels, and
/// what they take from them, is multiplied with zeros.
void zeroChannels(const ChannelAnalysis &analysis, const RemovedUnits &removed);

/// Tells `context` which channels of each result are left.
void recordChannels(func::FuncOp function, const ChannelAnalysis &analysis,
                    const RemovedUnits &removed, CompressionContext &context);

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_REMOVECHANNELS_H
