//===- Known.h - Values known while importing -------------------*- C++ -*-===//
//
// Exporters compute shapes in the graph: Shape, Gather, Mul, Concat, Reshape.
// Such values are evaluated by the importer and never become ops. The batch may
// be unknown, so a number is a constant or a multiple of the batch.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_IMPORT_KNOWN_H
#define CNNC_LIB_IMPORT_KNOWN_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::cnn {

/// A constant, a multiple of the batch, or something else that depends on the
/// batch. Integers made by `integer` are exact; of others only those up to
/// 2^53 are, which roundTo makes sure of.
struct Number {
  enum Kind { Constant, BatchMultiple, Unknown };

  double value = 0;
  Kind kind = Constant;
  /// What an integer is more than `value`, which has 53 bits.
  int64_t rest = 0;

  static Number constant(double value) { return {value, Constant}; }
  static Number integer(int64_t value);
  static Number batch(double factor = 1) { return {factor, BatchMultiple}; }
  static Number unknown() { return {0, Unknown}; }

  bool isConstant() const { return kind == Constant; }
  bool isBatch() const { return kind == BatchMultiple && value == 1; }
  bool isUnknown() const { return kind == Unknown; }
  /// Whether every bit of an integer is known.
  bool isExact() const;
  /// The constant as an integer; what does not fit becomes the nearest.
  int64_t getInteger() const;
};

/// A tensor of such numbers in row-major order.
struct Known {
  RankedTensorType type;
  SmallVector<Number> numbers;

  ArrayRef<int64_t> getShape() const { return type.getShape(); }
  bool isFloat() const { return isa<FloatType>(type.getElementType()); }
};

/// Values with more elements than this are not evaluated while importing.
inline constexpr int64_t maxKnownElements = 1024;

/// A list of integers, as type tensor<?xi64>.
Known makeKnown(MLIRContext *context, ArrayRef<Number> numbers);

/// `number` as a value of `type` holds it: rounded, truncated, or wrapped
/// around. Integers that are not exact are unknown.
Number roundTo(Number number, Type type);

/// The shape as users write it: "1x3x?x224".
std::string describeShape(ArrayRef<int64_t> shape);

/// Writes the dynamic batch as -1, as the attributes of ops do.
void replaceDynamic(SmallVectorImpl<int64_t> &shape);

/// The position in a tensor of `shape` that broadcasts to `index`.
int64_t getBroadcastPosition(ArrayRef<int64_t> shape, ArrayRef<int64_t> index);

/// Calls `visit` with every index of `shape` in row-major order.
void forEachIndex(ArrayRef<int64_t> shape,
                  llvm::function_ref<void(ArrayRef<int64_t>)> visit);

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_KNOWN_H
