//===- Evaluate.cpp - What the ops share ----------------------------------===//

#include "Evaluate.h"

#include <atomic>
#include <thread>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::reference;

Tensor reference::makeDoubles(Value result) {
  return Tensor(ElementType::Float64, getShape(result));
}

Tensor reference::roundTo(Value result, const Tensor &tensor) {
  return tensor.convertTo(
      *getElementType(cast<ShapedType>(result.getType()).getElementType()));
}

SmallVector<int64_t> reference::getRowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t dim = static_cast<int64_t>(shape.size()) - 1; dim > 0; --dim)
    strides[dim - 1] = strides[dim] * shape[dim];
  return strides;
}

SmallVector<int64_t> reference::getBroadcastStrides(ArrayRef<int64_t> shape,
                                                    ArrayRef<int64_t> result) {
  SmallVector<int64_t> strides(result.size() - shape.size(), 0);
  llvm::append_range(strides, getRowMajorStrides(shape));
  for (size_t i = result.size() - shape.size(); i < result.size(); ++i)
    if (shape[i - (result.size() - shape.size())] != result[i])
      strides[i] = 0;
  return strides;
}

int64_t reference::countElements(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

void reference::parallelFor(unsigned threads, int64_t count,
                            llvm::function_ref<void(int64_t)> body) {
  std::atomic<int64_t> next = 0;
  auto work = [&] {
    for (int64_t i = next++; i < count; i = next++)
      body(i);
  };
  std::vector<std::thread> helpers;
  for (int64_t i = 1; i < std::min<int64_t>(threads, count); ++i)
    helpers.emplace_back(work);
  work();
  for (std::thread &helper : helpers)
    helper.join();
}

void reference::applyFunction(FunctionAttr activation, Tensor &tensor,
                              unsigned threads) {
  if (!activation)
    return;
  constexpr int64_t chunk = 1 << 14;
  MutableArrayRef<double> values = tensor.get<double>();
  int64_t count = values.size();
  parallelFor(threads, llvm::divideCeil(count, chunk), [&](int64_t i) {
    for (double &value :
         values.slice(i * chunk, std::min(chunk, count - i * chunk)))
      value = activation.evaluate(value);
  });
}

ImageShape::ImageShape(Value image) : ImageShape(reference::getShape(image)) {}

ImageShape::ImageShape(ArrayRef<int64_t> shape) {
  batch = shape[0];
  channels = shape[1];
  llvm::copy(shape.drop_front(2), extents.end() - (shape.size() - 2));
}

std::array<WindowDim, 3> reference::getWindow3D(const Window &window) {
  std::array<WindowDim, 3> result;
  llvm::copy(window, result.end() - window.size());
  return result;
}
