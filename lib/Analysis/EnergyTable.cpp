//===- EnergyTable.cpp - What operations and memory cost ------------------===//

#include "cnnc/Analysis/EnergyTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <nlohmann/json.hpp>

#include <cmath>

using namespace mlir::cnn;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;
using JSON = nlohmann::ordered_json;

namespace {

constexpr double picojoule = 1e-12;

/// In the order of `Arithmetic`.
constexpr const char *arithmeticNames[] = {"float32", "float16", "int8",
                                           "int32"};

Error makeError(const Twine &message) {
  return llvm::createStringError("energy table: " + message.str());
}

/// "operations.int8", as messages name what is in an object.
std::string join(StringRef path, StringRef key) {
  return (path + (path.empty() ? "" : ".") + key).str();
}

std::string quote(StringRef path) {
  return path.empty() ? "the whole" : ("'" + path + "'").str();
}

/// An error unless `json` is an object with exactly these keys.
Error checkKeys(const JSON &json, StringRef path,
                llvm::ArrayRef<const char *> keys) {
  std::string list = llvm::join(keys, ", ");
  if (!json.is_object())
    return makeError("expected " + quote(path) + " to be an object with " +
                     list);
  for (const char *key : keys)
    if (!json.contains(key))
      return makeError("expected '" + join(path, key) + "'; " + quote(path) +
                       " has to have " + list);
  for (const auto &[key, value] : json.items())
    if (!llvm::is_contained(keys, StringRef(key)))
      return makeError("unknown key '" + join(path, key) + "'; expected " +
                       list);
  return Error::success();
}

Expected<double> getNumber(const JSON &json, StringRef path, StringRef key) {
  const JSON &value = json.at(key.str());
  double number = value.is_number() ? value.get<double>() : -1;
  if (number >= 0 && std::isfinite(number))
    return number;
  return makeError("expected '" + join(path, key) +
                   "' to be a number that is not negative, got " +
                   value.dump());
}

Expected<int64_t> getSize(const JSON &json, StringRef path, StringRef key) {
  const JSON &value = json.at(key.str());
  if (value.is_number_unsigned() && value.get<uint64_t>() > 0 &&
      value.get<uint64_t>() < (uint64_t(1) << 62))
    return value.get<int64_t>();
  return makeError("expected '" + join(path, key) +
                   "' to be a whole number above 0, got " + value.dump());
}

Error readOperations(const JSON &json, EnergyTable &table) {
  if (Error error = checkKeys(json, "operations", arithmeticNames))
    return error;
  for (auto [name, costs] :
       llvm::zip_equal(arithmeticNames, table.operations)) {
    std::string path = join("operations", name);
    const JSON &entry = json.at(name);
    if (Error error = checkKeys(entry, path, {"add", "multiply"}))
      return error;
    for (auto [key, cost] :
         {std::pair<const char *, double *>{"add", &costs.add},
          {"multiply", &costs.multiply}}) {
      Expected<double> number = getNumber(entry, path, key);
      if (!number)
        return number.takeError();
      *cost = *number;
    }
  }
  return Error::success();
}

Expected<MemoryLevel> readLevel(const JSON &json, StringRef path) {
  if (Error error = checkKeys(json, path, {"bytes", "access"}))
    return std::move(error);
  Expected<int64_t> bytes = getSize(json, path, "bytes");
  if (!bytes)
    return bytes.takeError();
  Expected<double> access = getNumber(json, path, "access");
  if (!access)
    return access.takeError();
  return MemoryLevel{*bytes, *access};
}

Error readMemory(const JSON &json, EnergyTable &table) {
  if (Error error =
          checkKeys(json, "memory", {"access_bits", "on_chip", "dram"}))
    return error;
  Expected<int64_t> bits = getSize(json, "memory", "access_bits");
  if (!bits)
    return bits.takeError();
  table.accessBits = *bits;
  Expected<double> dram = getNumber(json, "memory", "dram");
  if (!dram)
    return dram.takeError();
  table.dram = *dram;
  const JSON &levels = json.at("on_chip");
  if (!levels.is_array())
    return makeError("expected 'memory.on_chip' to be an array of objects with "
                     "bytes, access");
  for (size_t index = 0; index < levels.size(); ++index) {
    Expected<MemoryLevel> level = readLevel(
        levels[index], "memory.on_chip[" + std::to_string(index) + "]");
    if (!level)
      return level.takeError();
    if (!table.onChip.empty() && table.onChip.back().bytes >= level->bytes)
      return makeError("expected 'memory.on_chip' to go from the smallest "
                       "memory to the largest");
    table.onChip.push_back(*level);
  }
  return Error::success();
}

} // namespace

EnergyTable EnergyTable::getDefault() {
  EnergyTable table;
  table.technology = "45 nm, 0.9 V";
  table.operations = {{{0.9, 3.7}, {0.4, 1.1}, {0.03, 0.2}, {0.1, 3.1}}};
  table.onChip = {{8 << 10, 10}, {32 << 10, 20}, {1 << 20, 100}};
  table.dram = 1950;
  return table;
}

Expected<EnergyTable> EnergyTable::parse(StringRef text) {
  JSON json = JSON::parse(text.begin(), text.end(), /*callback=*/nullptr,
                          /*allow_exceptions=*/false);
  if (json.is_discarded())
    return makeError("expected JSON, as --print-energy-table prints it");
  if (Error error = checkKeys(json, "", {"technology", "operations", "memory"}))
    return std::move(error);
  EnergyTable table;
  if (!json["technology"].is_string())
    return makeError("expected 'technology' to be a string, got " +
                     json["technology"].dump());
  table.technology = json["technology"].get<std::string>();
  if (Error error = readOperations(json["operations"], table))
    return std::move(error);
  if (Error error = readMemory(json["memory"], table))
    return std::move(error);
  return table;
}

std::string EnergyTable::toJSON() const {
  JSON costs, levels = JSON::array();
  for (auto [name, cost] : llvm::zip_equal(arithmeticNames, operations))
    costs[name] = {{"add", cost.add}, {"multiply", cost.multiply}};
  for (const MemoryLevel &level : onChip)
    levels.push_back({{"bytes", level.bytes}, {"access", level.access}});
  JSON json = {
      {"technology", technology},
      {"operations", costs},
      {"memory",
       {{"access_bits", accessBits}, {"on_chip", levels}, {"dram", dram}}}};
  return json.dump(2) + "\n";
}

double EnergyTable::getByteEnergy(int64_t bytes) const {
  auto level = llvm::find_if(
      onChip, [&](const MemoryLevel &it) { return it.bytes >= bytes; });
  return (level == onChip.end() ? dram : level->access) * 8 /
         static_cast<double>(accessBits);
}

void mlir::cnn::estimateEnergy(NetworkFigures &figures,
                               const EnergyTable &table) {
  figures.technology = table.technology;
  Energy &total = figures.total.energy = Energy();
  double weightByte =
      table.getByteEnergy(figures.total.weightBytes + figures.total.liveBytes);
  for (LayerFigures &layer : figures.layers) {
    auto getCosts = [&](Arithmetic arithmetic) {
      return table.operations[static_cast<size_t>(arithmetic)];
    };
    OperationEnergy costs = getCosts(layer.arithmetic);
    double sum = layer.arithmetic == Arithmetic::int8
                     ? getCosts(Arithmetic::int32).add
                     : costs.add;
    double others = layer.operations - 2 * layer.multiplyAdds;
    Energy &energy = layer.energy;
    energy.operations =
        picojoule *
        (layer.multiplyAdds * (costs.multiply + sum) + others * costs.add);
    energy.weights =
        picojoule * weightByte * static_cast<double>(layer.constantBytes);
    energy.activations =
        picojoule * table.getByteEnergy(layer.liveBytes) *
        static_cast<double>(layer.movedBytes - layer.constantBytes);
    total.operations += energy.operations;
    total.weights += energy.weights;
    total.activations += energy.activations;
  }
}
