//===- CNNToKernel.cpp - Choose kernels for layers ------------------------===//
//
// One file per family of layers holds the patterns, CNNToKernel*.cpp; this one
// holds the pass and what they share.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernel.h"
#include "CNNToKernelSparse.h"
#include "cnnc/Conversion/Passes.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_CONVERTCNNTOKERNEL
#include "cnnc/Conversion/Passes.h.inc"

int64_t getLanes(const Machine &machine) { return machine.getLanes(32); }

int64_t getLanes(const Machine &machine, Type element) {
  if (element.isInteger(8))
    return machine.getByteLanes();
  bool isNarrow = element.isF16() && machine.hasFloat16Arithmetic;
  return machine.getLanes(isNarrow ? 16 : 32);
}

bool isPackable(Value value) {
  return getConstant(value) && !getElementType(value).isF64();
}

bool isFinite(FunctionAttr function) {
  if (!function)
    return true;
  switch (function.getKind()) {
  case FunctionKind::log:
  case FunctionKind::sqrt:
  case FunctionKind::reciprocal:
  case FunctionKind::asin:
  case FunctionKind::acos:
  case FunctionKind::acosh:
  case FunctionKind::atanh:
    return false;
  default:
    return true;
  }
}

Value createEpilogue(OpBuilder &builder, Location loc, Value value, Value bias,
                     Value residual, FunctionAttr activation) {
  if (bias) {
    SmallVector<int64_t> shape(getShape(value).size() - 1, 1);
    shape[0] = getShape(bias)[0];
    Value aligned = ReshapeOp::create(builder, loc, bias, shape);
    value = BinaryOp::create(builder, loc, BinaryKind::add, value, aligned);
  }
  if (residual)
    value = BinaryOp::create(builder, loc, BinaryKind::add, value, residual);
  if (activation)
    value = UnaryOp::create(builder, loc, activation, value);
  return value;
}

int64_t chooseOutputBlocks(const Machine &machine, Blocking blocking,
                           int64_t outputs) {
  int64_t blocks = blocking.getBlockCount(outputs);
  // With 32 registers 4 blocks leave room for 6 columns, with 16 registers 2
  // blocks do; both balance loads of filters and of pixels.
  int64_t preferred = machine.vectorRegisters >= 32 ? 4 : 2;
  if (blocks < preferred || blocks % preferred == 0)
    return std::min(blocks, preferred);
  for (int64_t count : {3, 2})
    if (blocks % count == 0)
      return count;
  return preferred;
}

namespace {

/// Fails, with a message, if some tensor of the function has an unknown extent.
LogicalResult checkStatic(func::FuncOp function) {
  WalkResult result = function.walk([](Operation *op) {
    for (Type type : op->getResultTypes())
      if (auto shaped = dyn_cast<ShapedType>(type);
          shaped && !shaped.hasStaticShape()) {
        op->emitError() << "expected a static shape, got " << type
                        << "; --specialize-batch makes the batch static";
        return WalkResult::interrupt();
      }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// Fails, with a message, if a constant has no data or not as many as its type
/// says, as in a module that was printed without its weights.
LogicalResult checkData(func::FuncOp function) {
  WalkResult result = function.walk([](arith::ConstantOp constant) {
    auto resource = dyn_cast<DenseResourceElementsAttr>(constant.getValue());
    if (!resource)
      return WalkResult::advance();
    std::optional<ElementType> element =
        getElementType(resource.getElementType());
    size_t expected =
        element ? resource.getNumElements() * getByteWidth(*element) : 0;
    size_t actual = getRawBytes(resource).size();
    if (!element || actual == expected)
      return WalkResult::advance();
    constant.emitError() << "expected " << expected
                         << " bytes of data for a constant of type "
                         << constant.getType() << ", got " << actual
                         << "; were the weights left out when it was printed?";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

/// Bytes of all constants of the function.
double countWeightBytes(func::FuncOp function) {
  double bytes = 0;
  function.walk([&](arith::ConstantOp constant) {
    if (auto elements = dyn_cast<ElementsAttr>(constant.getValue()))
      bytes += static_cast<double>(getRawBytes(elements).size());
  });
  return bytes;
}

struct ConvertCNNToKernel : impl::ConvertCNNToKernelBase<ConvertCNNToKernel> {
  using ConvertCNNToKernelBase::ConvertCNNToKernelBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    llvm::Expected<Machine> machine =
        Machine::get(function->getParentOfType<ModuleOp>());
    if (!machine) {
      function.emitError() << llvm::toString(machine.takeError());
      return signalPassFailure();
    }
    if (failed(checkStatic(function)) || failed(checkData(function)) ||
        failed(replaceEmpty(function.getBody().front())))
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    SparseSettings settings = {sparse, std::max<int64_t>(1, chunks),
                               countWeightBytes(function)};
    populateAll(patterns, *machine, settings);
    ConversionTarget target(getContext());
    target.addLegalDialect<arith::ArithDialect, func::FuncDialect,
                           kernel::KernelDialect, linalg::LinalgDialect,
                           math::MathDialect, scf::SCFDialect,
                           tensor::TensorDialect>();
    // Between integers of one width that differ in sign.
    target.addLegalOp<UnrealizedConversionCastOp>();
    target.addIllegalDialect<CNNDialect>();
    if (failed(applyFullConversion(function, target, std::move(patterns))))
      signalPassFailure();
  }

  void populateAll(RewritePatternSet &patterns, const Machine &machine,
                   const SparseSettings &settings) {
    populateConvToKernel(patterns, machine);
    populateSparseToKernel(patterns, machine, settings);
    populateConvTransposeToKernel(patterns);
    populateWinogradToKernel(patterns, machine, settings.chunks);
    populateMatmulToKernel(patterns, machine, settings);
    double weights = 0;
    getOperation().walk([&](arith::ConstantOp constant) {
      if (auto type = dyn_cast<ShapedType>(constant.getType()))
        weights += static_cast<double>(type.getNumElements());
    });
    populateIntegersToKernel(patterns, machine,
                             {integerWinograd, settings.chunks, weights});
    populatePoolToKernel(patterns, machine);
    populateElementwiseToKernel(patterns);
    populateNormToKernel(patterns);
    populateReduceToKernel(patterns, machine);
    populateShapeOpsToKernel(patterns);
    populateIndexingToKernel(patterns);
    populateSelectionsToKernel(patterns);
    populateBoxesToKernel(patterns);
    populateDeterminantToKernel(patterns);
    populateDepthwiseIntegerToKernel(patterns, machine);
    populateQuantizationToKernel(patterns);
    populateResizeToKernel(patterns, machine);
    populateSamplingToKernel(patterns);
  }
};

} // namespace
} // namespace mlir::cnn
