//===- GraphWriter.cpp - The ONNX graph that is written -------------------===//

#include "GraphWriter.h"

#include "cnnc/Support/Weights.h"

#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace mlir::cnn;

int32_t mlir::cnn::getDataType(ElementType type) {
  switch (type) {
  case ElementType::Float16:
    return onnx::TensorProto::FLOAT16;
  case ElementType::BFloat16:
    return onnx::TensorProto::BFLOAT16;
  case ElementType::Float32:
    return onnx::TensorProto::FLOAT;
  case ElementType::Float64:
    return onnx::TensorProto::DOUBLE;
  case ElementType::Int8:
    return onnx::TensorProto::INT8;
  case ElementType::Int16:
    return onnx::TensorProto::INT16;
  case ElementType::Int32:
    return onnx::TensorProto::INT32;
  case ElementType::Int64:
    return onnx::TensorProto::INT64;
  case ElementType::UInt8:
    return onnx::TensorProto::UINT8;
  case ElementType::UInt16:
    return onnx::TensorProto::UINT16;
  case ElementType::UInt32:
    return onnx::TensorProto::UINT32;
  case ElementType::UInt64:
    return onnx::TensorProto::UINT64;
  case ElementType::Bool:
    return onnx::TensorProto::BOOL;
  }
  llvm_unreachable("every element type is handled");
}

int32_t mlir::cnn::getDataType(Type elementType) {
  std::optional<ElementType> known = cnn::getElementType(elementType);
  return known ? getDataType(*known) : onnx::TensorProto::UNDEFINED;
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

Name GraphWriter::makeUnique(StringRef hint) {
  Name name = hint.str();
  int64_t &count = counts[hint];
  while (name.empty() || !names.insert(name).second)
    name = (hint + "_" + Twine(++count)).str();
  return name;
}

void GraphWriter::setOutputName(Value value, StringRef name) {
  outputNames.try_emplace(value, name.str());
}

StringRef GraphWriter::getOutputName(Value value) const {
  auto found = outputNames.find(value);
  return found == outputNames.end() ? StringRef() : StringRef(found->second);
}

Name GraphWriter::get(Value value) {
  if (!value)
    return {};
  auto found = tensors.find(value);
  if (found != tensors.end())
    return found->second;
  ElementsAttr constant = getConstant(value);
  assert(constant && "operands are written before their users");
  return addConstant(constant, "constant");
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// Splats of more bytes are not written out.
static constexpr int64_t maxSplatBytes = 1 << 20;

static int64_t getByteSize(ElementsAttr constant) {
  auto type = cast<ShapedType>(constant.getType());
  int64_t bits = type.getElementTypeBitWidth();
  return type.getNumElements() * llvm::divideCeil(bits, 8);
}

Name GraphWriter::addSplat(ElementsAttr constant, StringRef hint) {
  Name &name = splats[constant];
  if (!name.empty())
    return name;
  auto type = cast<RankedTensorType>(constant.getType());
  onnx::TensorProto value;
  value.set_data_type(getDataType(type.getElementType()));
  value.add_dims(1);
  ArrayRef<char> bytes = getRawBytes(constant);
  value.set_raw_data(bytes.data(), bytes.size());
  Name shape = addConstant(
      makeConstant({type.getRank()}, type.getShape(), constant.getContext()),
      "shape");
  name = addNode({"ConstantOfShape", {shape}, {{"value", value}}}, hint)[0];
  return name;
}

Name GraphWriter::addConstant(ElementsAttr constant, StringRef hint) {
  // Weights of a file keep the names they had there.
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(constant))
    hint = resource.getRawHandle().getKey();
  if (constant.isSplat() && getByteSize(constant) > maxSplatBytes &&
      !constant.getElementType().isInteger(1))
    return addSplat(constant, hint);
  auto [entry, isNew] = constants.try_emplace(constant);
  if (isNew)
    entry->second = makeUnique(hint);
  return entry->second;
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

std::vector<Name> GraphWriter::addNode(const NodeDescription &description,
                                       StringRef hint) {
  onnx::NodeProto &node = *proto.add_node();
  auto [domain, name] = description.operatorName.rsplit('.');
  node.set_op_type((name.empty() ? domain : name).str());
  if (!name.empty()) {
    node.set_domain(domain.str());
    microsoft |= domain == microsoftDomain;
  }
  for (const Name &input : description.inputs)
    node.add_input(input);
  // Optional inputs at the end are not there.
  while (node.input_size() > 0 && node.input(node.input_size() - 1).empty())
    node.mutable_input()->RemoveLast();
  for (const NodeAttribute &attribute : description.attributes)
    *node.add_attribute() = attribute.getProto();
  std::vector<Name> results;
  for (unsigned i = 0; i < description.results; ++i) {
    results.push_back(makeUnique(hint));
    node.add_output(results.back());
  }
  node.set_name(results.front());
  return results;
}

void GraphWriter::renameLast(StringRef from, StringRef to) {
  onnx::NodeProto &node = *proto.mutable_node()->rbegin();
  for (std::string &output : *node.mutable_output())
    if (output == from)
      output = to.str();
}
