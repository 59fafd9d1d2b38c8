//===- Budget.h - How small a network is to become --------------*- C++ -*-===//
//
// Plain maths: what candidates cost and lose, and which of them is taken.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SEARCH_BUDGET_H
#define CNNC_SEARCH_BUDGET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <array>
#include <optional>
#include <vector>

namespace mlir::cnn {

/// What a network costs. `size` is bytes of its constants in compressed form,
/// `macs` multiply-adds, `latency` the predicted time of one image on one core.
enum class Measure { size, macs, latency };
constexpr std::array<Measure, 3> measures = {Measure::size, Measure::macs,
                                             Measure::latency};

/// The name by which users know a measure.
llvm::StringRef getName(Measure measure);

/// As few digits as it takes: "0.75", "20".
std::string formatNumber(double number);

/// A number for each measure.
class Costs {
public:
  double &operator[](Measure measure) {
    return values[static_cast<size_t>(measure)];
  }
  double operator[](Measure measure) const {
    return values[static_cast<size_t>(measure)];
  }

private:
  std::array<double, measures.size()> values = {};
};

/// What --compress says. Costs are shares of those of the original.
struct Budget {
  /// Infinite where nothing is said.
  Costs most;
  /// What is to become as small as it can be.
  std::optional<Measure> least;
  /// The most that may be lost, in percent as `Drop` has it.
  std::optional<double> maxDrop;
  /// When the search ends with what it has found.
  std::optional<double> minutes;

  Budget();

  bool hasLimit(Measure measure) const;
  /// A limit, or to be small, is asked of it.
  bool isAbout(Measure measure) const;

  /// The largest ratio of a cost to its limit: above 1 a limit is exceeded; 0
  /// without limits.
  double getUse(const Costs &costs) const;
  bool isMetBy(const Costs &costs) const { return getUse(costs) <= 1; }
  bool allows(double drop) const { return !maxDrop || drop <= *maxDrop; }

  /// As `parseBudget` reads it.
  std::string describe() const;
};

/// Reads "size:0.1 macs:least max-drop:1 minutes:10", with spaces or commas
/// between; the error says what would be accepted.
llvm::Expected<Budget> parseBudget(llvm::StringRef text);

/// What a candidate costs, as shares of the original, and loses, in percent:
/// classes that change (or the noise, where there are no classes), and the
/// power of the difference of the outputs.
struct Candidate {
  Costs costs;
  double drop = 0, noise = 0;
};

/// For each candidate, whether no other is at least as good in everything that
/// the budget is about and in what is lost, and better in something.
std::vector<bool> findFrontier(llvm::ArrayRef<Candidate> candidates,
                               const Budget &budget);

/// The candidate within the budget with the least of what is to be small; of
/// equal ones, and where nothing is, the one that loses least, then the first.
/// Nothing if there is none.
std::optional<size_t> chooseCandidate(llvm::ArrayRef<Candidate> candidates,
                                      const Budget &budget);

} // namespace mlir::cnn

#endif // CNNC_SEARCH_BUDGET_H
