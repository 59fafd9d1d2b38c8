//===- LoopBuilder.h - Loops, indices and vectors of kernels ----*- C++ -*-===//
//
// What every kernel's loop nest is written with. Kernels see their operands as
// one row of elements each, so that the address of an access is one sum whose
// constant part ends up in the instruction.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_CONVERSION_LOOPBUILDER_H
#define CNNC_LIB_CONVERSION_LOOPBUILDER_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::kernel {

/// Products that are added up in float16: rounding errors of more would be
/// those of the sum's last digits.
constexpr int64_t longestHalfSum = 128;

/// A memref as one row of elements.
struct FlatArray {
  /// Rank 1, stride 1; null for an operand that is not there.
  Value memref;
  /// Extents and strides, in elements, of the memref it was.
  SmallVector<int64_t> shape, strides;

  explicit operator bool() const { return static_cast<bool>(memref); }
};

/// Where an element of a FlatArray is: `base + offset`.
struct Position {
  Value base;
  int64_t offset = 0;

  Position operator+(int64_t distance) const {
    return {base, offset + distance};
  }
};

/// Builds the loops that replace one operation.
class LoopBuilder : public ImplicitLocOpBuilder {
public:
  /// Inserts before `op`.
  explicit LoopBuilder(Operation *op);

  //===--------------------------------------------------------------------===//
  // Indices
  //===--------------------------------------------------------------------===//

  /// A constant index; each is made once, in front of the loops.
  Value index(int64_t value);
  Value add(Value lhs, Value rhs);
  Value add(Value lhs, int64_t rhs) { return add(lhs, index(rhs)); }
  Value minimum(Value lhs, int64_t rhs);
  Value isEqual(Value lhs, int64_t rhs);
  Value sub(Value lhs, Value rhs);
  Value mul(Value lhs, int64_t rhs);
  /// The quotient rounded up, where it is positive, or else a number that is
  /// not; `rhs` is positive.
  Value ceilDiv(Value lhs, int64_t rhs);
  /// The quotient and the rest.
  std::pair<Value, Value> divide(Value lhs, int64_t rhs);
  /// The first of `total` parts that falls to `chunk`, one of `chunks`.
  Value share(Value chunk, int64_t total, int64_t chunks);
  /// The sum of `indices[i] * strides[i]`.
  Value linearize(ValueRange indices, ArrayRef<int64_t> strides);

  //===--------------------------------------------------------------------===//
  // Loops
  //===--------------------------------------------------------------------===//

  /// A parallel loop over all indices from `lower` up to `upper`. All that one
  /// builder makes in one phase write apart from each other and read nothing of
  /// that, so that threads need not wait between them.
  void forAll(ArrayRef<int64_t> lower, ArrayRef<int64_t> upper,
              function_ref<void(ValueRange)> body);

  /// Begins a phase: parallel loops to come use what those before have written.
  void beginPhase() { hasParallelLoop = false; }

  /// A loop that carries values: the body gets the index and their current
  /// values and returns their next. A loop known to run once is just its body.
  using LoopBody = function_ref<SmallVector<Value>(Value, ValueRange)>;
  SmallVector<Value> loop(Value lower, Value upper, int64_t step,
                          ValueRange carried, LoopBody body);
  SmallVector<Value> loop(int64_t extent, int64_t step, ValueRange carried,
                          LoopBody body) {
    return loop(index(0), index(extent), step, carried, body);
  }
  /// A loop of at most `extent` that carries sums of float16. Those of `part`
  /// indices start from zero and are added to sums of float32, which are
  /// narrowed in the end; with a `part` of 0, or of `extent` and more, it is as
  /// above.
  SmallVector<Value> sum(Value lower, Value upper, int64_t step, int64_t extent,
                         int64_t part, ValueRange sums, LoopBody body);
  /// The values of one of two branches.
  using BranchBody = function_ref<SmallVector<Value>()>;
  SmallVector<Value> branch(Value condition, TypeRange types, BranchBody yes,
                            BranchBody no);
  /// A loop that carries nothing.
  void loop(Value lower, Value upper, function_ref<void(Value)> body);
  void loop(int64_t extent, int64_t step, function_ref<void(Value)> body);

  //===--------------------------------------------------------------------===//
  // Elements
  //===--------------------------------------------------------------------===//

  /// Views a memref as one row; an absent operand makes an absent array. An
  /// error at the operation if its strides are not static or the last is not 1.
  FailureOr<FlatArray> flatten(Value memref);

  /// Views each of several memrefs.
  LogicalResult
  flatten(std::initializer_list<std::pair<FlatArray *, Value>> operands);

  Value load(const FlatArray &array, Position position);
  Value load(const FlatArray &array, Position position, VectorType type);
  void store(Value value, const FlatArray &array, Position position);
  /// Brings the cache line of a position that will be read into the second
  /// cache. The position may lie behind the array's end.
  void prefetch(const FlatArray &array, Position position);
  /// The same into the first cache, and to write it if `isWritten`. The
  /// position may also lie before the array's beginning.
  void prefetchNear(const FlatArray &array, Position position, bool isWritten);
  Value broadcast(Value scalar, VectorType type);
  Value splat(double value, VectorType type);
  /// Arithmetic on floats.
  Value addFloat(Value lhs, Value rhs);
  Value mulFloat(Value lhs, Value rhs);
  /// The larger number; `lhs` if one of them is NaN.
  Value maximum(Value lhs, Value rhs);
  /// lhs * rhs + sum
  Value multiplyAdd(Value lhs, Value rhs, Value sum);
  /// Vectors of float16 as float32.
  SmallVector<Value> widen(ValueRange values);
  /// Vectors of float32 as float16.
  SmallVector<Value> narrow(ValueRange values);
  /// Transposes n vectors of n elements, n a power of two.
  SmallVector<Value> transpose(SmallVector<Value> rows);

private:
  Value emitPosition(Position position);

  Operation *op;
  llvm::SmallDenseMap<int64_t, Value> constants;
  /// The constant that stands in front of all loops.
  Operation *firstConstant = nullptr;
  /// A parallel loop has been made in this phase.
  bool hasParallelLoop = false;
  /// Tells LLVM not to unroll a loop: how far, the kernel has decided.
  Attribute keepLoop;
};

} // namespace mlir::kernel

#endif // CNNC_LIB_CONVERSION_LOOPBUILDER_H
