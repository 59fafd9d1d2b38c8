//===- LoopBuilder.cpp - Loops, indices and vectors of kernels ------------===//

#include "LoopBuilder.h"

#include "cnnc/Support/ModelInterface.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::kernel;

LoopBuilder::LoopBuilder(Operation *op)
    : ImplicitLocOpBuilder(op->getLoc(), op), op(op) {
  // Later constants go in front of this one, and so in front of all loops.
  firstConstant = index(0).getDefiningOp();
  auto unroll = LLVM::LoopUnrollAttr::get(
      getContext(), /*disable=*/getBoolAttr(true), {}, {}, {}, {}, {}, {});
  keepLoop =
      LLVM::LoopAnnotationAttr::get(getContext(), {}, {}, {}, unroll, {}, {},
                                    {}, {}, {}, {}, {}, {}, {}, {}, {});
}

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

Value LoopBuilder::index(int64_t value) {
  Value &constant = constants[value];
  if (!constant) {
    InsertionGuard guard(*this);
    setInsertionPoint(firstConstant ? firstConstant : op);
    constant = arith::ConstantIndexOp::create(*this, value);
    firstConstant = constant.getDefiningOp();
  }
  return constant;
}

Value LoopBuilder::add(Value lhs, Value rhs) {
  return createOrFold<arith::AddIOp>(lhs, rhs);
}

Value LoopBuilder::sub(Value lhs, Value rhs) {
  return createOrFold<arith::SubIOp>(lhs, rhs);
}

Value LoopBuilder::minimum(Value lhs, int64_t rhs) {
  return createOrFold<arith::MinSIOp>(lhs, index(rhs));
}

Value LoopBuilder::isEqual(Value lhs, int64_t rhs) {
  return createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, lhs, index(rhs));
}

Value LoopBuilder::mul(Value lhs, int64_t rhs) {
  if (rhs == 1)
    return lhs;
  return rhs == 0 ? index(0) : createOrFold<arith::MulIOp>(lhs, index(rhs));
}

Value LoopBuilder::ceilDiv(Value lhs, int64_t rhs) {
  if (rhs == 1)
    return lhs;
  return createOrFold<arith::DivSIOp>(add(lhs, rhs - 1), index(rhs));
}

std::pair<Value, Value> LoopBuilder::divide(Value lhs, int64_t rhs) {
  if (rhs == 1)
    return {lhs, index(0)};
  return {createOrFold<arith::DivUIOp>(lhs, index(rhs)),
          createOrFold<arith::RemUIOp>(lhs, index(rhs))};
}

Value LoopBuilder::share(Value chunk, int64_t total, int64_t chunks) {
  if (chunks == 1)
    return mul(chunk, total);
  return arith::DivUIOp::create(*this, mul(chunk, total), index(chunks));
}

Value LoopBuilder::linearize(ValueRange indices, ArrayRef<int64_t> strides) {
  Value sum = index(0);
  for (auto [index, stride] : llvm::zip_equal(indices, strides))
    sum = add(mul(index, stride), sum);
  return sum;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void LoopBuilder::forAll(ArrayRef<int64_t> lower, ArrayRef<int64_t> upper,
                         function_ref<void(ValueRange)> body) {
  SmallVector<OpFoldResult> lowerBounds =
      getAsIndexOpFoldResult(getContext(), lower);
  SmallVector<OpFoldResult> upperBounds =
      getAsIndexOpFoldResult(getContext(), upper);
  SmallVector<OpFoldResult> steps(lower.size(), getIndexAttr(1));
  auto forall = scf::ForallOp::create(*this, lowerBounds, upperBounds, steps,
                                      ValueRange(), std::nullopt);
  if (hasParallelLoop)
    forall->setAttr(cnn::interface::independent, getUnitAttr());
  hasParallelLoop = true;
  InsertionGuard guard(*this);
  setInsertionPointToStart(forall.getBody());
  body(forall.getInductionVars());
}

SmallVector<Value> LoopBuilder::loop(Value lower, Value upper, int64_t step,
                                     ValueRange carried, LoopBody body) {
  std::optional<int64_t> first = getConstantIntValue(lower);
  std::optional<int64_t> last = getConstantIntValue(upper);
  if (first && last && *first < *last && *first + step >= *last)
    return body(lower, carried);
  auto loop = scf::ForOp::create(*this, lower, upper, index(step), carried);
  // Lowering hands the attribute on to the branch, which knows it by this name.
  loop->setAttr("loop_annotation", keepLoop);
  InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next =
      body(loop.getInductionVar(), loop.getRegionIterArgs());
  // Without carried values the loop has its terminator already.
  if (!carried.empty())
    scf::YieldOp::create(*this, next);
  return loop.getResults();
}

SmallVector<Value> LoopBuilder::sum(Value lower, Value upper, int64_t step,
                                    int64_t extent, int64_t part,
                                    ValueRange sums, LoopBody body) {
  if (part == 0 || part >= extent)
    return loop(lower, upper, step, sums, body);
  SmallVector<Value> zeros = llvm::map_to_vector(sums, [&](Value sum) {
    return splat(0, cast<VectorType>(sum.getType()));
  });
  return narrow(loop(
      lower, upper, part, widen(sums), [&](Value first, ValueRange totals) {
        Value last = arith::MinSIOp::create(*this, add(first, part), upper);
        SmallVector<Value> next = widen(loop(first, last, step, zeros, body));
        for (auto [value, total] : llvm::zip_equal(next, totals))
          value = addFloat(total, value);
        return next;
      }));
}

SmallVector<Value> LoopBuilder::branch(Value condition, TypeRange types,
                                       BranchBody yes, BranchBody no) {
  auto branch = scf::IfOp::create(*this, types, condition,
                                  /*addThenBlock=*/true, /*addElseBlock=*/true);
  InsertionGuard guard(*this);
  setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(*this, yes());
  setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(*this, no());
  return branch.getResults();
}

void LoopBuilder::loop(Value lower, Value upper,
                       function_ref<void(Value)> body) {
  loop(lower, upper, 1, ValueRange(), [&](Value index, ValueRange) {
    body(index);
    return SmallVector<Value>();
  });
}

void LoopBuilder::loop(int64_t extent, int64_t step,
                       function_ref<void(Value)> body) {
  loop(extent, step, ValueRange(), [&](Value index, ValueRange) {
    body(index);
    return SmallVector<Value>();
  });
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

FailureOr<FlatArray> LoopBuilder::flatten(Value memref) {
  FlatArray array;
  if (!memref)
    return array;
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(type.getStridesAndOffset(strides, offset)) ||
      llvm::is_contained(strides, ShapedType::kDynamic) || strides.back() != 1)
    return op->emitOpError("expects static strides, the last of them 1, got ")
           << type;
  int64_t span = 1;
  for (auto [extent, stride] : llvm::zip_equal(type.getShape(), strides))
    span += (extent - 1) * stride;
  OpFoldResult start = getIndexAttr(offset);
  if (ShapedType::isDynamic(offset))
    start = memref::ExtractStridedMetadataOp::create(*this, memref).getOffset();
  auto flat = MemRefType::get({span}, type.getElementType(),
                              StridedLayoutAttr::get(getContext(), offset, {1}),
                              type.getMemorySpace());
  array.memref = memref::ReinterpretCastOp::create(
      *this, flat, memref, start, ArrayRef<OpFoldResult>(getIndexAttr(span)),
      ArrayRef<OpFoldResult>(getIndexAttr(1)));
  array.shape = llvm::to_vector(type.getShape());
  array.strides = strides;
  return array;
}

LogicalResult LoopBuilder::flatten(
    std::initializer_list<std::pair<FlatArray *, Value>> operands) {
  for (auto [array, operand] : operands) {
    FailureOr<FlatArray> flat = flatten(operand);
    if (failed(flat))
      return failure();
    *array = *flat;
  }
  return success();
}

Value LoopBuilder::emitPosition(Position position) {
  return position.offset == 0 ? position.base
                              : add(position.base, position.offset);
}

Value LoopBuilder::load(const FlatArray &array, Position position) {
  return memref::LoadOp::create(*this, array.memref, emitPosition(position));
}

Value LoopBuilder::load(const FlatArray &array, Position position,
                        VectorType type) {
  return vector::LoadOp::create(*this, type, array.memref,
                                emitPosition(position));
}

void LoopBuilder::store(Value value, const FlatArray &array,
                        Position position) {
  Value index = emitPosition(position);
  if (isa<VectorType>(value.getType()))
    vector::StoreOp::create(*this, value, array.memref, index);
  else
    memref::StoreOp::create(*this, value, array.memref, index);
}

void LoopBuilder::prefetch(const FlatArray &array, Position position) {
  memref::PrefetchOp::create(*this, array.memref, emitPosition(position),
                             /*isWrite=*/false, /*localityHint=*/2,
                             /*isDataCache=*/true);
}

void LoopBuilder::prefetchNear(const FlatArray &array, Position position,
                               bool isWritten) {
  memref::PrefetchOp::create(*this, array.memref, emitPosition(position),
                             isWritten, /*localityHint=*/3,
                             /*isDataCache=*/true);
}

Value LoopBuilder::broadcast(Value scalar, VectorType type) {
  return vector::BroadcastOp::create(*this, type, scalar);
}

Value LoopBuilder::splat(double value, VectorType type) {
  Type number = type.getElementType();
  Attribute element = getZeroAttr(number);
  if (isa<FloatType>(number))
    element = getFloatAttr(number, value);
  else if (value != 0)
    element = getIntegerAttr(number, static_cast<int64_t>(value));
  return arith::ConstantOp::create(*this,
                                   DenseElementsAttr::get(type, element));
}

Value LoopBuilder::addFloat(Value lhs, Value rhs) {
  return arith::AddFOp::create(*this, lhs, rhs);
}

Value LoopBuilder::mulFloat(Value lhs, Value rhs) {
  return arith::MulFOp::create(*this, lhs, rhs);
}

Value LoopBuilder::maximum(Value lhs, Value rhs) {
  Value larger =
      arith::CmpFOp::create(*this, arith::CmpFPredicate::OGT, rhs, lhs);
  return arith::SelectOp::create(*this, larger, rhs, lhs);
}

Value LoopBuilder::multiplyAdd(Value lhs, Value rhs, Value sum) {
  return vector::FMAOp::create(*this, lhs, rhs, sum);
}

SmallVector<Value> LoopBuilder::widen(ValueRange values) {
  return llvm::map_to_vector(values, [&](Value value) -> Value {
    auto type = cast<VectorType>(value.getType());
    return arith::ExtFOp::create(*this, type.clone(getF32Type()), value);
  });
}

SmallVector<Value> LoopBuilder::narrow(ValueRange values) {
  return llvm::map_to_vector(values, [&](Value value) -> Value {
    auto type = cast<VectorType>(value.getType());
    return arith::TruncFOp::create(*this, type.clone(getF16Type()), value);
  });
}

SmallVector<Value> LoopBuilder::transpose(SmallVector<Value> rows) {
  // Stage by stage, elements whose row and column numbers differ in one bit
  // change places.
  int64_t size = rows.size();
  for (int64_t bit = 1; bit < size; bit *= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t i = 0; i < size; ++i) {
      low.push_back(i & bit ? size + i - bit : i);
      high.push_back(i & bit ? size + i : i + bit);
    }
    for (int64_t i = 0; i < size; ++i) {
      if (i & bit)
        continue;
      Value first = rows[i], second = rows[i + bit];
      rows[i] = vector::ShuffleOp::create(*this, first, second, low);
      rows[i + bit] = vector::ShuffleOp::create(*this, first, second, high);
    }
  }
  return rows;
}
