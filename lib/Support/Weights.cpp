//===- Weights.cpp - The only door to constant data -----------------------===//

#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"

#include <cstring>

using namespace mlir;
using namespace mlir::cnn;

/// Constants of up to this many elements are printed in full.
static constexpr int64_t maxDenseElements = 64;

ElementsAttr mlir::cnn::getConstant(Value value) {
  if (!value)
    return {};
  auto constant = value.getDefiningOp<arith::ConstantOp>();
  return constant ? dyn_cast<ElementsAttr>(constant.getValue())
                  : ElementsAttr();
}

ArrayRef<char> mlir::cnn::getRawBytes(ElementsAttr attribute) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    return blob ? blob->getData() : ArrayRef<char>();
  }
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute))
    return dense.getRawData();
  return {};
}

std::optional<Tensor> mlir::cnn::getTensor(ElementsAttr attribute) {
  auto type = cast<ShapedType>(attribute.getType());
  std::optional<ElementType> element = getElementType(type.getElementType());
  if (!element)
    return std::nullopt;
  Tensor tensor(*element, type.getShape());
  MutableArrayRef<char> target = tensor.getBytes();
  auto dense = dyn_cast<DenseElementsAttr>(attribute);
  // Dense attributes pack booleans into bits.
  if (dense && *element == ElementType::Bool) {
    for (auto [byte, bit] : llvm::zip_equal(target, dense.getValues<bool>()))
      byte = bit;
    return tensor;
  }
  ArrayRef<char> source = getRawBytes(attribute);
  if (dense && dense.isSplat()) {
    for (size_t i = 0; i + source.size() <= target.size(); i += source.size())
      std::memcpy(target.data() + i, source.data(), source.size());
    return tensor;
  }
  if (source.size() != target.size())
    return std::nullopt;
  if (!target.empty())
    std::memcpy(target.data(), source.data(), source.size());
  return tensor;
}

/// The bytes of a float32 constant that has one for each element.
static std::optional<ArrayRef<char>> getFloat32Bytes(ElementsAttr attribute) {
  ArrayRef<char> bytes = getRawBytes(attribute);
  if (!attribute.getElementType().isF32() ||
      bytes.size() != attribute.getNumElements() * sizeof(float))
    return std::nullopt;
  return bytes;
}

std::optional<std::vector<float>> mlir::cnn::getFloats(ElementsAttr attribute) {
  if (!attribute)
    return std::nullopt;
  // Large weights are copied only once.
  if (std::optional<ArrayRef<char>> bytes = getFloat32Bytes(attribute)) {
    std::vector<float> values(attribute.getNumElements());
    std::memcpy(values.data(), bytes->data(), bytes->size());
    return values;
  }
  std::optional<Tensor> tensor = getTensor(attribute);
  if (!tensor)
    return std::nullopt;
  Tensor floats = tensor->convertTo(ElementType::Float32);
  ArrayRef<float> values = std::as_const(floats).get<float>();
  return std::vector<float>(values.begin(), values.end());
}

std::optional<std::vector<float>> mlir::cnn::getFloats(Value value) {
  return getFloats(getConstant(value));
}

std::optional<FloatElements> FloatElements::get(Value value) {
  ElementsAttr attribute = getConstant(value);
  FloatElements result;
  std::optional<ArrayRef<char>> bytes =
      attribute ? getFloat32Bytes(attribute) : std::nullopt;
  if (bytes && llvm::isAddrAligned(llvm::Align::Of<float>(), bytes->data())) {
    result.elements = ArrayRef(reinterpret_cast<const float *>(bytes->data()),
                               static_cast<size_t>(attribute.getNumElements()));
    return result;
  }
  auto converted = getFloats(attribute);
  if (!converted)
    return std::nullopt;
  result.converted = std::move(*converted);
  // Moving a vector does not move its elements.
  result.elements = result.converted;
  return result;
}

std::optional<std::vector<int64_t>>
mlir::cnn::getIntegers(ElementsAttr attribute) {
  if (!attribute || !isa<IntegerType>(attribute.getElementType()))
    return std::nullopt;
  std::optional<Tensor> tensor = getTensor(attribute);
  if (!tensor)
    return std::nullopt;
  Tensor integers = tensor->convertTo(ElementType::Int64);
  ArrayRef<int64_t> values = std::as_const(integers).get<int64_t>();
  return std::vector<int64_t>(values.begin(), values.end());
}

std::optional<std::vector<int64_t>> mlir::cnn::getIntegers(Value value) {
  return getIntegers(getConstant(value));
}

std::optional<double> mlir::cnn::getSplat(Value value) {
  ElementsAttr attribute = getConstant(value);
  if (!attribute || !isa<FloatType>(attribute.getElementType()))
    return std::nullopt;
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute)) {
    if (!dense.isSplat())
      return std::nullopt;
    return dense.getSplatValue<APFloat>().convertToDouble();
  }
  auto values = getFloats(attribute);
  if (!values || values->empty() || !llvm::all_equal(*values))
    return std::nullopt;
  return values->front();
}

/// The constant as a dense attribute if it is small, boolean or a splat.
static ElementsAttr makeDense(RankedTensorType type, ArrayRef<char> bytes) {
  int64_t count = type.getNumElements();
  if (type.getElementType().isInteger(1)) {
    SmallVector<bool> bits(bytes.begin(), bytes.end());
    return DenseElementsAttr::get(type, ArrayRef<bool>(bits));
  }
  size_t width = count == 0 ? 1 : bytes.size() / count;
  bool isSplat = count > 0;
  for (size_t i = width; isSplat && i < bytes.size(); i += width)
    isSplat = std::memcmp(bytes.data(), bytes.data() + i, width) == 0;
  if (isSplat || count <= maxDenseElements)
    return DenseElementsAttr::getFromRawBuffer(
        type, isSplat ? bytes.take_front(width) : bytes);
  return {};
}

/// A resource called `name`, or like it if there is one of that name: MLIR
/// would try name_1, name_2 and so on, which takes long for the ten thousandth.
static ElementsAttr makeResource(RankedTensorType type, StringRef name,
                                 AsmResourceBlob blob) {
  auto &manager =
      DenseResourceElementsHandle::getManagerInterface(type.getContext())
          .getBlobManager();
  std::string key = name.str();
  if (manager.lookup(key))
    manager.getBlobMap(
        [&](const auto &blobs) { key += "_" + std::to_string(blobs.size()); });
  return DenseResourceElementsAttr::get(type, key, std::move(blob));
}

ElementsAttr mlir::cnn::makeConstant(RankedTensorType type,
                                     ArrayRef<char> bytes, StringRef name) {
  if (ElementsAttr dense = makeDense(type, bytes))
    return dense;
  return makeResource(type, name,
                      HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64));
}

ElementsAttr mlir::cnn::makeConstant(RankedTensorType type,
                                     ArrayRef<char> bytes,
                                     std::shared_ptr<void> owner,
                                     StringRef name) {
  if (ElementsAttr dense = makeDense(type, bytes))
    return dense;
  // The deleter keeps the owner until the blob goes.
  AsmResourceBlob blob(
      bytes, /*dataAlignment=*/1,
      [owner = std::move(owner)](void *, size_t, size_t) mutable {
        owner.reset();
      },
      /*dataIsMutable=*/false);
  return makeResource(type, name, std::move(blob));
}

ElementsAttr mlir::cnn::makeConstant(RankedTensorType type,
                                     ArrayRef<float> values, StringRef name) {
  Type element = type.getElementType();
  if (element.isF32())
    return makeConstant(
        type,
        ArrayRef<char>(reinterpret_cast<const char *>(values.data()),
                       values.size() * sizeof(float)),
        name);
  std::optional<ElementType> target = getElementType(element);
  assert(target && "constants have a float element type");
  Tensor converted =
      Tensor::fromFloats(type.getShape(), values).convertTo(*target);
  return makeConstant(type, std::as_const(converted).getBytes(), name);
}

ElementsAttr mlir::cnn::makeConstant(ArrayRef<int64_t> shape,
                                     std::vector<float> &&values,
                                     MLIRContext *context, StringRef name) {
  auto type = RankedTensorType::get(shape, Float32Type::get(context));
  if (static_cast<int64_t>(values.size()) <= maxDenseElements ||
      llvm::all_equal(values))
    return makeConstant(type, ArrayRef<float>(values), name);
  auto *owned = new std::vector<float>(std::move(values));
  AsmResourceBlob blob(
      ArrayRef<char>(reinterpret_cast<const char *>(owned->data()),
                     owned->size() * sizeof(float)),
      alignof(float), [owned](void *, size_t, size_t) { delete owned; },
      /*dataIsMutable=*/false);
  return makeResource(type, name, std::move(blob));
}

ElementsAttr mlir::cnn::makeConstant(ArrayRef<int64_t> shape,
                                     ArrayRef<int64_t> values,
                                     MLIRContext *context) {
  auto type = RankedTensorType::get(shape, IntegerType::get(context, 64));
  return makeConstant(
      type,
      ArrayRef<char>(reinterpret_cast<const char *>(values.data()),
                     values.size() * sizeof(int64_t)),
      "integers");
}

Value mlir::cnn::createConstant(OpBuilder &builder, Location loc,
                                RankedTensorType type, ArrayRef<float> values) {
  return createConstant(builder, loc, makeConstant(type, values));
}

Value mlir::cnn::createConstant(OpBuilder &builder, Location loc,
                                ElementsAttr attribute) {
  return arith::ConstantOp::create(builder, loc, attribute);
}
