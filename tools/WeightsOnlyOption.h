//===- WeightsOnlyOption.h - The option --weights-only ----------*- C++ -*-===//

#ifndef CNNC_TOOLS_WEIGHTSONLYOPTION_H
#define CNNC_TOOLS_WEIGHTSONLYOPTION_H

#include "cnnc/Quantization/WeightsOnly.h"

#include "llvm/Support/CommandLine.h"

#include <optional>

namespace mlir::cnn {

/// `--weights-only=int8|fp16|bf16`.
class WeightsOnlyOption : public llvm::cl::opt<WeightFormat> {
public:
  explicit WeightsOnlyOption(llvm::cl::OptionCategory &category)
      : opt("weights-only", llvm::cl::cat(category),
            llvm::cl::desc("Store the weights of convolutions and fully "
                           "connected layers in fewer bits, and compute in "
                           "float32: for a smaller file"),
            llvm::cl::values(
                clEnumValN(WeightFormat::Int8, "int8",
                           "a quarter of the size; one scale per channel"),
                clEnumValN(WeightFormat::Float16, "fp16",
                           "half the size; IEEE float16"),
                clEnumValN(WeightFormat::BFloat16, "bf16",
                           "half the size; bfloat16, with less precision and "
                           "the range of float32"))) {}

  /// The format, or nothing if weights stay as they are.
  std::optional<WeightFormat> getFormat() const {
    if (getNumOccurrences() == 0)
      return std::nullopt;
    return getValue();
  }
};

} // namespace mlir::cnn

#endif // CNNC_TOOLS_WEIGHTSONLYOPTION_H
