//===- LayerRemarks.cpp - What passes remark on layers --------------------===//

#include "LayerRemarks.h"

#include "cnnc/Support/Remarks.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

#include <map>
#include <mutex>
#include <vector>

using namespace mlir;
using namespace mlir::cnn;

Location LayerMarks::add(StringRef name, MLIRContext *context) {
  size_t index = indices.size();
  auto number = NameLoc::get(
      StringAttr::get(context, "layer " + Twine(index) + " of a report"));
  auto mark = NameLoc::get(StringAttr::get(context, name), number);
  indices[number] = index;
  return mark;
}

SmallVector<size_t> LayerMarks::find(Location location) const {
  SmallVector<size_t> found;
  location->walk([&](Location inner) {
    auto row = indices.find(inner);
    if (row != indices.end() && !llvm::is_contained(found, row->second))
      found.push_back(row->second);
    return WalkResult::advance();
  });
  return found;
}

/// Passes of functions may run at the same time.
struct RemarkCollector::Remarks {
  struct Entry {
    std::string pass, text;
    bool isApplied, isFused;
  };
  std::mutex mutex;
  std::map<size_t, std::vector<Entry>> ofLayers;
};

class RemarkCollector::Streamer
    : public remark::detail::MLIRRemarkStreamerBase {
public:
  Streamer(std::shared_ptr<Remarks> remarks, const LayerMarks &marks)
      : remarks(std::move(remarks)), marks(marks) {}

  void streamOptimizationRemark(const remark::detail::Remark &remark) override {
    bool isApplied = remark.getRemarkType() == llvm::remarks::Type::Passed;
    // Without the words that say what kind of remark it is.
    std::string text = llvm::join(
        llvm::map_range(remark.getArgs(), [](auto &arg) { return arg.val; }),
        "");
    std::lock_guard<std::mutex> lock(remarks->mutex);
    for (size_t index : marks.find(remark.getLocation()))
      remarks->ofLayers[index].push_back(
          {remark.getRemarkName().str(), text, isApplied,
           remark.getCombinedCategoryName().ends_with(fusedRemark)});
  }

private:
  std::shared_ptr<Remarks> remarks;
  const LayerMarks &marks;
};

RemarkCollector::RemarkCollector(MLIRContext *context, const LayerMarks &marks)
    : context(context), remarks(std::make_shared<Remarks>()) {
  remark::RemarkCategories categories;
  categories.passed = categories.missed = "cnn";
  // It fails for no streamer only.
  (void)remark::enableOptimizationRemarks(
      *context, std::make_unique<Streamer>(remarks, marks),
      std::make_unique<remark::RemarkEmittingPolicyAll>(), categories);
}

RemarkCollector::~RemarkCollector() { context->setRemarkEngine(nullptr); }

bool RemarkCollector::isFused(size_t layer) const {
  auto row = remarks->ofLayers.find(layer);
  return row != remarks->ofLayers.end() &&
         llvm::any_of(row->second, [](const Remarks::Entry &entry) {
           return entry.isFused;
         });
}

std::string RemarkCollector::getText(size_t layer) const {
  auto row = remarks->ofLayers.find(layer);
  if (row == remarks->ofLayers.end())
    return "";
  std::vector<std::string> parts;
  // Where a layer is now says more than what was thought of before.
  for (bool isFused : {true, false})
    for (const Remarks::Entry &entry : row->second) {
      std::string part =
          (entry.isApplied ? "" : "no ") + entry.pass + ": " + entry.text;
      if (entry.isFused == isFused && !llvm::is_contained(parts, part))
        parts.push_back(std::move(part));
    }
  return llvm::join(parts, "; ");
}
