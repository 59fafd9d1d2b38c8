//===- WinogradOption.h - The option --winograd ------------------*- C++
//-*-===//

#ifndef CNNC_TOOLS_WINOGRADOPTION_H
#define CNNC_TOOLS_WINOGRADOPTION_H

#include "cnnc/Transforms/Passes.h"

#include "llvm/Support/CommandLine.h"

namespace mlir::cnn {

/// `--winograd`, `--winograd=4`, and `--winograd=tile=4` as cnn-opt spells it.
class WinogradOption : public llvm::cl::opt<WinogradTile> {
public:
  explicit WinogradOption(llvm::cl::OptionCategory &category)
      : opt("winograd", llvm::cl::ValueOptional, llvm::cl::cat(category),
            llvm::cl::init(WinogradTile::automatic),
            llvm::cl::desc(
                "Compute convolutions by Winograd's algorithm, with an output "
                "tile chosen layer by layer where it is faster, or given"),
            llvm::cl::values(
                clEnumValN(WinogradTile::automatic, "", ""),
                clEnumValN(WinogradTile::automatic, "auto",
                           "where it is faster (default)"),
                clEnumValN(WinogradTile::two, "2", "2x2 outputs"),
                clEnumValN(WinogradTile::four, "4", "4x4 outputs"),
                clEnumValN(WinogradTile::six, "6", "6x6 outputs"),
                clEnumValN(WinogradTile::automatic, "tile=auto", "as auto"),
                clEnumValN(WinogradTile::two, "tile=2", "as 2"),
                clEnumValN(WinogradTile::four, "tile=4", "as 4"),
                clEnumValN(WinogradTile::six, "tile=6", "as 6"))) {}

  /// The tile, or nothing if the option was not given.
  std::optional<WinogradTile> getTile() const {
    if (getNumOccurrences() == 0)
      return std::nullopt;
    return getValue();
  }
};

/// `--winograd-max-error=8`
class WinogradErrorOption : public llvm::cl::opt<double> {
public:
  explicit WinogradErrorOption(llvm::cl::OptionCategory &category)
      : opt("winograd-max-error", llvm::cl::cat(category),
            llvm::cl::value_desc("factor"),
            llvm::cl::init(defaultWinogradError),
            llvm::cl::desc(
                "With --winograd=auto, rounding errors may grow to this many "
                "times those of direct convolution (default 32)")) {}
};

} // namespace mlir::cnn

#endif // CNNC_TOOLS_WINOGRADOPTION_H
