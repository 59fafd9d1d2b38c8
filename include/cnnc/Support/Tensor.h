//===- Tensor.h - A dense tensor of run-time data ---------------*- C++ -*-===//
//
// What the interpreter computes on, what the runner reads from files and passes
// to compiled code: an element type, a shape and row-major bytes.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_TENSOR_H
#define CNNC_SUPPORT_TENSOR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlir {
class MLIRContext;
class Type;
namespace cnn {

enum class ElementType {
  Float16,
  BFloat16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  UInt8,
  UInt16,
  UInt32,
  UInt64,
  Bool,
};

/// Bytes of one element; a Bool takes one byte.
int64_t getByteWidth(ElementType type);

/// The name numpy gives the type, for example "float32".
llvm::StringRef getName(ElementType type);

/// The type called `name` by numpy, or nothing.
std::optional<ElementType> parseElementType(llvm::StringRef name);

/// The element type of an MLIR tensor of `type`: f16, bf16, f32, f64, i1, and
/// signless, signed (signed meaning) or unsigned integers. Nothing for others.
std::optional<ElementType> getElementType(Type type);

/// The MLIR element type; unsigned integers become ui8 and so on.
Type getMLIRType(ElementType type, MLIRContext *context);

/// Row-major data of a known shape. A scalar has an empty shape.
class Tensor {
public:
  Tensor() = default;
  /// A zero-filled tensor; every extent must be known and not negative.
  Tensor(ElementType type, llvm::ArrayRef<int64_t> shape);

  /// Copies `values` into a float32 tensor of `shape`.
  static Tensor fromFloats(llvm::ArrayRef<int64_t> shape,
                           llvm::ArrayRef<float> values);

  ElementType getType() const { return type; }
  llvm::ArrayRef<int64_t> getShape() const { return shape; }
  int64_t getRank() const { return shape.size(); }
  int64_t getElementCount() const;

  llvm::MutableArrayRef<char> getBytes() { return bytes; }
  llvm::ArrayRef<char> getBytes() const { return bytes; }

  /// The elements as `T`, whose width must be the element type's.
  template <typename T>
  llvm::MutableArrayRef<T> get() {
    return {reinterpret_cast<T *>(bytes.data()), bytes.size() / sizeof(T)};
  }
  template <typename T>
  llvm::ArrayRef<T> get() const {
    return {reinterpret_cast<const T *>(bytes.data()),
            bytes.size() / sizeof(T)};
  }

  /// Every element as a double, whatever the element type.
  std::vector<double> toDoubles() const;

  /// The same values in another element type: rounded to nearest even for
  /// floats, truncated toward zero for integers.
  Tensor convertTo(ElementType newType) const;

  /// The same data in another shape of the same number of elements.
  Tensor reshape(llvm::ArrayRef<int64_t> newShape) const;

private:
  ElementType type = ElementType::Float32;
  llvm::SmallVector<int64_t> shape;
  std::vector<char> bytes;
};

/// The position in row-major data of `shape` of what broadcasts, by numpy's
/// rules, to element `index` of data of the shape `result`.
int64_t getBroadcastPosition(llvm::ArrayRef<int64_t> shape,
                             llvm::ArrayRef<int64_t> result, int64_t index);

/// "1x3x224x224xfloat32", as users see a tensor's type.
std::string describe(const Tensor &tensor);

} // namespace cnn
} // namespace mlir

#endif // CNNC_SUPPORT_TENSOR_H
