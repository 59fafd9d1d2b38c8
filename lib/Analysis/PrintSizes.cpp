//===- PrintSizes.cpp - Sizes on paper ------------------------------------===//

#include "cnnc/Analysis/Sizes.h"

#include "llvm/Support/FormatVariadic.h"

#include <nlohmann/json.hpp>

using llvm::StringRef;

namespace mlir::cnn {
namespace {

double getRatio(const LayerSizes &row) {
  return row.sizes.coded
             ? static_cast<double>(row.sizes.dense) / row.sizes.coded
             : 1.0;
}

double getPercent(const LayerSizes &row) {
  return row.elements ? 100.0 * row.nonzero / row.elements : 0.0;
}

nlohmann::ordered_json toJSON(const LayerSizes &row) {
  nlohmann::ordered_json json = {{"layer", row.layer}};
  if (!row.op.empty())
    json["op"] = row.op;
  json["elements"] = row.elements;
  json["nonzero"] = row.nonzero;
  json["dense_bytes"] = row.sizes.dense;
  json["pruned_bytes"] = row.sizes.pruned;
  json["shared_bytes"] = row.sizes.shared;
  json["coded_bytes"] = row.sizes.coded;
  json["ratio"] = getRatio(row);
  return json;
}

/// Readers see the share of elements that are not zero, programs their number
/// and more digits.
TextTable makeTable(llvm::ArrayRef<LayerSizes> rows, bool forReaders) {
  TextTable table;
  for (const LayerSizes &row : rows)
    table.rows.push_back(
        {row.layer, row.op, std::to_string(row.elements),
         forReaders ? llvm::formatv("{0:f1}%", getPercent(row)).str()
                    : std::to_string(row.nonzero),
         std::to_string(row.sizes.dense), std::to_string(row.sizes.pruned),
         std::to_string(row.sizes.shared), std::to_string(row.sizes.coded),
         forReaders ? llvm::formatv("{0:f2}", getRatio(row)).str()
                    : llvm::formatv("{0:f4}", getRatio(row)).str()});
  if (forReaders)
    table.header = {"layer",  "op",     "elements", "nonzero", "dense",
                    "pruned", "shared", "coded",    "ratio"};
  else
    table.header = {"layer",        "op",          "elements",
                    "nonzero",      "dense_bytes", "pruned_bytes",
                    "shared_bytes", "coded_bytes", "ratio"};
  return table;
}

} // namespace

void printSizes(StringRef model, llvm::ArrayRef<LayerSizes> layers,
                ReportFormat format, llvm::raw_ostream &stream) {
  if (format == ReportFormat::json) {
    nlohmann::ordered_json json = {{"model", model.str()},
                                   {"layers", nlohmann::json::array()}};
    for (const LayerSizes &layer : layers)
      json["layers"].push_back(toJSON(layer));
    json["total"] = toJSON(getTotal(layers));
    stream << json.dump() << "\n";
    return;
  }
  std::vector<LayerSizes> rows(layers.begin(), layers.end());
  rows.push_back(getTotal(layers));
  TextTable table = makeTable(rows, format != ReportFormat::csv);
  if (format == ReportFormat::csv)
    table.printCSV(stream);
  else if (format == ReportFormat::markdown)
    table.printMarkdown(stream);
  else
    table.print(stream);
}

} // namespace mlir::cnn
