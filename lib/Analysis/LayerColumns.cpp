//===- LayerColumns.cpp - What is printed of layers -----------------------===//

#include "cnnc/Analysis/LayerColumns.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace mlir::cnn;
using llvm::StringRef;
using mlir::ShapedType;

namespace {

/// Sets of columns that are of use together.
struct ColumnSet {
  StringRef name, columns;
};
constexpr ColumnSet columnSets[] = {
    {"summary",
     "layer,op,output,macs,parameters,predicted_ms,bound,energy_uj,algorithm"},
    {"counts", "layer,op,output,macs,flops,parameters,weight_bytes,activations,"
               "moved_bytes,flops_per_byte,field,stride,live_bytes"},
    {"times", "layer,op,flops,moved_bytes,flops_per_byte,compute_ms,move_ms,"
              "predicted_ms,bound,compiled_ms"},
    {"energy", "layer,op,arithmetic,macs,moved_bytes,live_bytes,operations_uj,"
               "weights_uj,activations_uj,energy_uj"},
    {"why", "layer,op,compiled_ms,algorithm,reason"},
};

std::string format(const char *form, double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format(form, number);
  return text;
}

std::string describeShape(llvm::ArrayRef<int64_t> shape) {
  return llvm::join(llvm::map_range(shape,
                                    [](int64_t extent) {
                                      return ShapedType::isDynamic(extent)
                                                 ? std::string("?")
                                                 : std::to_string(extent);
                                    }),
                    "x");
}

/// As few digits as say it to six.
std::string describe(double number) { return format("%g", number); }

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

using Layer = const LayerFigures &;

constexpr double toMilli = 1e3, toMicro = 1e6;

const LayerColumn columns[] = {
    {"layer", "layer", [](Layer it) { return it.layer; }, nullptr},
    {"op", "op", [](Layer it) { return it.op; }, nullptr},
    {"output", "output", [](Layer it) { return describeShapes(it.shapes); },
     nullptr},
    {"macs", "MACs", nullptr, [](Layer it) { return it.multiplyAdds; }, true},
    {"flops", "FLOPs", nullptr, [](Layer it) { return it.operations; }, true},
    {"parameters", "params", nullptr,
     [](Layer it) { return double(it.parameters); }, true},
    {"weight_bytes", "weight bytes", nullptr,
     [](Layer it) { return double(it.weightBytes); }, true},
    {"activations", "activations", nullptr,
     [](Layer it) { return double(it.activations); }, true},
    {"moved_bytes", "moved bytes", nullptr,
     [](Layer it) { return double(it.movedBytes); }, true},
    {"flops_per_byte", "FLOPs/byte", nullptr,
     [](Layer it) { return it.getIntensity(); }},
    {"field", "field", [](Layer it) { return describeSize(it.field); },
     nullptr},
    {"stride", "stride", [](Layer it) { return describeStride(it.field); },
     nullptr},
    {"live_bytes", "live bytes", nullptr,
     [](Layer it) { return double(it.liveBytes); }, true},
    {"arithmetic", "arithmetic",
     [](Layer it) {
       return it.op.empty() ? "" : stringify(it.arithmetic).str();
     },
     nullptr},
    {"compute_ms", "compute ms", nullptr,
     [](Layer it) { return toMilli * it.computeSeconds; }},
    {"move_ms", "move ms", nullptr,
     [](Layer it) { return toMilli * it.moveSeconds; }},
    {"predicted_ms", "roofline ms", nullptr,
     [](Layer it) { return toMilli * it.predictedSeconds; }},
    {"bound", "bound", [](Layer it) { return stringify(it.bound).str(); },
     nullptr},
    {"operations_uj", "operations uJ", nullptr,
     [](Layer it) { return toMicro * it.energy.operations; }},
    {"weights_uj", "weights uJ", nullptr,
     [](Layer it) { return toMicro * it.energy.weights; }},
    {"activations_uj", "activations uJ", nullptr,
     [](Layer it) { return toMicro * it.energy.activations; }},
    {"energy_uj", "energy uJ", nullptr,
     [](Layer it) { return toMicro * it.energy.getTotal(); }},
    {"compiled_ms", "compiled ms", nullptr,
     [](Layer it) { return toMilli * it.compiledSeconds; }},
    {"algorithm", "algorithm", [](Layer it) { return it.algorithm; }, nullptr},
    {"reason", "reason", [](Layer it) { return it.reason; }, nullptr},
};

} // namespace

namespace mlir::cnn {

std::string describeShapes(ArrayRef<std::vector<int64_t>> shapes) {
  return llvm::join(llvm::map_range(shapes,
                                    [](const std::vector<int64_t> &shape) {
                                      return describeShape(shape);
                                    }),
                    " ");
}

StringRef stringify(Arithmetic arithmetic) {
  switch (arithmetic) {
  case Arithmetic::float32:
    return "float32";
  case Arithmetic::float16:
    return "float16";
  case Arithmetic::int8:
    return "int8";
  case Arithmetic::int32:
    return "int32";
  }
  llvm_unreachable("every arithmetic is listed");
}

StringRef stringify(Bound bound) {
  switch (bound) {
  case Bound::none:
    return "";
  case Bound::computation:
    return "compute";
  case Bound::memory:
    return "memory";
  }
  llvm_unreachable("every bound is listed");
}

std::string LayerColumn::describeExact(double value) const {
  // Counts are fewer than a double holds exactly.
  return isWhole ? std::to_string(static_cast<int64_t>(value))
                 : format("%.6g", value);
}

std::string LayerColumn::describeBrief(double value) const {
  if (!isWhole)
    return value >= 1000 ? format("%.0f", value) : format("%.3g", value);
  if (value < 1e5)
    return describeExact(value);
  double scaled = value;
  StringRef unit;
  for (StringRef next : {"k", "M", "G", "T"}) {
    scaled /= 1000;
    unit = next;
    if (scaled < 999.95)
      break;
  }
  return format("%.4g", scaled) + unit.str();
}

std::string LayerColumn::getExact(const LayerFigures &layer) const {
  return isWord() ? words(layer) : describeExact(number(layer));
}

std::string LayerColumn::getBrief(const LayerFigures &layer) const {
  return isWord() ? words(layer) : describeBrief(number(layer));
}

ArrayRef<LayerColumn> getLayerColumns() { return columns; }

llvm::Expected<std::vector<const LayerColumn *>> findColumns(StringRef names) {
  std::vector<const LayerColumn *> found;
  auto add = [&](StringRef name) {
    const LayerColumn *column =
        llvm::find_if(columns, [&](auto &it) { return it.key == name; });
    bool isKnown = column != std::end(columns);
    if (isKnown && !llvm::is_contained(found, column))
      found.push_back(column);
    return isKnown;
  };
  for (StringRef name : llvm::split(names, ',')) {
    if (name == "all") {
      for (const LayerColumn &column : columns)
        add(column.key);
      continue;
    }
    const ColumnSet *set =
        llvm::find_if(columnSets, [&](auto &it) { return it.name == name; });
    if (set != std::end(columnSets)) {
      llvm::for_each(llvm::split(set->columns, ','), add);
      continue;
    }
    if (add(name))
      continue;
    auto keys = llvm::map_range(columns, [](auto &it) { return it.key; });
    auto sets = llvm::map_range(columnSets, [](auto &it) { return it.name; });
    return llvm::createStringError(
        "unknown column '" + name.str() + "'; expected names of columns (" +
        llvm::join(keys, ", ") + ") or of sets of them (" +
        llvm::join(sets, ", ") + ", all), with commas between them");
  }
  return found;
}

llvm::Error checkColumns(StringRef names) {
  return names.empty() ? llvm::Error::success()
                       : findColumns(names).takeError();
}

} // namespace mlir::cnn
