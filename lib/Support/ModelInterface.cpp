//===- ModelInterface.cpp - What callers of a model must know -------------===//

#include "cnnc/Support/ModelInterface.h"

#include "cnnc/Support/WeightsDecoder.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <functional>
#include <numeric>

namespace mlir::cnn {
namespace {

/// The tensors listed in one of the entry's attributes.
FailureOr<SmallVector<ModelTensor>> readTensors(Operation *entry,
                                                StringRef attribute) {
  auto list = entry->getAttrOfType<ArrayAttr>(attribute);
  if (!list)
    return entry->emitError() << "expected attribute " << attribute
                              << ", which --record-interface adds to the entry";
  SmallVector<ModelTensor> tensors;
  for (auto row : list.getAsRange<DictionaryAttr>()) {
    auto name = row.getAs<StringAttr>("name");
    auto type = row.getAs<TypeAttr>("type");
    auto shaped =
        type ? dyn_cast<RankedTensorType>(type.getValue()) : RankedTensorType();
    if (!name || !shaped)
      return entry->emitError()
             << "expected name and tensor type in each row of " << attribute
             << ", got " << row;
    std::optional<ElementType> element =
        getElementType(shaped.getElementType());
    if (!element)
      return entry->emitError()
             << "'" << name.getValue() << "' has element type "
             << shaped.getElementType()
             << ", which cannot cross the C interface";
    tensors.push_back({name.str(), *element, llvm::to_vector(shaped.getShape()),
                       interface::readLength(row.get(interface::length))});
  }
  return tensors;
}

llvm::json::Array toJSON(ArrayRef<ModelTensor> tensors) {
  llvm::json::Array list;
  for (const ModelTensor &tensor : tensors) {
    llvm::json::Array shape;
    for (int64_t extent : tensor.shape)
      shape.push_back(ShapedType::isDynamic(extent) ? -1 : extent);
    llvm::json::Object row{{"name", tensor.name},
                           {"type", getName(tensor.type)},
                           {"shape", std::move(shape)}};
    if (tensor.length)
      row["length"] =
          llvm::json::Object{{"output", tensor.length->output},
                             {"dimension", tensor.length->dimension}};
    list.push_back(std::move(row));
  }
  return list;
}

/// What `--profile-kernels` noted; nothing if it did not run.
std::optional<KernelProfile> readProfile(Operation *entry) {
  auto list = entry->getAttrOfType<ArrayAttr>(interface::kernels);
  auto offset = entry->getAttrOfType<IntegerAttr>(interface::ticksOffset);
  if (!list || !offset)
    return std::nullopt;
  KernelProfile profile;
  profile.ticksOffset = offset.getInt();
  if (auto threads = entry->getAttrOfType<IntegerAttr>(interface::ticksThreads))
    profile.threads = threads.getInt();
  for (Attribute row : list)
    if (std::optional<KernelInfo> info = KernelInfo::get(row))
      profile.kernels.push_back(*info);
  return profile;
}

} // namespace

DictionaryAttr interface::makeLength(const OutputLength &length,
                                     MLIRContext *context) {
  Builder builder(context);
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("dimension",
                            builder.getI64IntegerAttr(length.dimension)),
       builder.getNamedAttr("output", builder.getStringAttr(length.output))});
}

std::optional<OutputLength> interface::readLength(Attribute attribute) {
  auto dictionary = dyn_cast_if_present<DictionaryAttr>(attribute);
  if (!dictionary)
    return std::nullopt;
  auto output = dictionary.getAs<StringAttr>("output");
  auto dimension = dictionary.getAs<IntegerAttr>("dimension");
  if (!output || !dimension)
    return std::nullopt;
  return OutputLength{output.str(), dimension.getInt()};
}

bool ModelTensor::hasDynamicBatch() const {
  return !shape.empty() && ShapedType::isDynamic(shape.front());
}

int64_t ModelTensor::getByteSize() const {
  ArrayRef<int64_t> image(shape);
  return std::accumulate(image.begin() + hasDynamicBatch(), image.end(),
                         getByteWidth(type), std::multiplies<int64_t>());
}

FailureOr<ModelInterface> ModelInterface::get(Operation *entry) {
  auto inputs = readTensors(entry, interface::inputs);
  auto outputs = readTensors(entry, interface::outputs);
  if (failed(inputs) || failed(outputs))
    return failure();
  llvm::Expected<Machine> machine =
      Machine::get(entry->getParentOfType<ModuleOp>());
  if (!machine)
    return entry->emitError() << llvm::toString(machine.takeError());
  ModelInterface model;
  model.name = SymbolTable::getSymbolName(entry).str();
  model.inputs = *inputs;
  model.outputs = *outputs;
  model.dynamicBatch = entry->hasAttr(interface::dynamicBatch);
  model.threads = entry->hasAttr(interface::threads);
  if (auto size = entry->getAttrOfType<IntegerAttr>(interface::arenaSize))
    model.arenaBytes = size.getInt();
  if (auto size = entry->getAttrOfType<IntegerAttr>(interface::decodedWeights))
    model.decodedWeights = size.getInt();
  model.profile = readProfile(entry);
  model.machine = *machine;
  return model;
}

int64_t ModelInterface::getDecoderOffset() const {
  return llvm::alignTo(decodedWeights.value_or(0), bufferAlignment);
}

int64_t ModelInterface::getWeightsMemory() const {
  return getDecoderOffset() + sizeof(coded::Scratch);
}

std::string ModelInterface::toJSON() const {
  llvm::json::Object object{
      {"name", name},
      {"target", llvm::json::Object{{"triple", machine.triple},
                                    {"cpu", machine.cpu},
                                    {"features", machine.features}}},
      {"dynamic_batch", dynamicBatch},
      {"threads", threads},
      {"inputs", cnn::toJSON(inputs)},
      {"outputs", cnn::toJSON(outputs)}};
  if (decodedWeights)
    object["weights_size"] = getWeightsMemory();
  if (profile) {
    llvm::json::Array kernels;
    for (const KernelInfo &kernel : profile->kernels)
      kernels.push_back(kernel.toJSON());
    object["kernels"] = std::move(kernels);
    object["ticks_offset"] = profile->ticksOffset;
    object["ticks_threads"] = profile->threads;
  }
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(object));
  return text;
}

FailureOr<Operation *> findEntry(ModuleOp module) {
  SmallVector<Operation *> functions;
  for (auto function : module.getOps<FunctionOpInterface>()) {
    if (function->hasAttr(interface::inputs))
      return function.getOperation();
    if (!function.isExternal() && function.isPublic())
      functions.push_back(function);
  }
  if (functions.size() == 1)
    return functions.front();
  return module.emitError() << "expected one public function, the network, got "
                            << functions.size();
}

} // namespace mlir::cnn
