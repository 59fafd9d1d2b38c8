//===- StoredWeightsOption.h - The option --stored-weights ------*- C++ -*-===//

#ifndef CNNC_TOOLS_STOREDWEIGHTSOPTION_H
#define CNNC_TOOLS_STOREDWEIGHTSOPTION_H

#include "cnnc/Pipeline/Pipeline.h"

#include "llvm/Support/CommandLine.h"

namespace mlir::cnn {

/// What --stored-weights may say.
enum class StoredChoice { automatic, keep, widen };

/// `--stored-weights=keep|widen`.
class StoredWeightsOption : public llvm::cl::opt<StoredChoice> {
public:
  explicit StoredWeightsOption(llvm::cl::OptionCategory &category)
      : opt("stored-weights", llvm::cl::cat(category),
            llvm::cl::init(StoredChoice::automatic),
            llvm::cl::desc("What becomes of convolutions' weights of few bits "
                           "(codes, int8, float16), which no kernel computes "
                           "with"),
            llvm::cl::values(
                clEnumValN(StoredChoice::automatic, "auto",
                           "keep, but widen with --weights-format=compressed "
                           "(default)"),
                clEnumValN(StoredChoice::keep, "keep",
                           "the compiled network keeps them, and widens them "
                           "in every run: least memory"),
                clEnumValN(StoredChoice::widen, "widen",
                           "the compiled network has them in float32: "
                           "fastest"))) {}

  /// Sets what the option says, once the format of weights is known.
  void apply(CompileOptions &options) const {
    options.widenWeights =
        getValue() == StoredChoice::widen ||
        (getValue() == StoredChoice::automatic && options.compressWeights);
  }
};

} // namespace mlir::cnn

#endif // CNNC_TOOLS_STOREDWEIGHTSOPTION_H
