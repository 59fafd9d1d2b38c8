//===- WeightsFormatOption.h - The option --weights-format ------*- C++ -*-===//

#ifndef CNNC_TOOLS_WEIGHTSFORMATOPTION_H
#define CNNC_TOOLS_WEIGHTSFORMATOPTION_H

#include "WinogradOption.h"

#include "cnnc/Pipeline/Pipeline.h"

#include "llvm/Support/CommandLine.h"

namespace mlir::cnn {

/// What --weights-format may say.
enum class StoredFormat { plain, compressed };

/// `--weights-format=plain|compressed`.
class WeightsFormatOption : public llvm::cl::opt<StoredFormat> {
public:
  explicit WeightsFormatOption(llvm::cl::OptionCategory &category)
      : opt("weights-format", llvm::cl::cat(category),
            llvm::cl::init(StoredFormat::plain),
            llvm::cl::desc("How the compiled network stores its weights"),
            llvm::cl::values(
                clEnumValN(StoredFormat::plain, "plain",
                           "as its kernels read them (default)"),
                clEnumValN(StoredFormat::compressed, "compressed",
                           "in few bytes where they are shared or pruned; "
                           "NAME_load_weights decodes them into memory that "
                           "the caller gives to NAME_run. Convolutions are "
                           "direct unless --winograd or --tune is given"))) {}

  /// Sets what the option says. Filters that Winograd's algorithm has
  /// transformed share no values.
  void apply(const WinogradOption &winograd, CompileOptions &options) const {
    options.compressWeights = getValue() == StoredFormat::compressed;
    if (options.compressWeights && !winograd.getNumOccurrences() &&
        !options.tuning)
      options.winograd.reset();
  }
};

} // namespace mlir::cnn

#endif // CNNC_TOOLS_WEIGHTSFORMATOPTION_H
