//===- WinogradOption.h - The option --winograd ------------------*- C++
//-*-===//

#ifndef CNNC_TOOLS_WINOGRADOPTION_H
#define CNNC_TOOLS_WINOGRADOPTION_H

#include "cnnc/Transforms/Passes.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"

#include <optional>

namespace mlir::cnn {

/// What --winograd may say: a tile, or that there is none.
enum class WinogradChoice { off, automatic, two, four, six };

/// `--winograd=off`, `--winograd=4`, and `--winograd=tile=4` as cnn-opt spells
/// it.
class WinogradOption : public llvm::cl::opt<WinogradChoice> {
public:
  explicit WinogradOption(llvm::cl::OptionCategory &category)
      : opt("winograd", llvm::cl::ValueOptional, llvm::cl::cat(category),
            llvm::cl::init(WinogradChoice::automatic),
            llvm::cl::desc(
                "Where convolutions are computed by Winograd's algorithm, "
                "which rounds floats differently and is exact on integers, "
                "and with which output tile"),
            llvm::cl::values(
                clEnumValN(WinogradChoice::automatic, "", ""),
                clEnumValN(WinogradChoice::automatic, "auto",
                           "where it is faster, with the best tile (default)"),
                clEnumValN(WinogradChoice::off, "off", "nowhere"),
                clEnumValN(WinogradChoice::two, "2",
                           "2x2 outputs, wherever it is possible"),
                clEnumValN(WinogradChoice::four, "4", "4x4 outputs, likewise"),
                clEnumValN(WinogradChoice::six, "6",
                           "6x6 outputs, likewise, but of floats only"),
                clEnumValN(WinogradChoice::automatic, "tile=auto", "as auto"),
                clEnumValN(WinogradChoice::two, "tile=2", "as 2"),
                clEnumValN(WinogradChoice::four, "tile=4", "as 4"),
                clEnumValN(WinogradChoice::six, "tile=6", "as 6"))) {}

  /// The tile, or nothing if the algorithm is off.
  std::optional<WinogradTile> getTile() const {
    switch (getValue()) {
    case WinogradChoice::off:
      return std::nullopt;
    case WinogradChoice::automatic:
      return WinogradTile::automatic;
    case WinogradChoice::two:
      return WinogradTile::two;
    case WinogradChoice::four:
      return WinogradTile::four;
    case WinogradChoice::six:
      return WinogradTile::six;
    }
    llvm_unreachable("all choices are listed");
  }

  /// An error if layers are to be tuned and this leaves nothing to choose.
  llvm::Error checkTuning(llvm::StringRef file) const {
    if (file.empty() || getTile())
      return llvm::Error::success();
    return llvm::createStringError(
        "--tune chooses where Winograd's algorithm is used, which "
        "--winograd=off forbids; leave out one of them");
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
