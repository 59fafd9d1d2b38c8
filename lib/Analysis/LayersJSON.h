//===- LayersJSON.h - Layers for programs -----------------------*- C++ -*-===//

#ifndef CNNC_LIB_ANALYSIS_LAYERSJSON_H
#define CNNC_LIB_ANALYSIS_LAYERSJSON_H

#include "cnnc/Analysis/LayerColumns.h"

#include <nlohmann/json.hpp>

namespace mlir::cnn {

/// An object with these columns of the layer; the total has no op.
nlohmann::ordered_json toJSON(const LayerFigures &layer,
                              ArrayRef<const LayerColumn *> columns);

/// Adds what is known of the network as a whole, and what was assumed.
void addAssumptions(nlohmann::ordered_json &json,
                    const NetworkFigures &figures);

/// Adds the layers, their sum and that to an object.
void addNetwork(nlohmann::ordered_json &json, const NetworkFigures &figures,
                ArrayRef<const LayerColumn *> columns);

/// On one line.
void printJSON(const nlohmann::ordered_json &json, llvm::raw_ostream &stream);

} // namespace mlir::cnn

#endif // CNNC_LIB_ANALYSIS_LAYERSJSON_H
