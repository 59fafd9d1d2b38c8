//===- CompiledInfo.cpp - What a compiled network says of itself ----------===//

#include "cnnc/Runner/CompiledNetwork.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <set>

using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

namespace {

TensorInfo readTensorInfo(const nlohmann::json &json) {
  TensorInfo info;
  info.name = json.at("name").get<std::string>();
  auto typeName = json.at("type").get<std::string>();
  std::optional<ElementType> type = parseElementType(typeName);
  if (!type)
    throw std::runtime_error("unknown element type " + typeName);
  info.type = *type;
  for (const nlohmann::json &extent : json.at("shape")) {
    info.shape.push_back(extent.get<int64_t>());
    if (info.shape.back() < (info.shape.size() == 1 ? -1 : 0))
      throw std::runtime_error("a negative extent in " + describe(info));
  }
  if (auto length = json.find("length"); length != json.end())
    info.length = OutputLength{length->at("output").get<std::string>(),
                               length->at("dimension").get<int64_t>()};
  return info;
}

KernelProfile readProfile(const nlohmann::json &json) {
  KernelProfile profile;
  profile.ticksOffset = json.at("ticks_offset").get<int64_t>();
  profile.threads = json.at("ticks_threads").get<int64_t>();
  for (const nlohmann::json &row : json.at("kernels")) {
    KernelInfo info;
    info.layer = row.at("layer").get<std::string>();
    info.kernel = row.at("kernel").get<std::string>();
    info.detail = row.at("detail").get<std::string>();
    for (const nlohmann::json &extent : row.at("shape"))
      info.shape.push_back(extent.get<int64_t>());
    info.operations = row.at("operations").get<int64_t>();
    info.bytes = row.at("bytes").get<int64_t>();
    info.work = row.at("work").get<int64_t>();
    info.peakFactor = row.at("peak_factor").get<double>();
    profile.kernels.push_back(std::move(info));
  }
  return profile;
}

CompiledInfo readCompiledInfo(const nlohmann::json &json) {
  CompiledInfo info;
  info.name = json.at("name").get<std::string>();
  const nlohmann::json &target = json.at("target");
  info.triple = target.at("triple").get<std::string>();
  info.cpu = target.at("cpu").get<std::string>();
  info.features = target.at("features").get<std::string>();
  info.dynamicBatch = json.at("dynamic_batch").get<bool>();
  info.usesThreads = json.at("threads").get<bool>();
  info.loadsWeights = json.contains("weights_size");
  for (const nlohmann::json &input : json.at("inputs"))
    info.inputs.push_back(readTensorInfo(input));
  for (const nlohmann::json &output : json.at("outputs"))
    info.outputs.push_back(readTensorInfo(output));
  if (json.contains("kernels"))
    info.profile = readProfile(json);
  return info;
}

/// The names of the functions that others may call.
Expected<std::set<std::string>>
listSymbols(const llvm::object::ObjectFile &object) {
  std::set<std::string> names;
  auto add = [&](const llvm::object::SymbolRef &symbol) -> llvm::Error {
    Expected<uint32_t> flags = symbol.getFlags();
    if (!flags)
      return flags.takeError();
    using llvm::object::BasicSymbolRef;
    if (!(*flags & BasicSymbolRef::SF_Global) ||
        (*flags & BasicSymbolRef::SF_Undefined))
      return llvm::Error::success();
    Expected<StringRef> name = symbol.getName();
    if (!name)
      return name.takeError();
    names.insert(name->str());
    return llvm::Error::success();
  };
  // A stripped shared library has dynamic symbols only; an object has none.
  if (const auto *elf =
          llvm::dyn_cast<llvm::object::ELFObjectFileBase>(&object))
    for (const llvm::object::SymbolRef &symbol :
         elf->getDynamicSymbolIterators())
      if (llvm::Error error = add(symbol))
        return std::move(error);
  for (const llvm::object::SymbolRef &symbol : object.symbols())
    if (llvm::Error error = add(symbol))
      return std::move(error);
  return names;
}

} // namespace

Expected<CompiledInfo> mlir::cnn::parseCompiledInfo(StringRef json) {
  // The library throws; nothing above this function does.
  try {
    CompiledInfo info =
        readCompiledInfo(nlohmann::json::parse(json.begin(), json.end()));
    if (info.dynamicBatch !=
        llvm::any_of(info.inputs, std::mem_fn(&TensorInfo::hasDynamicBatch)))
      return createStringError(
          "the compiled network's description disagrees with itself: "
          "\"dynamic_batch\" is " +
          Twine(info.dynamicBatch
                    ? "true, but no input's first extent is -1"
                    : "false, but an input's first extent is -1"));
    return info;
  } catch (const std::exception &error) {
    return createStringError(
        Twine("the compiled network's description is not understood: ") +
        error.what());
  }
}

llvm::ArrayRef<TensorInfo>
mlir::cnn::getModelOutputs(llvm::ArrayRef<TensorInfo> outputs) {
  return outputs.take_while([&](const TensorInfo &output) {
    return llvm::none_of(outputs, [&](const TensorInfo &other) {
      return other.length && other.length->output == output.name;
    });
  });
}

Expected<std::string> mlir::cnn::findNetwork(llvm::MemoryBufferRef buffer,
                                             StringRef preferred) {
  Expected<std::unique_ptr<llvm::object::ObjectFile>> object =
      llvm::object::ObjectFile::createObjectFile(buffer);
  if (!object)
    return object.takeError();
  llvm::Triple host(llvm::sys::getProcessTriple());
  if ((*object)->getArch() != host.getArch())
    return createStringError(
        "compiled for " + llvm::Triple::getArchTypeName((*object)->getArch()) +
        ", but this machine is " + host.getArchName());
  Expected<std::set<std::string>> symbols = listSymbols(**object);
  if (!symbols)
    return symbols.takeError();
  std::vector<std::string> names;
  for (StringRef symbol : *symbols)
    if (symbol.consume_back("_run") &&
        symbols->count((symbol + "_info").str()) &&
        symbols->count((symbol + "_arena_size").str()))
      names.push_back(symbol.str());
  if (llvm::is_contained(names, preferred))
    return preferred.str();
  if (names.size() != 1)
    return createStringError(
        "expected one compiled network, functions NAME_run, NAME_info and "
        "NAME_arena_size; found " +
        (names.empty() ? Twine("none")
                       : "several: " + llvm::join(names, ", ")));
  return names.front();
}
