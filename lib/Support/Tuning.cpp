//===- Tuning.cpp - Measured choices of algorithms ------------------------===//

#include "cnnc/Support/Tuning.h"

#include "cnnc/Support/Machine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <tuple>

namespace json = llvm::json;

namespace mlir::cnn {
/// Of the file's form; another number is another form.
static constexpr int64_t formatVersion = 1;

// llvm::json finds these functions in the namespaces of their types.

static bool fromJSON(const json::Value &value, ConvAlgorithm &algorithm,
                     json::Path path) {
  std::optional<llvm::StringRef> text = value.getAsString();
  std::optional<ConvAlgorithm> parsed =
      text ? ConvAlgorithm::parse(*text) : std::nullopt;
  if (parsed)
    algorithm = *parsed;
  else
    path.report("expected \"direct\" or \"winograd N\", N being 2, 4 or 6");
  return parsed.has_value();
}

static bool fromJSON(const json::Value &value, TunedLayer &layer,
                     json::Path path) {
  json::ObjectMapper mapper(value, path);
  return mapper && mapper.map("choice", layer.choice) &&
         mapper.mapOptional("microseconds", layer.microseconds);
}

namespace {

/// A host and its layers, as the file has them.
struct Entry {
  TuningHost host;
  std::map<std::string, TunedLayer> layers;
};

bool fromJSON(const json::Value &value, Entry &entry, json::Path path) {
  json::ObjectMapper mapper(value, path);
  return mapper && mapper.map("triple", entry.host.triple) &&
         mapper.map("cpu", entry.host.cpu) &&
         mapper.map("features", entry.host.features) &&
         mapper.map("threads", entry.host.threads) &&
         mapper.map("layers", entry.layers);
}

bool readFile(const json::Value &value, std::vector<Entry> &hosts,
              json::Path path) {
  json::ObjectMapper mapper(value, path);
  int64_t version = 0;
  if (!mapper || !mapper.map("version", version))
    return false;
  if (version != formatVersion) {
    path.field("version").report("unknown version, expected 1");
    return false;
  }
  return mapper.map("hosts", hosts);
}

} // namespace

static json::Object toJSON(const TunedLayer &layer) {
  json::Object microseconds;
  for (const auto &[algorithm, time] : layer.microseconds)
    microseconds[algorithm] = time;
  return json::Object({{"choice", layer.choice.toString()},
                       {"microseconds", std::move(microseconds)}});
}

static json::Object toJSON(const TuningHost &host,
                           const std::map<std::string, TunedLayer> &layers) {
  json::Object known;
  for (const auto &[layer, tuned] : layers)
    known[layer] = toJSON(tuned);
  return json::Object({{"triple", host.triple},
                       {"cpu", host.cpu},
                       {"features", host.features},
                       {"threads", host.threads},
                       {"layers", std::move(known)}});
}

std::string ConvAlgorithm::toString() const {
  if (winogradTile == 0)
    return "direct";
  return "winograd " + std::to_string(winogradTile);
}

std::optional<ConvAlgorithm> ConvAlgorithm::parse(llvm::StringRef text) {
  for (int64_t tile : {0, 2, 4, 6})
    if (ConvAlgorithm algorithm{tile}; text == algorithm.toString())
      return algorithm;
  return std::nullopt;
}

TuningHost TuningHost::get(const Machine &machine, bool threads) {
  return {machine.triple, machine.cpu, machine.features, threads};
}

bool TuningHost::operator==(const TuningHost &other) const {
  return std::tie(triple, cpu, features, threads) ==
         std::tie(other.triple, other.cpu, other.features, other.threads);
}

llvm::Expected<TuningTable> TuningTable::load(llvm::StringRef path) {
  TuningTable table;
  if (!llvm::sys::fs::exists(path))
    return table;
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return llvm::createFileError(path, buffer.getError());
  llvm::Expected<json::Value> value = json::parse((*buffer)->getBuffer());
  if (!value)
    return llvm::createFileError(path, value.takeError());
  std::vector<Entry> entries;
  json::Path::Root root("choices");
  if (!readFile(*value, entries, root))
    return llvm::createFileError(path, root.getError());
  for (Entry &entry : entries)
    table.hosts.emplace_back(std::move(entry.host), std::move(entry.layers));
  return table;
}

llvm::Error TuningTable::save(llvm::StringRef path) const {
  json::Array entries;
  for (const auto &[host, layers] : hosts)
    entries.push_back(toJSON(host, layers));
  json::Value file =
      json::Object{{"version", formatVersion}, {"hosts", std::move(entries)}};
  return llvm::writeToOutput(path, [&](llvm::raw_ostream &stream) {
    stream << llvm::formatv("{0:2}\n", file);
    return llvm::Error::success();
  });
}

const TunedLayer *TuningTable::find(const TuningHost &host,
                                    llvm::StringRef layer) const {
  for (const auto &[known, layers] : hosts)
    if (auto it = layers.find(layer.str()); known == host && it != layers.end())
      return &it->second;
  return nullptr;
}

void TuningTable::set(const TuningHost &host, llvm::StringRef layer,
                      TunedLayer tuned) {
  auto known =
      llvm::find_if(hosts, [&](const auto &it) { return it.first == host; });
  if (known == hosts.end())
    known = hosts.insert(known, {host, {}});
  known->second[layer.str()] = std::move(tuned);
}

} // namespace mlir::cnn
