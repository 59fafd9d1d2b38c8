//===- Strengths.h - How much of each part is removed -----------*- C++ -*-===//
//
// Plain maths: what each layer gives for a network to fit into a budget.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_COMPRESSION_STRENGTHS_H
#define CNNC_COMPRESSION_STRENGTHS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mlir::cnn {

/// What is lost, in percent, where a share of a part of the network is removed:
/// pairs of rising shares in [0, 1] and losses, beginning with (0, 0).
struct LossCurve {
  struct Point {
    double removed = 0;
    /// As `Drop` has it, and the power of the difference of the outputs.
    double drop = 0, noise = 0;
  };

  /// The layer, or layers, that the part consists of.
  std::string name;
  std::vector<Point> points;

  /// The noise at `removed`, interpolated linearly; beyond the last point the
  /// last slope goes on. Never less than at a smaller share.
  double getNoise(double removed) const;
};

/// Reads what `writeCurves` wrote; the error says what is wrong with `text`.
std::optional<std::vector<LossCurve>> parseCurves(const std::string &text,
                                                  std::string &error);
std::string writeCurves(llvm::ArrayRef<LossCurve> curves);

/// Chooses how many steps each part takes until the cost is at most `budget`:
/// always the step that loses least for what it saves. `losses[p][k]` is the
/// loss of part p after k steps, not falling, losses[p][0] = 0. `move` takes
/// one step of a part forward (1) or back (-1), and says what the network costs
/// then. Nothing if all steps together do not suffice; then all are taken.
std::optional<std::vector<size_t>>
chooseSteps(llvm::ArrayRef<std::vector<double>> losses, double budget,
            llvm::function_ref<double(size_t part, int direction)> move,
            double cost);

} // namespace mlir::cnn

#endif // CNNC_COMPRESSION_STRENGTHS_H
