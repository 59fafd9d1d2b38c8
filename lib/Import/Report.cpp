//===- Report.cpp - What became of the nodes of a model -------------------===//

#include "Report.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::cnn;

/// More operators than this are summed up in one line.
static constexpr size_t maxLines = 16;

void Report::addImported(StringRef operatorName) {
  if (isCounting())
    ++imported[operatorName.str()];
}

void Report::addRefused(StringRef operatorName, StringRef node,
                        StringRef reason) {
  ++refused;
  for (Refusal &refusal : refusals)
    if (refusal.operatorName == operatorName) {
      ++refusal.count;
      return;
    }
  refusals.push_back({operatorName.str(), node.str(), reason.str()});
}

static std::string countNodes(int64_t count) {
  return std::to_string(count) + (count == 1 ? " node" : " nodes");
}

std::string Report::describeRefusals() const {
  const Refusal &first = refusals.front();
  if (refused == 1)
    return first.node + ": " + first.reason;
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "expects supported nodes; got " << refused << " that are not";
  if (unreached > 0)
    stream << "; not reached behind them: " << unreached;
  size_t width = 0;
  ArrayRef<Refusal> shown = ArrayRef(refusals).take_front(maxLines);
  for (const Refusal &refusal : shown)
    width = std::max(width, refusal.operatorName.size());
  for (const Refusal &refusal : shown)
    stream << llvm::format("\n%6lld  ", static_cast<long long>(refusal.count))
           << llvm::left_justify(refusal.operatorName, width)
           << (refusal.count == 1 ? "  " : "  first ") << refusal.node << ": "
           << refusal.reason;
  if (refusals.size() > shown.size())
    stream << "\n        and " << refusals.size() - shown.size()
           << " operators more";
  return text;
}

std::string Report::summarize() const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  int64_t total = 0;
  for (const auto &[name, count] : imported) {
    stream << llvm::format("%6lld  ", static_cast<long long>(count)) << name
           << "\n";
    total += count;
  }
  stream << countNodes(total) << ", all supported\n";
  return text;
}
