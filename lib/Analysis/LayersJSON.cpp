//===- LayersJSON.cpp - Layers for programs -------------------------------===//

#include "LayersJSON.h"

#include "cnnc/Analysis/LayerColumns.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace mlir::cnn;
using JSON = nlohmann::ordered_json;

static JSON toJSON(ArrayRef<std::vector<int64_t>> shapes) {
  JSON json = JSON::array();
  for (const std::vector<int64_t> &shape : shapes) {
    JSON extents = JSON::array();
    for (int64_t extent : shape)
      extents.push_back(ShapedType::isDynamic(extent) ? JSON() : JSON(extent));
    json.push_back(std::move(extents));
  }
  return json;
}

/// The fields whose form in JSON is not that of a table.
static void addField(JSON &json, const LayerFigures &layer, StringRef key) {
  if (key == "output") {
    json["output"] = ::toJSON(layer.shapes);
    return;
  }
  for (const FieldAxis &axis : layer.field)
    json[key.str()].push_back(key == "field" ? JSON(axis.getSize())
                              : axis.dim     ? JSON(axis.jump)
                                             : JSON());
}

JSON mlir::cnn::toJSON(const LayerFigures &layer,
                       ArrayRef<const LayerColumn *> columns) {
  JSON json = JSON::object();
  for (const LayerColumn *known : columns) {
    const LayerColumn &column = *known;
    std::string key = column.key.str();
    bool isNested = key == "output" || key == "field" || key == "stride";
    if (isNested && !layer.op.empty())
      addField(json, layer, key);
    else if (column.isWord() && !column.words(layer).empty())
      json[key] = column.words(layer);
    else if (!column.isWord() && column.isWhole)
      json[key] = static_cast<int64_t>(column.number(layer));
    else if (!column.isWord())
      json[key] = column.number(layer);
  }
  return json;
}

void mlir::cnn::addNetwork(JSON &json, const NetworkFigures &figures,
                           ArrayRef<const LayerColumn *> columns) {
  json["layers"] = JSON::array();
  for (const LayerFigures &layer : figures.layers)
    json["layers"].push_back(toJSON(layer, columns));
  json["total"] = toJSON(figures.total, columns);
  addAssumptions(json, figures);
}

void mlir::cnn::addAssumptions(JSON &json, const NetworkFigures &figures) {
  json["peak"] = {{"layer", figures.peakLayer},
                  {"bytes", figures.total.liveBytes}};
  if (figures.arenaBytes)
    json["arena_bytes"] = figures.arenaBytes;
  const MachineFigures &machine = figures.machine;
  if (machine.bandwidth > 0)
    json["machine"] = {{"name", machine.name},
                       {"gflops", machine.floatRate / 1e9},
                       {"float16_gflops", machine.float16Rate / 1e9},
                       {"int8_gops", machine.integerRate / 1e9},
                       {"gigabytes_per_second", machine.bandwidth / 1e9}};
  if (!figures.technology.empty())
    json["technology"] = figures.technology;
}

void mlir::cnn::printJSON(const JSON &json, llvm::raw_ostream &stream) {
  stream << json.dump(-1, ' ', false, JSON::error_handler_t::replace) << "\n";
}
