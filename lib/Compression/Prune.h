//===- Prune.h - What the kinds of pruning share ----------------*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_PRUNE_H
#define CNNC_LIB_COMPRESSION_PRUNE_H

#include "cnnc/Compression/Context.h"
#include "cnnc/Compression/PruningOptions.h"
#include "cnnc/Compression/Strengths.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::cnn {

/// Makes weights of `function` zero as `options` say.
LogicalResult pruneWeights(func::FuncOp function, const PruningOptions &options,
                           CompressionContext &context);

/// Removes channels of `function`.
LogicalResult pruneChannels(func::FuncOp function,
                            const PruningOptions &options,
                            CompressionContext &context);

/// Removes the share `share` of part `part` of a copy of the network.
using PrunePart =
    llvm::function_ref<void(func::FuncOp copy, size_t part, double share)>;

/// Measures what is lost where only one of the parts called `names` is pruned,
/// prints it and writes it to `path`.
LogicalResult scanParts(func::FuncOp function, CompressionContext &context,
                        ArrayRef<std::string> names, PrunePart prune,
                        StringRef path);

/// The curves in the file `path` for the parts called `names`, in their order.
FailureOr<std::vector<LossCurve>>
readCurves(func::FuncOp function, StringRef path, ArrayRef<std::string> names);

/// Fails unless each of `kept` is the name of one of `names`.
LogicalResult checkNames(func::FuncOp function, ArrayRef<std::string> kept,
                         ArrayRef<std::string> names);

/// Remarks what has become of `op`, or why it stays as it is.
void remarkPruned(Operation *op, const Twine &what);
void remarkNotPruned(Operation *op, const Twine &why);

/// "12.5 %" of 0.125.
std::string formatShare(double share);

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_PRUNE_H
