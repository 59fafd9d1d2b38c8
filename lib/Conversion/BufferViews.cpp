//===- BufferViews.cpp - What a memref is a view of -----------------------===//

#include "BufferViews.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace mlir::cnn {

int64_t getElementBytes(MemRefType type) {
  Type element = type.getElementType();
  if (auto vector = dyn_cast<VectorType>(element))
    return llvm::divideCeil(
        vector.getNumElements() * vector.getElementTypeBitWidth(), 8);
  // Index constants are refused earlier; an address is at most 8 bytes.
  return element.isIndex()
             ? 8
             : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
}

std::optional<int64_t> getSpan(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset, span = 1;
  if (!type.hasStaticShape() ||
      failed(type.getStridesAndOffset(strides, offset)))
    return std::nullopt;
  for (auto [extent, stride] : llvm::zip_equal(type.getShape(), strides)) {
    if (ShapedType::isDynamic(stride) || stride < 0)
      return std::nullopt;
    if (extent == 0)
      return 0;
    span += (extent - 1) * stride;
  }
  return span;
}

Value getBuffer(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
    memref = view.getViewSource();
  return memref;
}

std::optional<BufferRange> getBufferRange(Value memref) {
  auto type = dyn_cast<MemRefType>(memref.getType());
  if (!type)
    return std::nullopt;
  SmallVector<int64_t> strides;
  int64_t offset;
  std::optional<int64_t> span = getSpan(type);
  if (!span || failed(type.getStridesAndOffset(strides, offset)) ||
      ShapedType::isDynamic(offset))
    return std::nullopt;
  int64_t elementBytes = getElementBytes(type);
  BufferRange range = {memref, offset * elementBytes, *span * elementBytes};
  // The offset in a type counts from the buffer, or from the memref.view that
  // reinterprets its bytes.
  while (auto view = range.buffer.getDefiningOp<ViewLikeOpInterface>()) {
    if (auto bytes = dyn_cast<memref::ViewOp>(view.getOperation())) {
      std::optional<int64_t> shift = getConstantIntValue(bytes.getByteShift());
      if (!shift)
        return std::nullopt;
      range.begin += *shift;
    }
    range.buffer = view.getViewSource();
  }
  return range;
}

} // namespace mlir::cnn
