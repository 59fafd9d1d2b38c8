//===- Families.h - Pipelines that make networks smaller --------*- C++ -*-===//

#ifndef CNNC_SEARCH_FAMILIES_H
#define CNNC_SEARCH_FAMILIES_H

#include "cnnc/Search/Budget.h"
#include "cnnc/Search/Flags.h"

#include <functional>

namespace mlir::cnn {

/// Pipelines that differ in one strength.
struct Family {
  std::string name;
  /// How strong it can be, the weakest first: costs do not rise.
  std::vector<double> strengths;
  /// "75 %", for people.
  std::function<std::string(double)> describe;
  std::function<PassFlags(double)> write;
  /// The family of the same strengths that has no more than the first part of
  /// these pipelines; empty if they have one part.
  std::string base;
};

/// The families all passes of which make smaller what `budget` is about, on a
/// machine whose vectors have so many lanes.
std::vector<Family> listFamilies(const Budget &budget, int64_t lanes);

} // namespace mlir::cnn

#endif // CNNC_SEARCH_FAMILIES_H
