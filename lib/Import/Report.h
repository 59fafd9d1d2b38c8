//===- Report.h - What became of the nodes of a model -----------*- C++ -*-===//

#ifndef CNNC_LIB_IMPORT_REPORT_H
#define CNNC_LIB_IMPORT_REPORT_H

#include "mlir/Support/LLVM.h"

#include <map>
#include <string>
#include <vector>

namespace mlir::cnn {

/// Counts nodes, and keeps why some were refused.
class Report {
public:
  /// A node that became ops or a value.
  void addImported(StringRef operatorName);

  /// A node that cannot be imported. `node` is how to call it, `operatorName`
  /// how to call all of its kind.
  void addRefused(StringRef operatorName, StringRef node, StringRef reason);

  /// A node that nothing can be said about, since its inputs are results of
  /// nodes that were refused.
  void addUnreached() { unreached += isCounting(); }

  bool hasRefusals() const { return !refusals.empty(); }
  int64_t getRefusedCount() const { return refused; }

  /// While more than zero the nodes of later iterations of a loop are imported,
  /// which have been counted.
  void mute(int change) { muted += change; }

  /// The refusals as one message: a sentence for one, a table for more.
  std::string describeRefusals() const;

  /// How many nodes of which operators there are, one operator a line.
  std::string summarize() const;

private:
  struct Refusal {
    std::string operatorName, node, reason;
    int64_t count = 1;
  };

  bool isCounting() const { return muted == 0; }

  std::map<std::string, int64_t> imported;
  /// By operator, in the order of the nodes.
  std::vector<Refusal> refusals;
  int64_t refused = 0, unreached = 0;
  int muted = 0;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_REPORT_H
