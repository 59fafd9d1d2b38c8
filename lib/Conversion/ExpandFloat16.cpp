//===- ExpandFloat16.cpp - Float16 conversions in integer code ------------===//
//
// For machines without conversion instructions, where LLVM would call a
// library. There are no branches, so LLVM vectorises the code.
//
//===----------------------------------------------------------------------===//

#include "NumberExpansions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {
namespace {

/// `like` with another element type; the element type itself for a scalar.
Type withElement(Type like, Type element) {
  if (auto shaped = dyn_cast<ShapedType>(like))
    return shaped.clone(element);
  return element;
}

/// Integer arithmetic on values of one shape.
class Bits {
public:
  Bits(ImplicitLocOpBuilder &builder, Type like)
      : builder(builder), i32(withElement(like, builder.getI32Type())),
        f32(withElement(like, builder.getF32Type())) {}

  Value constant(uint32_t bits) const {
    auto value = builder.getI32IntegerAttr(static_cast<int32_t>(bits));
    if (auto shaped = dyn_cast<ShapedType>(i32))
      return arith::ConstantOp::create(builder,
                                       DenseElementsAttr::get(shaped, value));
    return arith::ConstantOp::create(builder, value);
  }
  Value toFloat(Value bits) const {
    return arith::BitcastOp::create(builder, f32, bits);
  }
  Value toBits(Value number) const {
    return arith::BitcastOp::create(builder, i32, number);
  }
  Value select(Value condition, Value yes, Value no) const {
    return arith::SelectOp::create(builder, condition, yes, no);
  }
  Value isLess(Value a, Value b) const {
    return arith::CmpIOp::create(builder, arith::CmpIPredicate::ult, a, b);
  }
  template <typename OpTy>
  Value apply(Value a, uint32_t b) const {
    return OpTy::create(builder, a, constant(b));
  }
  template <typename OpTy>
  Value apply(Value a, Value b) const {
    return OpTy::create(builder, a, b);
  }

private:
  ImplicitLocOpBuilder &builder;
  Type i32, f32;
};

/// The exponent field of a float32 that stands for 2^power.
constexpr uint32_t exponent(int power) { return uint32_t(127 + power) << 23; }
constexpr uint32_t infinity = 0x7f800000;

/// f32 from f16: the exponent's bias is corrected by a multiplication, which is
/// exact for subnormal numbers too.
struct ExpandExtension : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::ExtFOp op,
                                PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getIn()).isF16() ||
        !getElementTypeOrSelf(op.getType()).isF32())
      return failure();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    Bits bits(builder, op.getType());
    Value narrow = arith::BitcastOp::create(
        builder, withElement(op.getType(), builder.getI16Type()), op.getIn());
    Value half = arith::ExtUIOp::create(
        builder, withElement(op.getType(), builder.getI32Type()), narrow);
    Value sign =
        bits.apply<arith::ShLIOp>(bits.apply<arith::AndIOp>(half, 0x8000), 16);
    Value magnitude =
        bits.apply<arith::ShLIOp>(bits.apply<arith::AndIOp>(half, 0x7fff), 13);
    Value scaled = bits.toBits(bits.apply<arith::MulFOp>(
        bits.toFloat(magnitude), bits.toFloat(bits.constant(exponent(112)))));
    Value isFinite = bits.isLess(magnitude, bits.constant(0x7c00 << 13));
    Value result = bits.select(isFinite, scaled,
                               bits.apply<arith::OrIOp>(magnitude, infinity));
    rewriter.replaceOp(op,
                       bits.toFloat(bits.apply<arith::OrIOp>(result, sign)));
    return success();
  }
};

/// f16 from f32, rounded to nearest even.
struct ExpandTruncation : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getIn()).isF32() ||
        !getElementTypeOrSelf(op.getType()).isF16())
      return failure();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    Bits bits(builder, op.getType());
    Value number = bits.toBits(op.getIn());
    Value sign = bits.apply<arith::AndIOp>(number, 0x80000000);
    Value magnitude = bits.apply<arith::XOrIOp>(number, sign);

    // Too large, infinite or not a number.
    Value isNaN = bits.isLess(bits.constant(infinity), magnitude);
    Value special =
        bits.select(isNaN, bits.constant(0x7e00), bits.constant(0x7c00));
    // Subnormal in float16: adding 1/2 lets the float unit round.
    Value half = bits.constant(exponent(-1));
    Value subnormal = bits.apply<arith::SubIOp>(
        bits.toBits(bits.apply<arith::AddFOp>(bits.toFloat(magnitude),
                                              bits.toFloat(half))),
        half);
    // Normal: correct the bias, add just under half of the last place, and one
    // more where the last place is odd.
    Value odd =
        bits.apply<arith::AndIOp>(bits.apply<arith::ShRUIOp>(magnitude, 13), 1);
    Value rounded = bits.apply<arith::AddIOp>(
        bits.apply<arith::AddIOp>(magnitude, 0xfff - (112u << 23)), odd);
    Value normal = bits.apply<arith::ShRUIOp>(rounded, 13);

    Value finite =
        bits.select(bits.isLess(magnitude, bits.constant(exponent(-14))),
                    subnormal, normal);
    Value result = bits.select(
        bits.isLess(magnitude, bits.constant(exponent(16))), finite, special);
    result =
        bits.apply<arith::OrIOp>(result, bits.apply<arith::ShRUIOp>(sign, 16));
    Value narrow = arith::TruncIOp::create(
        builder, withElement(op.getType(), builder.getI16Type()), result);
    rewriter.replaceOpWithNewOp<arith::BitcastOp>(op, op.getType(), narrow);
    return success();
  }
};

/// Conversions between float16 and float64 go by float32.
template <typename OpTy>
struct ConvertInTwoSteps : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    Type from = getElementTypeOrSelf(op.getIn());
    Type to = getElementTypeOrSelf(op.getType());
    if (!(from.isF16() && to.isF64()) && !(from.isF64() && to.isF16()))
      return failure();
    Value middle = OpTy::create(
        rewriter, op.getLoc(), withElement(op.getType(), rewriter.getF32Type()),
        op.getIn());
    rewriter.replaceOpWithNewOp<OpTy>(op, op.getType(), middle);
    return success();
  }
};

} // namespace

void populateExpandFloat16Patterns(RewritePatternSet &patterns,
                                   const Machine &machine) {
  arith::populateExpandBFloat16Patterns(patterns);
  if (machine.hasFloat16Conversion)
    return;
  patterns
      .add<ExpandExtension, ExpandTruncation, ConvertInTwoSteps<arith::ExtFOp>,
           ConvertInTwoSteps<arith::TruncFOp>>(patterns.getContext());
}

} // namespace mlir::cnn
