//===- Graph.cpp - The names and values of an ONNX graph ------------------===//

#include "Graph.h"

#include "Operators.h"
#include "TensorData.h"

#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

static Error makeError(const Twine &message) {
  return createStringError(llvm::inconvertibleErrorCode(), message);
}

Graph::Graph(OpBuilder &builder, const Opsets &opsets, StringRef folder,
             int64_t maxCopiedNodes)
    : builder(builder), folder(folder.str()), opsets(opsets),
      maxCopiedNodes(maxCopiedNodes) {
  root.opsets = &this->opsets;
  for (const OperatorRow *row : getOperators())
    operators[row->getQualifiedName()] = row;
}

/// Functions need not say which operators they use; the model does.
int64_t Graph::getOpset(StringRef domain) const {
  if (domain == "ai.onnx")
    domain = "";
  auto found = scope->opsets->find(domain);
  return found != scope->opsets->end() ? found->second : opsets.lookup(domain);
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

Error Graph::bind(StringRef name, Binding binding) {
  if (!scope->bindings.try_emplace(name, std::move(binding)).second)
    return makeError("expects each name to be defined once; got '" + name +
                     "' again");
  return Error::success();
}

Error Graph::addInitializers(onnx::GraphProto &proto) {
  for (const onnx::SparseTensorProto &tensor : proto.sparse_initializer()) {
    Expected<ElementsAttr> data = takeSparseData(tensor, folder, getContext());
    if (!data)
      return makeError("sparse initializer '" + tensor.values().name() +
                       "': " + llvm::toString(data.takeError()));
    Binding binding;
    binding.value = createNamedConstant(*data, tensor.values().name());
    if (Error error = bind(tensor.values().name(), std::move(binding)))
      return error;
  }
  for (onnx::TensorProto &tensor : *proto.mutable_initializer()) {
    if (tensor.name().empty())
      return makeError("expects initializers with names; got one without");
    Binding binding;
    binding.initializer = &tensor;
    if (Error error = bind(tensor.name(), std::move(binding)))
      return error;
  }
  return Error::success();
}

Binding *Graph::lookup(StringRef name) {
  for (Scope *place = scope; place; place = place->parent) {
    auto found = place->bindings.find(name);
    if (found != place->bindings.end())
      return &found->second;
  }
  return nullptr;
}

Expected<Binding *> Graph::find(StringRef name) {
  Binding *binding = lookup(name);
  if (!binding)
    return makeError("expects its inputs to be inputs of the graph, "
                     "initializers or results of nodes; got '" +
                     name + "', which is none of them");
  return binding;
}

Expected<Binding> Graph::getBinding(StringRef name) {
  Expected<Binding *> binding = find(name);
  if (!binding)
    return binding.takeError();
  // An initializer has data for one constant.
  if ((*binding)->initializer)
    if (Expected<Value> value = getValue(**binding, name); !value)
      return value.takeError();
  return **binding;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// Fails if `binding` stands for no tensor.
Error Graph::checkIsTensor(const Binding &binding, StringRef name) {
  askedForLost |= binding.isLost;
  if (binding.isLost)
    return makeError("expects no use of '" + name + "', which is not known");
  if (!binding.refusal.empty())
    return makeError(binding.refusal);
  if (binding.isAbsent)
    return makeError("expects '" + name + "', which is left out");
  if (binding.sequence)
    return makeError("expects a tensor; got the sequence '" + name + "'");
  return Error::success();
}

/// A constant of these numbers, which must not depend on the batch.
static Expected<ElementsAttr> materialize(const Known &known, StringRef name) {
  std::optional<ElementType> element =
      getElementType(known.type.getElementType());
  if (!element)
    return makeError("expects an element type that constants have");
  bool isFloat = known.isFloat();
  // Known unsigned integers have the bits of signed ones.
  Tensor tensor(isFloat                          ? ElementType::Float64
                : element == ElementType::UInt64 ? ElementType::UInt64
                                                 : ElementType::Int64,
                known.getShape());
  for (auto [i, number] : llvm::enumerate(known.numbers)) {
    if (!number.isConstant())
      return makeError("expects a value that does not depend on the batch; "
                       "got '" +
                       name + "' (--input-shape fixes the batch)");
    if (isFloat)
      tensor.get<double>()[i] = number.value;
    else
      tensor.get<int64_t>()[i] = number.getInteger();
  }
  Tensor converted = tensor.convertTo(*element);
  return makeConstant(known.type, std::as_const(converted).getBytes(), name);
}

Value Graph::createNamedConstant(ElementsAttr data, StringRef name) {
  return createConstant(builder, NameLoc::get(builder.getStringAttr(name)),
                        data);
}

Expected<Value> Graph::getValue(Binding &binding, StringRef name) {
  if (Error error = checkIsTensor(binding, name))
    return error;
  if (binding.value)
    return binding.value;
  Expected<ElementsAttr> data = ElementsAttr();
  if (binding.initializer) {
    if (binding.initializer->name().empty())
      binding.initializer->set_name(name.str());
    data = takeTensorData(*binding.initializer, folder, getContext());
    if (!data)
      return makeError("initializer '" + name +
                       "': " + llvm::toString(data.takeError()));
    binding.initializer = nullptr;
  } else {
    data = materialize(*binding.known, name);
    if (!data)
      return data.takeError();
  }
  binding.value = createNamedConstant(*data, name);
  return binding.value;
}

Expected<Value> Graph::getValue(StringRef name) {
  Expected<Binding *> binding = find(name);
  if (!binding)
    return binding.takeError();
  return getValue(**binding, name);
}

Expected<RankedTensorType> Graph::getType(StringRef name) {
  Expected<Binding *> binding = find(name);
  if (!binding)
    return binding.takeError();
  if ((*binding)->known)
    return (*binding)->known->type;
  Expected<Value> value = getValue(**binding, name);
  if (!value)
    return value.takeError();
  return cast<RankedTensorType>(value->getType());
}

/// The elements of a constant, or nothing if numbers cannot say them.
static std::optional<SmallVector<Number>> readNumbers(ElementsAttr constant) {
  SmallVector<Number> numbers;
  if (isa<IntegerType>(constant.getElementType())) {
    std::optional<std::vector<int64_t>> integers = getIntegers(constant);
    bool isUnsigned = constant.getElementType().isUnsignedInteger(64);
    if (!integers || (isUnsigned &&
                      llvm::any_of(*integers, [](int64_t i) { return i < 0; })))
      return std::nullopt;
    for (int64_t integer : *integers)
      numbers.push_back(Number::integer(integer));
    return numbers;
  }
  std::optional<Tensor> tensor = cnn::getTensor(constant);
  if (!tensor)
    return std::nullopt;
  for (double number : tensor->toDoubles())
    numbers.push_back(Number::constant(number));
  return numbers;
}

Expected<const Known *> Graph::getKnown(Binding &binding, StringRef name) {
  if (binding.known)
    return &*binding.known;
  if (binding.sequence)
    return nullptr;
  Expected<Value> value = getValue(binding, name);
  if (!value)
    return value.takeError();
  ElementsAttr constant = getConstant(*value);
  auto type = cast<RankedTensorType>(value->getType());
  // Of what has no elements nothing is unknown.
  if (type.hasStaticShape() && type.getNumElements() == 0) {
    binding.known = Known{type, {}};
    return &*binding.known;
  }
  if (!constant || type.getNumElements() > maxKnownElements)
    return nullptr;
  std::optional<SmallVector<Number>> numbers = readNumbers(constant);
  if (!numbers)
    return nullptr;
  binding.known = Known{type, std::move(*numbers)};
  return &*binding.known;
}

Expected<const Known *> Graph::getKnown(StringRef name) {
  Expected<Binding *> binding = find(name);
  if (!binding)
    return binding.takeError();
  return getKnown(**binding, name);
}
