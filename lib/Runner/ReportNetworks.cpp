//===- ReportNetworks.cpp - Two networks on paper -------------------------===//

#include "CompareNetworks.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <nlohmann/json.hpp>

#include <cmath>

using namespace mlir::cnn;
using llvm::formatv;
using llvm::StringRef;

namespace {

/// As many layers are marked, if there are others.
constexpr size_t worstCount = 3;

/// Below this layers are not the worst ones, or none is.
double getWorstLimit(llvm::ArrayRef<TensorError> layers) {
  std::vector<double> decibels;
  for (const TensorError &layer : layers)
    decibels.push_back(layer.error.getDecibels());
  llvm::sort(decibels);
  return decibels[std::min(worstCount, decibels.size()) - 1];
}

std::string describeKind(const TensorError &tensor) {
  if (tensor.kind == tensor.referenceKind)
    return tensor.kind;
  return tensor.referenceKind + " -> " + tensor.kind;
}

std::string describeShape(llvm::ArrayRef<int64_t> shape) {
  return llvm::join(
      llvm::map_range(shape,
                      [](int64_t extent) { return std::to_string(extent); }),
      "x");
}

std::string describeDecibels(double decibels) {
  if (std::isinf(decibels))
    return decibels > 0 ? "exact" : "-inf";
  return formatv("{0:f2}", decibels);
}

struct Widths {
  size_t name = 5, kind = 2, shape = 5;

  explicit Widths(const NetworkComparison &comparison) {
    for (const auto *tensors : {&comparison.layers, &comparison.outputs})
      for (const TensorError &tensor : *tensors) {
        name = std::max(name, tensor.name.size());
        kind = std::max(kind, describeKind(tensor).size());
        shape = std::max(shape, describeShape(tensor.shape).size());
      }
  }
};

void printRow(const TensorError &tensor, const Widths &widths, bool isWorst,
              llvm::raw_ostream &stream) {
  stream << llvm::left_justify(tensor.name, widths.name) << "  "
         << llvm::left_justify(describeKind(tensor), widths.kind) << "  "
         << llvm::left_justify(describeShape(tensor.shape), widths.shape)
         << formatv("{0,9} {1,11} {2,9:f6}",
                    describeDecibels(tensor.error.getDecibels()),
                    formatv("{0:e3}", tensor.error.getMaxError()).str(),
                    tensor.error.getCosine())
         << (isWorst ? "  worst" : "") << '\n';
}

void printUnmatched(llvm::ArrayRef<UnmatchedLayer> unmatched,
                    llvm::raw_ostream &stream) {
  llvm::MapVector<StringRef, std::vector<StringRef>,
                  llvm::DenseMap<StringRef, unsigned>>
      byReason;
  for (const UnmatchedLayer &layer : unmatched)
    byReason[layer.reason].push_back(layer.name);
  for (const auto &[reason, names] : byReason)
    stream << "not compared, " << reason << ": " << llvm::join(names, ", ")
           << '\n';
}

double getAgreement(const NetworkComparison &comparison) {
  int64_t equal = 0;
  for (auto [one, other] : llvm::zip_equal(
           comparison.accuracy->classes, comparison.referenceAccuracy->classes))
    equal += one == other;
  return 100.0 * equal / comparison.accuracy->images;
}

nlohmann::ordered_json toJSON(double number) {
  return std::isfinite(number) ? nlohmann::ordered_json(number) : nullptr;
}

nlohmann::ordered_json toJSON(llvm::ArrayRef<TensorError> tensors) {
  auto rows = nlohmann::ordered_json::array();
  for (const TensorError &tensor : tensors)
    rows.push_back({{"name", tensor.name},
                    {"op", tensor.kind},
                    {"reference_op", tensor.referenceKind},
                    {"shape", std::vector<int64_t>(tensor.shape.begin(),
                                                   tensor.shape.end())},
                    {"sqnr_db", toJSON(tensor.error.getDecibels())},
                    {"max_abs_error", toJSON(tensor.error.getMaxError())},
                    {"cosine", tensor.error.getCosine()}});
  return rows;
}

nlohmann::ordered_json toJSON(const Accuracy &accuracy) {
  return {{"top1_percent", accuracy.getFirstPercent()},
          {"top5_percent", accuracy.getFirstFivePercent()}};
}

} // namespace

void mlir::cnn::printComparison(const NetworkComparison &comparison,
                                llvm::raw_ostream &stream) {
  Widths widths(comparison);
  auto printHeader = [&](StringRef what) {
    stream << llvm::left_justify(what, widths.name) << "  "
           << llvm::left_justify("op", widths.kind) << "  "
           << llvm::left_justify("shape", widths.shape)
           << "  SQNR dB   max error    cosine\n";
  };
  printHeader("layer");
  double limit = getWorstLimit(comparison.layers);
  for (const TensorError &layer : comparison.layers)
    printRow(layer, widths,
             comparison.layers.size() > worstCount &&
                 layer.error.getDecibels() <= limit &&
                 layer.error.getMaxError() > 0,
             stream);
  if (!comparison.outputs.empty())
    printHeader("output");
  for (const TensorError &output : comparison.outputs)
    printRow(output, widths, /*isWorst=*/false, stream);
  printUnmatched(comparison.unmatched, stream);
  if (!comparison.accuracy)
    return;
  stream << comparison.accuracy->images << " images:\n";
  for (auto [path, accuracy] :
       {std::pair(&comparison.model, &comparison.accuracy),
        std::pair(&comparison.reference, &comparison.referenceAccuracy)})
    stream << formatv("  top-1 {0:f2} %, top-5 {1:f2} %  {2}\n",
                      (*accuracy)->getFirstPercent(),
                      (*accuracy)->getFirstFivePercent(), *path);
  stream << formatv("  the same class first for {0:f2} %\n",
                    getAgreement(comparison));
}

void mlir::cnn::printComparisonAsJSON(const NetworkComparison &comparison,
                                      llvm::raw_ostream &stream) {
  nlohmann::ordered_json object{{"model", comparison.model},
                                {"reference", comparison.reference},
                                {"runs", comparison.runs},
                                {"layers", toJSON(comparison.layers)},
                                {"outputs", toJSON(comparison.outputs)}};
  auto unmatched = nlohmann::ordered_json::array();
  for (const UnmatchedLayer &layer : comparison.unmatched)
    unmatched.push_back({{"name", layer.name}, {"reason", layer.reason}});
  object["unmatched"] = std::move(unmatched);
  if (comparison.accuracy) {
    object["images"] = comparison.accuracy->images;
    object["accuracy"] = {{"model", toJSON(*comparison.accuracy)},
                          {"reference", toJSON(*comparison.referenceAccuracy)},
                          {"agreement_percent", getAgreement(comparison)}};
  }
  stream << object.dump() << '\n';
}
