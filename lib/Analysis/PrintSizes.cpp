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

void printTable(llvm::ArrayRef<LayerSizes> rows, llvm::raw_ostream &stream) {
  size_t width = StringRef("layer").size();
  for (const LayerSizes &row : rows)
    width = std::max(width, row.layer.size());
  stream << llvm::left_justify("layer", width)
         << "  op                elements  nonzero        dense       pruned"
            "       shared        coded   ratio\n";
  for (const LayerSizes &row : rows)
    stream << llvm::left_justify(row.layer, width)
           << llvm::formatv(
                  "  {0,-14} {1,11} {2,7:f1}% {3,12} {4,12} {5,12} {6,12} "
                  "{7,7:f2}\n",
                  row.op, row.elements, getPercent(row), row.sizes.dense,
                  row.sizes.pruned, row.sizes.shared, row.sizes.coded,
                  getRatio(row));
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

/// A field as RFC 4180 has it.
std::string quote(StringRef field) {
  if (field.find_first_of(",\"\r\n") == StringRef::npos)
    return field.str();
  std::string text = "\"";
  for (char c : field)
    text.append(c == '"' ? 2 : 1, c);
  return text + "\"";
}

void printCSV(llvm::ArrayRef<LayerSizes> rows, llvm::raw_ostream &stream) {
  stream << "layer,op,elements,nonzero,dense_bytes,pruned_bytes,shared_bytes,"
            "coded_bytes,ratio\n";
  for (const LayerSizes &row : rows)
    stream << quote(row.layer) << ','
           << llvm::formatv("{0},{1},{2},{3},{4},{5},{6},{7:f4}\n", row.op,
                            row.elements, row.nonzero, row.sizes.dense,
                            row.sizes.pruned, row.sizes.shared, row.sizes.coded,
                            getRatio(row));
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
  if (format == ReportFormat::csv)
    printCSV(rows, stream);
  else
    printTable(rows, stream);
}

} // namespace mlir::cnn
