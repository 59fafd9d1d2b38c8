//===- CNNToKernelQuantization.cpp - Quantized layers as linalg -----------===//
//
// The arithmetic is that of the interpreter, bit for bit: integers are exact,
// and floats are multiplied, divided and rounded one operation at a time.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernel.h"
#include "EmitQuantized.h"
#include "SumsOfProducts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::cnn {
namespace {

/// `x`, a signless integer with the meaning of `type`, as float32.
Value emitFloat(ImplicitLocOpBuilder &builder, Type type, Value x) {
  if (type.isUnsignedInteger())
    return arith::UIToFPOp::create(builder, builder.getF32Type(), x);
  return arith::SIToFPOp::create(builder, builder.getF32Type(), x);
}

/// `x`, a signless integer with the meaning of `type`, in 32 bits.
Value emitInt32(ImplicitLocOpBuilder &builder, Type type, Value x) {
  Type wide = builder.getI32Type();
  if (x.getType() == wide)
    return x;
  if (type.isUnsignedInteger())
    return arith::ExtUIOp::create(builder, wide, x);
  return arith::ExtSIOp::create(builder, wide, x);
}

/// A float of at most 32 bits as float32.
Value emitFloat32(ImplicitLocOpBuilder &builder, Value x) {
  if (x.getType().isF32())
    return x;
  return arith::ExtFOp::create(builder, builder.getF32Type(), x);
}

/// The float32 `x`, rounded to even, plus `zeroPoint`, as an element of `type`.
Value emitSaturated(ImplicitLocOpBuilder &builder, Value x, Value zeroPoint,
                    RankedTensorType type) {
  auto integer = cast<IntegerType>(type.getElementType());
  return emitQuantized(builder, x, zeroPoint, integer.isUnsigned(),
                       IntegerRange::get(integer));
}

struct LowerQuantize : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getOutput().getType());
    rewriter.replaceOp(
        op, createElementwise(
                rewriter, op.getLoc(), type, op.getOperands(),
                [&](ImplicitLocOpBuilder &builder, ValueRange x) {
                  Value quotient = arith::DivFOp::create(builder, x[0], x[1]);
                  return emitSaturated(builder, emitFloat32(builder, quotient),
                                       x[2], type);
                }));
    return success();
  }
};

struct LowerDequantize : OpRewritePattern<DequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DequantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getOutput().getType());
    Type element = getElementType(op.getInput());
    rewriter.replaceOp(
        op, createElementwise(
                rewriter, op.getLoc(), type, op.getOperands(),
                [&](ImplicitLocOpBuilder &builder, ValueRange x) -> Value {
                  Value difference = emitInt32(builder, element, x[0]);
                  if (op.getZeroPoint())
                    difference = arith::SubIOp::create(
                        builder, difference, emitInt32(builder, element, x[2]));
                  Value product = emitRoundedProduct(
                      builder,
                      emitFloat(builder, difference.getType(), difference),
                      emitFloat32(builder, x[1]));
                  if (type.getElementType().isF32())
                    return product;
                  return arith::TruncFOp::create(builder, type.getElementType(),
                                                 product);
                }));
    return success();
  }
};

struct LowerLookup : OpRewritePattern<LookupOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LookupOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getOutput().getType());
    ArrayRef<int64_t> books = getShape(op.getCodebook());
    int64_t outer = type.getRank() - (static_cast<int64_t>(books.size()) - 1);
    MapOperand codes = {op.getInput(),
                        rewriter.getMultiDimIdentityMap(type.getRank())};
    rewriter.replaceOp(
        op,
        createMap(rewriter, op.getLoc(), type, codes,
                  [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                    SmallVector<Value> position;
                    for (auto [i, extent] : llvm::enumerate(books.drop_back()))
                      position.push_back(
                          extent == 1
                              ? Value(arith::ConstantIndexOp::create(b, 0))
                              : linalg::IndexOp::create(b, outer + i));
                    Value last =
                        arith::ConstantIndexOp::create(b, books.back() - 1);
                    Value code =
                        arith::IndexCastUIOp::create(b, b.getIndexType(), x[0]);
                    position.push_back(arith::MinUIOp::create(b, code, last));
                    return createLoad(b, op.getCodebook(), position);
                  }));
    return success();
  }
};

struct LowerRequantize : OpRewritePattern<RequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RequantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getOutput().getType());
    Value multiplier = op.createMultiplier(rewriter);
    rewriter.replaceOp(
        op, createElementwise(rewriter, op.getLoc(), type,
                              {op.getInput(), multiplier, op.getZeroPoint()},
                              [&](ImplicitLocOpBuilder &builder, ValueRange x) {
                                Value number =
                                    emitFloat(builder, x[0].getType(), x[0]);
                                return emitSaturated(
                                    builder,
                                    emitRoundedProduct(builder, number, x[1]),
                                    x[2], type);
                              }));
    return success();
  }
};

/// A vector of one number per channel, aligned with an image of rank `rank`.
Value alignWithChannels(OpBuilder &builder, Location loc, Value vector,
                        int64_t rank) {
  SmallVector<int64_t> shape(rank - 1, 1);
  shape[0] = getShape(vector).empty() ? 1 : getShape(vector)[0];
  return createReshape(builder, loc, vector, shape);
}

struct LowerConvInteger : OpRewritePattern<ConvIntegerOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConvIntegerOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getOutput().getType());
    Value zeroPoint = op.getInputZeroPoint();
    if (zeroPoint)
      zeroPoint = createReshape(rewriter, loc, zeroPoint, {});
    // Pads, which have the value of the zero point, become zeros.
    Value input = createDifference(rewriter, loc, op.getInput(), zeroPoint);
    ConvSum sum = {input, getFilter(rewriter, op), op.getWindow(),
                   static_cast<int64_t>(op.getGroups()), type};
    Value result = createConvSum(rewriter, loc, sum);
    if (op.getBias())
      result = BinaryOp::create(
          rewriter, loc, BinaryKind::add, result,
          alignWithChannels(rewriter, loc, op.getBias(), type.getRank()));
    rewriter.replaceOp(op, result);
    return success();
  }

  /// The filter without its zero points, one for all or one per output.
  static Value getFilter(OpBuilder &builder, ConvIntegerOp op) {
    Location loc = op.getLoc();
    Value zeroPoint = op.getFilterZeroPoint();
    if (zeroPoint)
      zeroPoint = alignWithChannels(builder, loc, zeroPoint,
                                    getShape(op.getFilter()).size() + 1);
    return createDifference(builder, loc, op.getFilter(), zeroPoint);
  }
};

} // namespace

void populateQuantizationToKernel(RewritePatternSet &patterns) {
  patterns.add<LowerQuantize, LowerDequantize, LowerLookup, LowerRequantize,
               LowerConvInteger>(patterns.getContext());
}

} // namespace mlir::cnn
