//===- ArithmeticOption.h - The option --arithmetic -------------*- C++ -*-===//

#ifndef CNNC_TOOLS_ARITHMETICOPTION_H
#define CNNC_TOOLS_ARITHMETICOPTION_H

#include "cnnc/Runner/Compare.h"

#include "llvm/Support/CommandLine.h"

namespace mlir::cnn {

/// What --arithmetic may say.
enum class ArithmeticChoice { float32, float16 };

/// `--arithmetic=float16`
class ArithmeticOption : public llvm::cl::opt<ArithmeticChoice> {
public:
  explicit ArithmeticOption(llvm::cl::OptionCategory &category)
      : opt("arithmetic", llvm::cl::cat(category),
            llvm::cl::init(ArithmeticChoice::float32),
            llvm::cl::desc("What layers of floats are computed in"),
            llvm::cl::values(
                clEnumValN(ArithmeticChoice::float32, "float32",
                           "float32, whatever the network is of (default)"),
                clEnumValN(ArithmeticChoice::float16, "float16",
                           "float16, whatever the network is of: faster, with "
                           "three digits; for AArch64 processors that have "
                           "it, such as neoverse-n1"))) {}

  bool isFloat16() const { return getValue() == ArithmeticChoice::float16; }

  /// How far results may be from those of float32, if nothing is said.
  Tolerance getTolerance() const {
    return isFloat16() ? Tolerance{1e-2, 1e-2} : Tolerance();
  }
};

} // namespace mlir::cnn

#endif // CNNC_TOOLS_ARITHMETICOPTION_H
