//===- ComputeInFloat16.cpp - Layers of float32 networks in float16 -------===//
//
// One operation after the other, from the inputs on. What is computed in
// float16 is cast back to float32 for all users; a user that is computed in
// float16, too, sees behind that cast.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Transforms/Passes.h"

#include "Rewrites.h"

#include "cnnc/Dialect/CNN/StoredWeights.h"
#include "cnnc/Support/Machine.h"

#include <cmath>

namespace mlir::cnn {

#define GEN_PASS_DEF_COMPUTEINFLOAT16
#include "cnnc/Transforms/Passes.h.inc"

namespace {

/// The tensor of f16 that `value`, of f32, was cast from, or null.
Value getNarrow(Value value) {
  auto cast = value.getDefiningOp<CastOp>();
  return cast && getElementType(value).isF32() &&
                 getElementType(cast.getInput()).isF16()
             ? Value(cast.getInput())
             : Value();
}

bool isFloat32(Value value) { return getElementType(value).isF32(); }

/// float16 holds all elements of a constant.
bool fits(Value constant) {
  constexpr float largest = 65504;
  std::optional<std::vector<float>> values = getFloats(constant);
  return values && llvm::all_of(*values, [](float value) {
           return std::fabs(value) <= largest;
         });
}

/// A constant, or weights that are stored in float16.
bool isNarrowConstant(Value value) {
  return getConstant(value) ? fits(value)
                            : StoredWeights::get(value) && getNarrow(value);
}

//===----------------------------------------------------------------------===//
// What is computed in float16
//===----------------------------------------------------------------------===//

/// The constant factor of a layer of sums of products, or null.
Value getWeights(Operation *op) {
  Value weights;
  if (auto conv = dyn_cast<ConvOp>(op))
    weights = conv.getFilter();
  else if (auto conv = dyn_cast<ConvTransposeOp>(op))
    weights = conv.getFilter();
  else if (auto gemm = dyn_cast<GemmOp>(op))
    weights = gemm.getRhs();
  else if (auto matmul = dyn_cast<MatmulOp>(op))
    weights = matmul.getRhs();
  bool isConstant =
      weights && (getConstant(weights) || StoredWeights::get(weights));
  return isConstant && isFloat32(weights) ? weights : Value();
}

/// The mean or maximum of an image, which is a pool.
bool isGlobalPool(ReduceOp op) {
  int64_t rank = getShape(op.getInput()).size();
  SmallVector<int64_t> axes(op.getAxes());
  llvm::sort(axes);
  return rank > 2 && llvm::equal(axes, llvm::seq<int64_t>(2, rank)) &&
         (op.getKind() == ReduceKind::mean || op.getKind() == ReduceKind::max);
}

/// An operation that may go on in float16 where its operands are.
bool isFollower(Operation *op) {
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return isGlobalPool(reduce);
  if (auto binary = dyn_cast<BinaryOp>(op))
    return llvm::is_contained({BinaryKind::add, BinaryKind::sub,
                               BinaryKind::mul, BinaryKind::min,
                               BinaryKind::max, BinaryKind::prelu},
                              binary.getKind());
  if (auto resize = dyn_cast<ResizeOp>(op))
    return resize.getMode() == ResizeMode::nearest;
  return isa<MaxPoolOp, AvgPoolOp, UnaryOp, MatmulOp, ConcatOp, SliceOp, PadOp,
             ReshapeOp, TransposeOp, ExpandOp, DepthToSpaceOp, SpaceToDepthOp>(
      op);
}

/// Every operand is float16 already, or constant, and one is not constant.
bool hasNarrowOperands(Operation *op) {
  bool hasOne = false;
  for (Value operand : op->getOperands()) {
    if (!isFloat32(operand))
      continue;
    if (getNarrow(operand) && !StoredWeights::get(operand))
      hasOne = true;
    else if (!isNarrowConstant(operand))
      return false;
  }
  return hasOne;
}

//===----------------------------------------------------------------------===//
// How it is
//===----------------------------------------------------------------------===//

class Narrowing {
public:
  explicit Narrowing(func::FuncOp function) : rewriter(function.getContext()) {}

  void visit(Operation *op);

private:
  void storeWeights(Operation *op, Value weights);
  void compute(Operation *op);
  Value narrow(Value value);
  Value narrowConstant(Value constant);

  IRRewriter rewriter;
  /// In float16, by the constants of float32.
  llvm::DenseMap<Value, Value> constants;
};

LogicalResult missed(Operation *op, const Twine &why) {
  return cnn::missed(op, "ComputeInFloat16", why);
}

void Narrowing::visit(Operation *op) {
  if (auto cast = dyn_cast<CastOp>(op)) {
    Value narrow = getNarrow(cast.getInput());
    if (narrow && narrow.getType() == cast.getOutput().getType())
      rewriter.replaceOp(cast, narrow);
    return;
  }
  Value weights = getWeights(op);
  if (!weights) {
    if (isFollower(op) && isFloat32(op->getResult(0)) && hasNarrowOperands(op))
      compute(op);
    return;
  }
  auto isConstant = [](Value value) {
    return getConstant(value) || StoredWeights::get(value);
  };
  for (Value operand : op->getOperands())
    if (isConstant(operand) && !isNarrowConstant(operand))
      return (void)missed(op, getConstant(operand)
                                  ? "float16 does not hold its constants"
                                  : "its weights are stored in another format");
  if (waitsForWeights(op))
    return storeWeights(op, weights);
  compute(op);
  applied(op, "ComputeInFloat16", "it is computed in float16");
}

/// Sums of float32 with weights that are widened when they are read.
void Narrowing::storeWeights(Operation *op, Value weights) {
  if (StoredWeights::get(weights))
    return;
  Value numbers = narrowConstant(weights);
  rewriter.setInsertionPoint(op);
  Value stored = StoredWeights{numbers}.widen(rewriter, weights.getLoc());
  rewriter.modifyOpInPlace(op, [&] { op->replaceUsesOfWith(weights, stored); });
  applied(op, "ComputeInFloat16", "its weights are stored in float16");
}

void Narrowing::compute(Operation *op) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isFloat32(operand.get()))
      continue;
    rewriter.setInsertionPoint(op);
    Value value = narrow(operand.get());
    rewriter.modifyOpInPlace(op, [&] { operand.set(value); });
  }
  Value result = op->getResult(0);
  auto type = cast<RankedTensorType>(result.getType());
  rewriter.modifyOpInPlace(
      op, [&] { result.setType(type.clone(rewriter.getF16Type())); });
  rewriter.setInsertionPointAfter(op);
  auto wide =
      CastOp::create(rewriter, op->getLoc(), result, type.getElementType());
  rewriter.replaceAllUsesExcept(result, wide, wide);
}

/// `value` in float16, in front of an operation that uses it.
Value Narrowing::narrow(Value value) {
  if (Value known = getNarrow(value))
    return known;
  if (getConstant(value))
    return narrowConstant(value);
  return CastOp::create(rewriter, value.getLoc(), value, rewriter.getF16Type());
}

Value Narrowing::narrowConstant(Value constant) {
  Value &narrow = constants[constant];
  if (narrow)
    return narrow;
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointAfterValue(constant);
  auto type = cast<RankedTensorType>(constant.getType());
  narrow = createConstant(rewriter, constant.getLoc(),
                          type.clone(rewriter.getF16Type()),
                          ArrayRef<float>(*getFloats(constant)));
  return narrow;
}

struct ComputeInFloat16 : impl::ComputeInFloat16Base<ComputeInFloat16> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    llvm::Expected<Machine> machine =
        Machine::get(function->getParentOfType<ModuleOp>());
    if (!machine) {
      function.emitError(llvm::toString(machine.takeError()));
      return signalPassFailure();
    }
    if (!machine->hasFloat16Arithmetic) {
      function.emitError("expects a processor with arithmetic of float16, got ")
          << machine->cpu << " for " << machine->triple
          << "; AArch64 processors that have it are accepted, for example "
             "--target=aarch64-linux-gnu with --cpu=neoverse-n1 or "
             "--features=+fullfp16";
      return signalPassFailure();
    }
    if (function.isExternal())
      return;
    Narrowing narrowing(function);
    for (Operation &op : llvm::make_early_inc_range(function.front()))
      narrowing.visit(&op);
    eraseUnusedCasts(function.front());
    eraseUnusedConstants(function);
  }

  static void eraseUnusedCasts(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (isa<CastOp>(op) && op.use_empty())
        op.erase();
  }
};

} // namespace
} // namespace mlir::cnn
