//===- PrintLayers.cpp - Layers on paper ----------------------------------===//

#include "cnnc/Analysis/Layers.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

#include <nlohmann/json.hpp>

namespace mlir::cnn {
namespace {

/// Counts are whole, and fewer than a double holds exactly.
int64_t toInteger(double count) { return static_cast<int64_t>(count); }

std::string describeShape(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::interleave(
      shape, stream,
      [&](int64_t extent) {
        if (ShapedType::isDynamic(extent))
          stream << "?";
        else
          stream << extent;
      },
      "x");
  return text;
}

std::string describeShapes(ArrayRef<std::vector<int64_t>> shapes) {
  return llvm::join(llvm::map_range(shapes,
                                    [](const std::vector<int64_t> &shape) {
                                      return describeShape(shape);
                                    }),
                    " ");
}

/// As few digits as say it to six.
std::string describe(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", number);
  return text;
}

std::string describeSize(const ReceptiveField &field) {
  return llvm::join(llvm::map_range(field,
                                    [](const FieldAxis &axis) {
                                      return describe(axis.getSize());
                                    }),
                    "x");
}

std::string describeStride(const ReceptiveField &field) {
  if (llvm::none_of(field, [](const FieldAxis &axis) { return axis.dim; }))
    return field.empty() ? "" : "-";
  return llvm::join(llvm::map_range(field,
                                    [](const FieldAxis &axis) {
                                      return axis.dim ? describe(axis.jump)
                                                      : std::string("-");
                                    }),
                    "x");
}

std::vector<std::string> getFields(const LayerFigures &row) {
  return {row.layer,
          row.op,
          describeShapes(row.shapes),
          std::to_string(toInteger(row.multiplyAdds)),
          std::to_string(toInteger(row.operations)),
          std::to_string(row.parameters),
          std::to_string(row.weightBytes),
          std::to_string(row.activations),
          std::to_string(row.movedBytes),
          llvm::formatv("{0:f2}", row.getIntensity()).str(),
          describeSize(row.field),
          describeStride(row.field),
          std::to_string(row.liveBytes)};
}

nlohmann::ordered_json toJSON(const LayerFigures &row) {
  nlohmann::ordered_json json = {{"layer", row.layer}};
  if (!row.op.empty()) {
    json["op"] = row.op;
    json["output"] = nlohmann::json::array();
    for (const std::vector<int64_t> &shape : row.shapes) {
      nlohmann::ordered_json extents = nlohmann::json::array();
      for (int64_t extent : shape)
        extents.push_back(ShapedType::isDynamic(extent)
                              ? nlohmann::ordered_json()
                              : nlohmann::ordered_json(extent));
      json["output"].push_back(std::move(extents));
    }
  }
  json["macs"] = toInteger(row.multiplyAdds);
  json["flops"] = toInteger(row.operations);
  json["parameters"] = row.parameters;
  json["weight_bytes"] = row.weightBytes;
  json["activations"] = row.activations;
  json["moved_bytes"] = row.movedBytes;
  json["flops_per_byte"] = row.getIntensity();
  if (!row.field.empty()) {
    json["field"] = nlohmann::json::array();
    json["stride"] = nlohmann::json::array();
    for (const FieldAxis &axis : row.field) {
      json["field"].push_back(axis.getSize());
      nlohmann::ordered_json stride;
      if (axis.dim)
        stride = axis.jump;
      json["stride"].push_back(stride);
    }
  }
  json["live_bytes"] = row.liveBytes;
  return json;
}

void printJSON(StringRef model, const NetworkFigures &figures,
               llvm::raw_ostream &stream) {
  nlohmann::ordered_json json = {{"model", model.str()},
                                 {"layers", nlohmann::json::array()}};
  for (const LayerFigures &layer : figures.layers)
    json["layers"].push_back(toJSON(layer));
  json["total"] = toJSON(figures.total);
  json["peak"] = {{"layer", figures.peakLayer},
                  {"bytes", figures.total.liveBytes}};
  stream << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
         << "\n";
}

} // namespace

void printLayers(StringRef model, const NetworkFigures &figures,
                 ReportFormat format, llvm::raw_ostream &stream) {
  if (format == ReportFormat::json)
    return printJSON(model, figures, stream);
  TextTable table;
  table.words = 3;
  for (const LayerFigures &layer : figures.layers)
    table.rows.push_back(getFields(layer));
  table.rows.push_back(getFields(figures.total));
  if (format == ReportFormat::csv) {
    table.header = {"layer",          "op",          "output",
                    "macs",           "flops",       "parameters",
                    "weight_bytes",   "activations", "moved_bytes",
                    "flops_per_byte", "field",       "stride",
                    "live_bytes"};
    return table.printCSV(stream);
  }
  table.header = {"layer",       "op",         "output",       "MACs",
                  "FLOPs",       "parameters", "weight bytes", "activations",
                  "moved bytes", "FLOPs/byte", "field",        "stride",
                  "live bytes"};
  if (format == ReportFormat::markdown)
    table.printMarkdown(stream);
  else
    table.print(stream);
  if (!figures.layers.empty())
    stream << "\nThe most activations live at '" << figures.peakLayer
           << "': " << figures.total.liveBytes << " bytes.\n";
}

} // namespace mlir::cnn
