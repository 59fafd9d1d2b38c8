//===- Weights.h - The only door to constant data ---------------*- C++ -*-===//
//
// Constants are arith.constant ops. Up to 64 elements, and splats, are dense
// attributes that print in full; everything larger is a dense_resource blob,
// which is never hashed, uniqued or copied by MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_WEIGHTS_H
#define CNNC_SUPPORT_WEIGHTS_H

#include "cnnc/Support/Tensor.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <memory>

namespace mlir::cnn {

/// The constant attribute behind `value`, dense or resource, or null.
ElementsAttr getConstant(Value value);

/// The elements of a constant of any float or integer type, widened (float16)
/// or rounded (float64) to float; nothing if `value` is not such a constant.
std::optional<std::vector<float>> getFloats(Value value);
std::optional<std::vector<float>> getFloats(ElementsAttr attribute);

/// The same without a copy of float32 data, which stay the constant's.
class FloatElements {
public:
  /// Nothing if `value` is not a constant of numbers.
  static std::optional<FloatElements> get(Value value);

  operator ArrayRef<float>() const { return elements; }

private:
  std::vector<float> converted;
  ArrayRef<float> elements;
};

/// The elements of an integer or boolean constant; nothing for others.
std::optional<std::vector<int64_t>> getIntegers(Value value);
std::optional<std::vector<int64_t>> getIntegers(ElementsAttr attribute);

/// The value all elements of a constant share, or nothing.
std::optional<double> getSplat(Value value);

/// A copy of a constant as run-time data; nothing for unsupported types.
std::optional<Tensor> getTensor(ElementsAttr attribute);

/// The row-major bytes of a constant without copying them: the blob of a
/// resource or the raw data of a dense attribute that is not a splat (of a
/// splat: one element). Empty if the attribute has no data.
ArrayRef<char> getRawBytes(ElementsAttr attribute);

/// A constant of `type` from its row-major bytes, one byte per boolean. `name`
/// is a hint for the resource's key.
ElementsAttr makeConstant(RankedTensorType type, ArrayRef<char> bytes,
                          StringRef name = "weights");

/// As above; if the data become a blob it keeps `owner` alive instead of
/// copying `bytes`.
ElementsAttr makeConstant(RankedTensorType type, ArrayRef<char> bytes,
                          std::shared_ptr<void> owner,
                          StringRef name = "weights");

/// A constant of `type`, whose element type may be any float type, from values.
ElementsAttr makeConstant(RankedTensorType type, ArrayRef<float> values,
                          StringRef name = "weights");

/// A float32 constant that takes over the buffer of `values` without a copy.
ElementsAttr makeConstant(ArrayRef<int64_t> shape, std::vector<float> &&values,
                          MLIRContext *context, StringRef name = "weights");

/// An integer constant of type tensor<..xi64>.
ElementsAttr makeConstant(ArrayRef<int64_t> shape, ArrayRef<int64_t> values,
                          MLIRContext *context);

/// An arith.constant of `type` with these values.
Value createConstant(OpBuilder &builder, Location loc, RankedTensorType type,
                     ArrayRef<float> values);

/// An arith.constant holding `attribute`.
Value createConstant(OpBuilder &builder, Location loc, ElementsAttr attribute);

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_WEIGHTS_H
