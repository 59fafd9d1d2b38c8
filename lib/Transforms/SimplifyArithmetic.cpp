//===- SimplifyArithmetic.cpp - Functions spelled out, products -----------===//

#include "Rewrites.h"
#include "Simplify.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Clips
//===----------------------------------------------------------------------===//

/// relu for a clip to [0, infinity), else null.
static FunctionAttr getRelu(FunctionAttr function) {
  if (!function || function.getKind() != FunctionKind::clip ||
      function.getAlpha() != 0.0 ||
      function.getBeta() <
          static_cast<double>(std::numeric_limits<float>::max()))
    return {};
  return FunctionAttr::get(function.getContext(), FunctionKind::relu);
}

/// clip(x, 0, inf)  -->  relu(x)
static LogicalResult clipToRelu(UnaryOp op, PatternRewriter &rewriter) {
  FunctionAttr relu = getRelu(op.getFunction());
  if (!relu)
    return rewriter.notifyMatchFailure(op, "it has another bound than 0");
  rewriter.modifyOpInPlace(op, [&] { op.setFunctionAttr(relu); });
  return success();
}

/// The same where a layer has taken the clip.
struct ActivationToRelu : OpInterfaceRewritePattern<ActivatedOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(ActivatedOp op,
                                PatternRewriter &rewriter) const override {
    FunctionAttr relu = getRelu(op.getActivationAttr());
    if (!relu)
      return rewriter.notifyMatchFailure(op, "it has another bound than 0");
    rewriter.modifyOpInPlace(op, [&] { op.setActivationAttr(relu); });
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Functions spelled out
//===----------------------------------------------------------------------===//

namespace {

/// scale * factors[0] * factors[1] * ...
struct Product {
  double scale = 1.0;
  SmallVector<Value> factors;
};

} // namespace

/// Splits `value` into factors, through multiplications by anything and
/// divisions by numbers, at most `depth` ops deep.
static void collectFactors(Value value, Product &product, int depth = 3) {
  auto op = value.getDefiningOp<BinaryOp>();
  BinaryKind kind = op ? op.getKind() : BinaryKind::add;
  if (depth > 0 && kind == BinaryKind::mul) {
    for (Value operand : {op.getLhs(), op.getRhs()}) {
      if (std::optional<double> number = getSplat(operand))
        product.scale *= *number;
      else
        collectFactors(operand, product, depth - 1);
    }
    return;
  }
  std::optional<double> divisor;
  if (depth > 0 && kind == BinaryKind::div)
    divisor = getSplat(op.getRhs());
  if (!divisor)
    return product.factors.push_back(value);
  product.scale /= *divisor;
  collectFactors(op.getLhs(), product, depth - 1);
}

static bool isNear(double value, double expected) {
  return std::fabs(value - expected) <= 1e-5 * std::fabs(expected);
}

/// The operand of `value` if that is the function `kind`, else null.
static UnaryOp getFunction(Value value, FunctionKind kind) {
  auto op = value.getDefiningOp<UnaryOp>();
  return op && op.getFunction().getKind() == kind ? op : UnaryOp();
}

/// `value` is x + number.
static bool isSum(Value value, Value x, double number) {
  auto op = value.getDefiningOp<BinaryOp>();
  if (!op || op.getKind() != BinaryKind::add)
    return false;
  return (op.getLhs() == x && isConstant(op.getRhs(), number)) ||
         (op.getRhs() == x && isConstant(op.getLhs(), number));
}

/// `value` is clip(x + 3, 0, 6).
static bool isClippedSum(Value value, Value x) {
  UnaryOp clip = getFunction(value, FunctionKind::clip);
  return clip && clip.getFunction().getAlpha() == 0.0 &&
         isNear(clip.getFunction().getBeta(), 6.0) &&
         isSum(clip.getInput(), x, 3.0);
}

static bool isHardSigmoid(Value value, Value x) {
  UnaryOp op = getFunction(value, FunctionKind::hard_sigmoid);
  return op && op.getInput() == x &&
         isNear(op.getFunction().getAlpha(), 1.0 / 6.0) &&
         isNear(op.getFunction().getBeta(), 0.5);
}

/// `value` is 1 + erf(x / sqrt(2)).
static bool isErrorFunctionPlusOne(Value value, Value x) {
  auto sum = value.getDefiningOp<BinaryOp>();
  if (!sum)
    return false;
  UnaryOp left = getFunction(sum.getLhs(), FunctionKind::erf);
  UnaryOp erf = left ? left : getFunction(sum.getRhs(), FunctionKind::erf);
  if (!erf || !isSum(value, erf.getOutput(), 1.0))
    return false;
  Product argument;
  collectFactors(erf.getInput(), argument);
  return argument.factors == ArrayRef<Value>{x} &&
         isNear(argument.scale, std::sqrt(0.5));
}

/// The function f for which f(x) = scale * x * factor, if there is one.
static std::optional<FunctionKind> recognize(Value x, Value factor,
                                             double scale) {
  if (UnaryOp sigmoid = getFunction(factor, FunctionKind::sigmoid))
    if (sigmoid.getInput() == x && isNear(scale, 1.0))
      return FunctionKind::silu;
  if (UnaryOp tanh = getFunction(factor, FunctionKind::tanh))
    if (UnaryOp softplus = getFunction(tanh.getInput(), FunctionKind::softplus))
      if (softplus.getInput() == x && isNear(scale, 1.0))
        return FunctionKind::mish;
  if ((isHardSigmoid(factor, x) && isNear(scale, 1.0)) ||
      (isClippedSum(factor, x) && isNear(scale, 1.0 / 6.0)))
    return FunctionKind::hard_swish;
  if (isErrorFunctionPlusOne(factor, x) && isNear(scale, 0.5))
    return FunctionKind::gelu;
  return std::nullopt;
}

/// Products of x and a function of x that have a name of their own.
static LogicalResult formFunction(BinaryOp op, PatternRewriter &rewriter) {
  bool isProduct =
      op.getKind() == BinaryKind::mul || op.getKind() == BinaryKind::div;
  if (!isProduct || !isa<FloatType>(getElementType(op.getOutput())))
    return rewriter.notifyMatchFailure(op, "it is not a product");
  Product product;
  collectFactors(op.getOutput(), product);
  if (product.factors.size() != 2)
    return rewriter.notifyMatchFailure(op, "it has not two factors");
  for (int i = 0; i < 2; ++i) {
    Value x = product.factors[i];
    auto kind = recognize(x, product.factors[1 - i], product.scale);
    if (!kind || x.getType() != op.getType())
      continue;
    rewriter.replaceOpWithNewOp<UnaryOp>(
        op, FunctionAttr::get(op.getContext(), *kind), x);
    return success();
  }
  return rewriter.notifyMatchFailure(op, "it is no function with a name");
}

/// clip(x + 3, 0, 6) / 6  -->  hard_sigmoid(x)
static LogicalResult formHardSigmoid(BinaryOp op, PatternRewriter &rewriter) {
  Product product;
  collectFactors(op.getOutput(), product, /*depth=*/1);
  if (product.factors.size() != 1 || !isNear(product.scale, 1.0 / 6.0))
    return rewriter.notifyMatchFailure(op, "it is not a sixth of something");
  UnaryOp clip = getFunction(product.factors[0], FunctionKind::clip);
  auto sum = clip ? clip.getInput().getDefiningOp<BinaryOp>() : BinaryOp();
  if (!sum)
    return rewriter.notifyMatchFailure(op, "it is not a clipped sum");
  Value x = getConstant(sum.getLhs()) ? sum.getRhs() : sum.getLhs();
  if (!isClippedSum(clip.getOutput(), x) || x.getType() != op.getType())
    return rewriter.notifyMatchFailure(op, "it is not clip(x + 3, 0, 6)");
  rewriter.replaceOpWithNewOp<UnaryOp>(
      op,
      FunctionAttr::get(op.getContext(), FunctionKind::hard_sigmoid, 1.0 / 6.0,
                        0.5),
      x);
  return success();
}

//===----------------------------------------------------------------------===//
// Products of matrices
//===----------------------------------------------------------------------===//

/// matmul(x, constant matrix)  -->  gemm(x, matrix)
static LogicalResult matmulToGemm(MatmulOp op, PatternRewriter &rewriter) {
  if (getShape(op.getLhs()).size() != 2 || getShape(op.getRhs()).size() != 2 ||
      !getConstant(op.getRhs()) || !isa<FloatType>(getElementType(op.getLhs())))
    return rewriter.notifyMatchFailure(
        op, "it is no matrix of floats times a constant");
  rewriter.replaceOpWithNewOp<GemmOp>(
      op, op.getLhs(), op.getRhs(), /*bias=*/Value(), /*transposeLhs=*/false,
      /*transposeRhs=*/false, APFloat(1.0), APFloat(1.0), FunctionAttr());
  return success();
}

/// gemm(x, w) + b  -->  gemm(x, w, b)
static LogicalResult addBias(BinaryOp op, PatternRewriter &rewriter) {
  if (op.getKind() != BinaryKind::add)
    return rewriter.notifyMatchFailure(op, "it is not a sum");
  bool isLeft = op.getLhs().getDefiningOp<GemmOp>() != nullptr;
  Value bias = isLeft ? op.getRhs() : op.getLhs();
  auto gemm = (isLeft ? op.getLhs() : op.getRhs()).getDefiningOp<GemmOp>();
  if (!gemm || !gemm->hasOneUse() || gemm.getBias() || gemm.getActivation() ||
      gemm.getType() != op.getType() || !getConstant(bias))
    return rewriter.notifyMatchFailure(op, "no operand is a gemm without bias");
  // The constant may stand below the product.
  rewriter.moveOpAfter(gemm, op);
  rewriter.modifyOpInPlace(gemm, [&] {
    gemm.getBiasMutable().assign(bias);
    gemm.setBeta(APFloat(1.0));
  });
  rewriter.replaceOp(op, gemm);
  return success();
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// Larger results are computed at run time rather than stored.
static constexpr int64_t maxFoldedElements = 1 << 20;

/// op(constant, constant) of shapes that broadcast  -->  constant
static LogicalResult foldBroadcast(BinaryOp op, PatternRewriter &rewriter) {
  auto type = cast<RankedTensorType>(op.getType());
  if (!type.hasStaticShape() || type.getNumElements() > maxFoldedElements)
    return rewriter.notifyMatchFailure(op, "its result is not small");
  auto lhs = getDoubles(op.getLhs()), rhs = getDoubles(op.getRhs());
  if (!lhs || !rhs)
    return rewriter.notifyMatchFailure(op, "an operand is not a constant");
  /// The element of an operand of `shape` that broadcasts to element `index`.
  auto locate = [&](ArrayRef<int64_t> shape, int64_t index) {
    int64_t position = 0, stride = 1;
    for (auto [full, extent] :
         llvm::zip(llvm::reverse(type.getShape()), llvm::reverse(shape))) {
      position += extent == 1 ? 0 : index % full * stride;
      stride *= extent;
      index /= full;
    }
    return position;
  };
  std::vector<double> values(type.getNumElements());
  for (auto [i, value] : llvm::enumerate(values)) {
    int64_t index = static_cast<int64_t>(i);
    value = evaluate(op.getKind(), (*lhs)[locate(getShape(op.getLhs()), index)],
                     (*rhs)[locate(getShape(op.getRhs()), index)]);
  }
  rewriter.replaceOp(op, createConstant(rewriter, op.getLoc(), type,
                                        ArrayRef<double>(values)));
  return success();
}

void mlir::cnn::populateSimplifyArithmetic(RewritePatternSet &patterns) {
  patterns.add<ActivationToRelu>(patterns.getContext());
  patterns.add(clipToRelu)
      .add(formFunction)
      .add(formHardSigmoid)
      .add(matmulToGemm)
      .add(addBias)
      .add(foldBroadcast);
}
