//===- CNNToKernelSigns.cpp - Convolutions of signs as counts of bits -----===//
//
//   conv_integer(quantize(sign(x)), w)  -->  T - 2 * kernel.conv_integer(bits)
//
// where all weights w are -1 or 1. Words of 32 bits say which of 32 channels
// are positive, others which are not zero. The kernel counts factors whose
// signs differ. T is how many channels of the window are not zero, which all
// output channels share; pads are zeros.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernelConv.h"
#include "DescribeKernel.h"
#include "IntegerKernel.h"
#include "cnnc/Dialect/Kernel/Signs.h"
#include "cnnc/Support/MachineFeatures.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace mlir::cnn {
namespace {

using kernel::wordBits;

/// The number of a constant scalar.
std::optional<int64_t> getScalar(Value value) {
  auto numbers = value ? getIntegers(value) : std::nullopt;
  if (!numbers || numbers->size() != 1)
    return std::nullopt;
  return numbers->front();
}

/// The integers are bytes, -1, 0 and 1 plus the zero point.
bool areSigns(Value integers, Value zeroPoint) {
  auto quantize = integers.getDefiningOp<QuantizeOp>();
  auto sign = quantize ? quantize.getInput().getDefiningOp<UnaryOp>() : nullptr;
  if (!sign || sign.getFunction().getKind() != FunctionKind::sign)
    return false;
  auto scale = getFloats(quantize.getScale());
  auto zero = getScalar(zeroPoint);
  return getElementType(integers).isInteger(8) && scale && scale->size() == 1 &&
         scale->front() == 1 && zero &&
         zero == getScalar(quantize.getZeroPoint());
}

/// Builds what a convolution of signs becomes.
class SignKernel {
public:
  SignKernel(PatternRewriter &rewriter, const Machine &machine,
             ConvIntegerOp conv)
      : rewriter(rewriter), loc(conv.getLoc()), conv(conv), machine(machine),
        lanes(getLanes(machine)), image(getShape(conv.getInput())),
        filter(getShape(conv.getFilter())), output(getShape(conv.getOutput())),
        words(llvm::divideCeil(image[1], wordBits)) {}

  /// The result for weights that are -1 or 1.
  Value build(ArrayRef<int64_t> weights);

private:
  Value setBit(ImplicitLocOpBuilder &b, Value byte, Value word);
  Value createWords();
  Value createFilter(ArrayRef<int64_t> weights);
  Value countSigns(Value words);
  AffineExpr dim(unsigned i) { return rewriter.getAffineDimExpr(i); }
  AffineMap getMap(unsigned dims, ArrayRef<AffineExpr> results) {
    return AffineMap::get(dims, 0, results, rewriter.getContext());
  }

  PatternRewriter &rewriter;
  Location loc;
  ConvIntegerOp conv;
  const Machine &machine;
  int64_t lanes;
  ArrayRef<int64_t> image, filter, output;
  int64_t words;
};

/// `word` with the bit of a byte, whose position is that of createWords' loops.
Value SignKernel::setBit(ImplicitLocOpBuilder &b, Value byte, Value word) {
  Type i32 = b.getI32Type();
  auto index = [&](int64_t i) -> Value {
    return arith::IndexCastOp::create(b, i32, linalg::IndexOp::create(b, i));
  };
  auto number = [&](Type type, int64_t value) -> Value {
    return arith::ConstantIntOp::create(b, type, value);
  };
  using Predicate = arith::CmpIPredicate;
  auto compare = [&](Predicate predicate, Value lhs, Value rhs) -> Value {
    return arith::CmpIOp::create(b, predicate, lhs, rhs);
  };
  bool isUnsigned = getElementType(conv.getInput()).isUnsignedInteger();
  int64_t zero = *getScalar(conv.getInputZeroPoint());
  Value middle = number(byte.getType(), static_cast<int8_t>(zero));
  Value isPositive =
      compare(isUnsigned ? Predicate::ugt : Predicate::sgt, byte, middle);
  Value isNotZero = compare(Predicate::ne, byte, middle);
  Value isFirst = compare(Predicate::eq, index(1), number(i32, 0));
  Value isSet = arith::SelectOp::create(b, isFirst, isPositive, isNotZero);
  Value place = arith::AddIOp::create(
      b, arith::MulIOp::create(b, index(5), number(i32, lanes)), index(6));
  if (image[1] % wordBits != 0) {
    Value channel = arith::AddIOp::create(
        b, arith::MulIOp::create(b, index(2), number(i32, wordBits)), place);
    isSet = arith::AndIOp::create(
        b, isSet, compare(Predicate::ult, channel, number(i32, image[1])));
  }
  Value bit =
      arith::ShLIOp::create(b, arith::ExtUIOp::create(b, i32, isSet), place);
  return arith::OrIOp::create(b, word, bit);
}

/// N x 2 x words x H x W: which channels are positive, and which not zero.
Value SignKernel::createWords() {
  auto type = cast<RankedTensorType>(conv.getInput().getType());
  Value bytes = castSign(rewriter, loc, conv.getInput(),
                         type.clone(getSignless(type.getElementType())));
  int64_t parts = wordBits / lanes;
  Value blocked =
      createReshape(rewriter, loc, createPack(rewriter, loc, bytes, lanes),
                    {image[0], words, parts, image[2], image[3], lanes});
  // n, image, word, row, column; block of the word, lane of the block.
  AffineMap map = getMap(7, {dim(0), dim(2), dim(5), dim(3), dim(4), dim(6)});
  return createReduction(
      rewriter, loc,
      {{image[0], 2, words, image[2], image[3], parts, lanes},
       {5, 6},
       rewriter.getI32Type(),
       0},
      MapOperand{blocked, map}, [&](ImplicitLocOpBuilder &b, ValueRange x) {
        return setBit(b, x[0], x[1]);
      });
}

/// The words of positive weights, as the kernel reads them.
Value SignKernel::createFilter(ArrayRef<int64_t> weights) {
  int64_t taps = filter[2] * filter[3];
  int64_t together = lanes * chooseOutputBlocks(machine, {lanes}, filter[0]);
  int64_t blocks = llvm::divideCeil(llvm::alignTo(filter[0], lanes), together);
  std::vector<int32_t> packed(blocks * words * taps * together);
  for (int64_t o = 0; o < filter[0]; ++o)
    for (int64_t c = 0; c < filter[1]; ++c)
      for (int64_t tap = 0; tap < taps; ++tap) {
        int64_t word = (o / together * words + c / wordBits) * taps + tap;
        if (weights[(o * filter[1] + c) * taps + tap] > 0)
          packed[word * together + o % together] |=
              static_cast<int32_t>(uint32_t(1) << (c % wordBits));
      }
  return createIntegers(rewriter, loc,
                        {blocks, words, filter[2], filter[3], 1, together, 1},
                        ArrayRef(packed), "filter");
}

/// N x 1 x H' x W': the channels of each window that are not zero.
Value SignKernel::countSigns(Value signs) {
  Type i32 = rewriter.getI32Type();
  auto add = [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
    return arith::AddIOp::create(b, x.front(), x.back());
  };
  AffineExpr isNotZero = rewriter.getAffineConstantExpr(1);
  Value pixels = createReduction(
      rewriter, loc, {{image[0], words, image[2], image[3]}, {1}, i32, 0},
      MapOperand{signs, getMap(4, {dim(0), isNotZero, dim(1), dim(2), dim(3)})},
      [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
        return arith::AddIOp::create(b, math::CtPopOp::create(b, x[0]), x[1]);
      });
  Window window = conv.getWindow();
  const WindowDim &rows = window[0], &columns = window[1];
  pixels = createPad(rewriter, loc, pixels, {0, rows.padLow, columns.padLow},
                     {0, rows.padHigh, columns.padHigh}, 0);
  // Only the extents of the window count.
  Value taps = createEmpty(rewriter, loc, {rows.size, columns.size}, i32);
  AffineExpr row = dim(1) * rows.stride + dim(3) * rows.dilation;
  AffineExpr column = dim(2) * columns.stride + dim(4) * columns.dilation;
  MapOperand operands[] = {{pixels, getMap(5, {dim(0), row, column})},
                           {taps, getMap(5, {dim(3), dim(4)})}};
  Value counts = createReduction(
      rewriter, loc,
      {{image[0], output[2], output[3], rows.size, columns.size},
       {3, 4},
       i32,
       0},
      operands, add);
  return createReshape(rewriter, loc, counts,
                       {image[0], 1, output[2], output[3]});
}

Value SignKernel::build(ArrayRef<int64_t> weights) {
  Value signs = createWords();
  SmallVector<int64_t> blocked = getBlockedShape(output, lanes);
  Value bias = createIntegers(
      rewriter, loc, {blocked[1] * lanes},
      ArrayRef(std::vector<int32_t>(blocked[1] * lanes)), "bias");
  Value empty = createEmpty(rewriter, loc, blocked, rewriter.getI32Type());
  auto kernel = kernel::ConvIntegerOp::create(
      rewriter, loc, TypeRange(empty.getType()),
      createReshape(rewriter, loc, signs,
                    {image[0], 2 * words, image[2], image[3], 1}),
      createFilter(weights), bias, /*multiplier=*/Value(), empty,
      conv.getStridesAttr(), conv.getPadsAttr(), conv.getDilationsAttr(),
      rewriter.getI64IntegerAttr(1), /*unsignedInput=*/UnitAttr(),
      /*flip=*/UnitAttr(), rewriter.getI64IntegerAttr(0),
      rewriter.getI64IntegerAttr(0), rewriter.getDenseI64ArrayAttr({}));
  recordProducts(kernel, cast<ShapedType>(conv.getOutput().getType()),
                 filter[1] * filter[2] * filter[3]);
  Value differ = createUnpack(rewriter, loc, kernel.getResult(0), output[1]);
  auto type = cast<RankedTensorType>(conv.getOutput().getType());
  return createElementwise(rewriter, loc, type, {differ, countSigns(signs)},
                           [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                             Value twice = arith::AddIOp::create(b, x[0], x[0]);
                             return arith::SubIOp::create(b, x[1], twice);
                           });
}

struct LowerSignsToKernel : LoweringPattern<ConvIntegerOp> {
  using LoweringPattern::LoweringPattern;

  LogicalResult matchAndRewrite(ConvIntegerOp conv,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> filter = getShape(conv.getFilter());
    int64_t lanes = getLanes(machine);
    if (!hasVectorPopcount(machine) || filter.size() != 4 ||
        conv.getGroups() != 1 || conv.getBias() || conv.getFilterZeroPoint() ||
        !areSigns(conv.getInput(), conv.getInputZeroPoint()))
      return failure();
    // Blocks of bytes make whole words.
    if (wordBits % lanes != 0 ||
        llvm::alignTo(filter[1], lanes) % wordBits != 0)
      return failure();
    auto weights = getIntegers(conv.getFilter());
    if (!weights ||
        !llvm::all_of(*weights, [](int64_t w) { return w == -1 || w == 1; }))
      return failure();
    rewriter.replaceOp(conv,
                       SignKernel(rewriter, machine, conv).build(*weights));
    return success();
  }
};

} // namespace

void populateSignsToKernel(RewritePatternSet &patterns,
                           const Machine &machine) {
  // Before the kernels of bytes.
  patterns.add<LowerSignsToKernel>(patterns.getContext(), machine,
                                   /*benefit=*/3);
}

} // namespace mlir::cnn
