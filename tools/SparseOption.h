//===- SparseOption.h - The option --sparse ---------------------*- C++ -*-===//

#ifndef CNNC_TOOLS_SPARSEOPTION_H
#define CNNC_TOOLS_SPARSEOPTION_H

#include "cnnc/Conversion/Passes.h"

#include "llvm/Support/CommandLine.h"

namespace mlir::cnn {

/// `--sparse=off`
class SparseOption : public llvm::cl::opt<SparseChoice> {
public:
  explicit SparseOption(llvm::cl::OptionCategory &category)
      : opt("sparse", llvm::cl::cat(category),
            llvm::cl::init(SparseChoice::automatic),
            llvm::cl::desc("Where 1x1 convolutions and fully connected layers "
                           "skip weights that are zero"),
            llvm::cl::values(
                clEnumValN(SparseChoice::automatic, "auto",
                           "where it is faster (default)"),
                clEnumValN(SparseChoice::always, "on",
                           "wherever it is possible"),
                clEnumValN(SparseChoice::never, "off", "nowhere"))) {}
};

} // namespace mlir::cnn

#endif // CNNC_TOOLS_SPARSEOPTION_H
