//===- Context.h - What compression passes share ----------------*- C++ -*-===//

#ifndef CNNC_COMPRESSION_CONTEXT_H
#define CNNC_COMPRESSION_CONTEXT_H

#include "cnnc/Calibration/Options.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"

#include <memory>
#include <mutex>

namespace mlir {
class PassManager;
namespace cnn {

/// What all compression passes of a tool share. Filled in before they run;
/// passes that were made without one have no images.
class CompressionContext {
public:
  /// Without images, passes that can do without them look at weights only, and
  /// others fail.
  CalibrationOptions calibration;

  /// Keeps a copy of `function` unless a pass before did. Every compression
  /// pass calls it before it changes anything. Passes may run in parallel.
  void keepOriginal(func::FuncOp function);

  /// The copy of `function`, alone in a module, or null. It has the constants
  /// and locations of what was there before the first compression pass: layers
  /// are found again by location, the name of a node. It must not be changed;
  /// `copyNetwork` makes a copy that may.
  func::FuncOp getOriginal(func::FuncOp function) const;

  /// Says that of dimension `axis` of the result of `op` only the channels
  /// `kept` are left, in this order. What was said of it before holds for the
  /// channels that were left then.
  void recordChannels(func::FuncOp function, Operation *op, int64_t axis,
                      ArrayRef<int64_t> kept);

  /// Channels of the original that a tensor still has.
  struct KeptChannels {
    int64_t axis = 0;
    SmallVector<int64_t> indices;
  };

  /// What is left of the result of `op`, or nothing if all is.
  std::optional<KeptChannels> getKeptChannels(func::FuncOp function,
                                              Operation *op) const;

  /// Forgets the copies, which must not live longer than their MLIRContext.
  void releaseOriginals();

private:
  mutable std::mutex mutex;
  /// By the name of the function.
  llvm::StringMap<OwningOpRef<ModuleOp>> originals;
  /// By the names of the function, the node and the kind of op.
  llvm::StringMap<KeptChannels> channels;
};

using SharedCompressionContext = std::shared_ptr<CompressionContext>;

/// Lets the originals of `context` live as long as `manager`, whose passes keep
/// them.
void releaseOriginalsWith(PassManager &manager,
                          SharedCompressionContext context);

} // namespace cnn
} // namespace mlir

#endif // CNNC_COMPRESSION_CONTEXT_H
