//===- Shapes.cpp - Pieces of shape inference -----------------------------===//

#include "Shapes.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::cnn;

std::string mlir::cnn::describe(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  return llvm::join(llvm::map_range(shape,
                                    [](int64_t extent) {
                                      return ShapedType::isDynamic(extent)
                                                 ? std::string("?")
                                                 : std::to_string(extent);
                                    }),
                    "x");
}

bool mlir::cnn::isSupportedShape(ArrayRef<int64_t> shape) {
  constexpr int64_t maximum = int64_t(1) << 40;
  int64_t elements = 1;
  for (auto [dim, extent] : llvm::enumerate(shape)) {
    if (dim == 0 && ShapedType::isDynamic(extent))
      continue;
    if (extent < 0 || extent > maximum / std::max<int64_t>(elements, 1))
      return false;
    elements *= extent;
  }
  return true;
}

LogicalResult mlir::cnn::checkTypes(MaybeLocation location, StringRef op,
                                    TypeRange types) {
  op.consume_front("cnn.");
  for (Type type : types) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !isSupportedShape(tensor.getShape()))
      return emitOptionalError(location, op,
                               " expects ranked tensors of at most 2^40 "
                               "elements of which only dimension 0 may be "
                               "dynamic, got ",
                               type);
  }
  return success();
}

LogicalResult mlir::cnn::checkImage(MaybeLocation location, StringRef name,
                                    ArrayRef<int64_t> shape) {
  if (shape.size() < 3 || shape.size() > 5)
    return emitOptionalError(location, name,
                             " expects images of rank 3, 4 or 5, got ",
                             describe(shape));
  return success();
}

Window mlir::cnn::getVerifiedWindow(ArrayRef<int64_t> sizes,
                                    ArrayRef<int64_t> strides,
                                    ArrayRef<int64_t> pads,
                                    ArrayRef<int64_t> dilations) {
  Window window;
  for (size_t i = 0, rank = sizes.size(); i < rank; ++i) {
    WindowDim dim;
    dim.size = sizes[i];
    dim.stride = strides.empty() ? 1 : strides[i];
    dim.dilation = dilations.empty() ? 1 : dilations[i];
    dim.padLow = pads.empty() ? 0 : pads[i];
    dim.padHigh = pads.empty() ? 0 : pads[i + rank];
    window.push_back(dim);
  }
  return window;
}

FailureOr<Window> mlir::cnn::makeWindow(MaybeLocation location, StringRef name,
                                        ArrayRef<int64_t> sizes,
                                        ArrayRef<int64_t> strides,
                                        ArrayRef<int64_t> pads,
                                        ArrayRef<int64_t> dilations) {
  size_t rank = sizes.size();
  auto check = [&](StringRef what, ArrayRef<int64_t> values, size_t expected,
                   int64_t least) -> LogicalResult {
    if (!values.empty() && values.size() != expected)
      return emitOptionalError(location, name, " expects ", expected, " ", what,
                               ", got ", values.size());
    for (int64_t value : values)
      if (value < least || value > (int64_t(1) << 31))
        return emitOptionalError(location, name, " expects ", what,
                                 " of at least ", least, " and at most 2^31",
                                 ", got ", value);
    return success();
  };
  if (failed(check("window sizes", sizes, rank, 1)) ||
      failed(check("strides", strides, rank, 1)) ||
      failed(check("pads", pads, 2 * rank, 0)) ||
      failed(check("dilations", dilations, rank, 1)))
    return failure();
  return getVerifiedWindow(sizes, strides, pads, dilations);
}

FailureOr<SmallVector<int64_t>>
mlir::cnn::getSlidingShape(MaybeLocation location, StringRef name,
                           ArrayRef<int64_t> input, int64_t channels,
                           const Window &window, bool ceil) {
  if (input.size() != window.size() + 2)
    return emitOptionalError(location, name, " expects an input of rank ",
                             window.size() + 2, ", got ", describe(input));
  SmallVector<int64_t> shape = {input[0], channels};
  for (auto [extent, dim] : llvm::zip_equal(input.drop_front(2), window)) {
    if (ShapedType::isDynamic(extent)) {
      shape.push_back(extent);
      continue;
    }
    int64_t outputs = dim.getOutputExtent(extent, ceil);
    if (outputs < 1)
      return emitOptionalError(location, name, " expects its window of ",
                               dim.getReach(),
                               " elements to fit the padded input extent ",
                               extent + dim.padLow + dim.padHigh);
    shape.push_back(outputs);
  }
  return shape;
}

LogicalResult mlir::cnn::checkEpilogue(MaybeLocation location, StringRef name,
                                       ArrayRef<int64_t> output, Value bias,
                                       Value residual) {
  if (bias && getShape(bias) != output.slice(1, 1))
    return emitOptionalError(location, name,
                             " expects one bias per output channel (",
                             output[1], "), got ", describe(getShape(bias)));
  if (residual && getShape(residual) != output)
    return emitOptionalError(
        location, name, " expects a residual of the result's shape ",
        describe(output), ", got ", describe(getShape(residual)));
  return success();
}

LogicalResult mlir::cnn::checkAxis(MaybeLocation location, StringRef name,
                                   int64_t axis, int64_t rank) {
  if (axis < 0 || axis >= rank)
    return emitOptionalError(location, name, " expects an axis from 0 to ",
                             rank - 1, ", got ", axis);
  return success();
}

LogicalResult mlir::cnn::checkLength(MaybeLocation location, StringRef what,
                                     ArrayRef<int64_t> array,
                                     int64_t expected) {
  if (static_cast<int64_t>(array.size()) != expected)
    return emitOptionalError(location, what,
                             " expects one entry per dimension (", expected,
                             "), got ", array.size());
  return success();
}

FailureOr<SmallVector<int64_t>>
mlir::cnn::getBroadcastShape(ArrayRef<int64_t> lhs, ArrayRef<int64_t> rhs) {
  if (lhs.size() < rhs.size())
    std::swap(lhs, rhs);
  SmallVector<int64_t> shape(lhs);
  size_t offset = lhs.size() - rhs.size();
  for (size_t i = 0; i < rhs.size(); ++i) {
    int64_t &extent = shape[offset + i];
    if (extent == rhs[i] || rhs[i] == 1)
      continue;
    // Only the batch is dynamic, and it is never broadcast against a number.
    if (extent != 1)
      return failure();
    extent = rhs[i];
  }
  return shape;
}
