//===- SpecializeBatch.cpp - Compile a dynamic batch for one image --------===//

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/ModelInterface.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_SPECIALIZEBATCH
#include "cnnc/Conversion/Passes.h.inc"

namespace {

bool isDynamic(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped && (!shaped.hasRank() || !shaped.hasStaticShape());
}

/// The argument's type with a batch of one; fails for other unknown extents.
FailureOr<Type> specialize(BlockArgument argument) {
  auto type = dyn_cast<RankedTensorType>(argument.getType());
  if (type && llvm::none_of(type.getShape().drop_front(type.getRank() != 0),
                            ShapedType::isDynamic)) {
    SmallVector<int64_t> shape(type.getShape());
    if (!shape.empty() && ShapedType::isDynamic(shape.front()))
      shape.front() = 1;
    return Type(type.clone(shape));
  }
  return emitError(argument.getLoc())
         << "expected only dimension 0, the batch, to be dynamic, but input "
         << argument.getArgNumber() << " is " << argument.getType();
}

/// True if an image of the result depends on other images of the operands, so
/// that running them one by one gives something else.
bool mixesImages(Operation *op) {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case<SoftmaxOp, ConcatOp, LayerNormOp, ArgReduceOp, CumulativeSumOp>(
          [](auto it) { return it.getAxis() == 0; })
      // Images may index a table.
      .Case([](GatherOp it) {
        return it.getAxis() == 0 && isDynamic(it.getInput().getType());
      })
      // Updates of all images meet in one tensor.
      .Case<ScatterElementsOp, ScatterNDOp>(
          [](auto it) { return !isDynamic(it.getType()); })
      .Case([](ReduceOp it) { return llvm::is_contained(it.getAxes(), 0); })
      // All images, in order, is the size -1.
      .Case([](SliceOp it) { return it.getSizes().front() != -1; })
      .Case([](TransposeOp it) { return it.getPermutation().front() != 0; })
      .Case([](GemmOp it) {
        return it.getTransposeLhs() || isDynamic(it.getRhs().getType());
      })
      .Case<MatmulOp, MatmulIntegerOp>([](auto it) {
        return isDynamic(it.getRhs().getType()) &&
               it.getRhs().getType().getRank() < 3;
      })
      .Case<ConvOp, ConvIntegerOp>(
          [](auto it) { return isDynamic(it.getFilter().getType()); })
      .Case<RoiAlignOp, MaxRoiPoolOp>(
          [](auto it) { return isDynamic(it.getInput().getType()); })
      .Default(false);
}

/// Computes the types of the operation's results from its operands'.
LogicalResult inferAgain(Operation *op) {
  if (llvm::none_of(op->getResultTypes(), isDynamic))
    return success();
  auto inference = dyn_cast<InferTypeOpInterface>(op);
  SmallVector<Type> types;
  if (!inference ||
      failed(inference.inferReturnTypes(
          op->getContext(), op->getLoc(), op->getOperands(),
          op->getRawDictionaryAttrs(), op->getPropertiesStorage(),
          op->getRegions(), types)) ||
      llvm::any_of(types, isDynamic))
    return op->emitError()
           << "cannot infer the shape of the result for a batch of 1";
  for (auto [result, type] : llvm::zip_equal(op->getResults(), types))
    result.setType(type);
  return success();
}

/// The options that fix the batch of every input: "--input-shape=x:1x3x8x8".
std::string describeFixedBatch(func::FuncOp function) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
    if (!isDynamic(type))
      continue;
    auto name = function.getArgAttrOfType<StringAttr>(index, "cnn.name");
    stream << " --input-shape=" << (name ? name.getValue() : "input") << ":1";
    for (int64_t extent : cast<ShapedType>(type).getShape().drop_front())
      stream << 'x' << extent;
  }
  return text;
}

/// Refuses operations that need all images of a batch at once.
LogicalResult checkImagesAreSeparate(func::FuncOp function) {
  WalkResult result = function.walk([&](Operation *op) {
    if (llvm::none_of(op->getOperandTypes(), isDynamic) || !mixesImages(op))
      return WalkResult::advance();
    op->emitError() << "'" << op->getName()
                    << "' combines the images of a batch, which is dynamic; "
                       "expected a fixed batch, for example by"
                    << describeFixedBatch(function);
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult specialize(func::FuncOp function) {
  if (failed(checkImagesAreSeparate(function)))
    return failure();
  for (BlockArgument argument : function.getArguments()) {
    FailureOr<Type> type = specialize(argument);
    if (failed(type))
      return failure();
    argument.setType(*type);
  }
  Block &body = function.getBody().front();
  for (Operation &op : body.without_terminator())
    if (failed(inferAgain(&op)))
      return failure();
  function.setType(
      FunctionType::get(function.getContext(), body.getArgumentTypes(),
                        TypeRange(body.getTerminator()->getOperandTypes())));
  function->setAttr(interface::dynamicBatch,
                    UnitAttr::get(function.getContext()));
  return success();
}

struct SpecializeBatch : impl::SpecializeBatchBase<SpecializeBatch> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal() &&
          llvm::any_of(function.getArgumentTypes(), isDynamic) &&
          failed(specialize(function)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace mlir::cnn
