//===- CNNToKernelIntegers.cpp - Layers of small integers as kernels ------===//
//
//   requantize(conv_integer(x, w))   -->  kernel.conv_integer
//   dequantize(matmul_integer(x, w)) -->  kernel.conv_integer of one row
//
//===----------------------------------------------------------------------===//

#include "CNNToKernel.h"
#include "CNNToKernelConv.h"
#include "IntegerKernel.h"
#include "Requantization.h"
#include "cnnc/Support/Weights.h"

#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Parallel.h"

namespace mlir::cnn {
namespace {

/// The number of a constant scalar, 0 if it is left out.
std::optional<int64_t> getNumber(Value scalar) {
  if (!scalar)
    return 0;
  auto numbers = getIntegers(scalar);
  if (!numbers || numbers->size() != 1)
    return std::nullopt;
  return numbers->front();
}

/// One number for each of `count` channels, whose dimension is the one
/// `fromEnd` from the end; nothing if they vary in another way.
template <typename T>
std::optional<std::vector<T>> alignChannels(std::vector<T> values,
                                            ArrayRef<int64_t> shape,
                                            int64_t count, int64_t fromEnd) {
  if (values.size() == 1)
    return std::vector<T>(count, values.front());
  auto rank = static_cast<int64_t>(shape.size());
  if (static_cast<int64_t>(values.size()) != count || rank < fromEnd ||
      shape[rank - fromEnd] != count)
    return std::nullopt;
  return values;
}

/// What the one user of the sums makes of them, if the kernel can do it.
/// Channels are the dimension `fromEnd` from the end.
Finish getFinish(Operation *sums, Operation *user, int64_t count,
                 int64_t fromEnd) {
  Finish none = {sums, {}, {}, 0, {}};
  auto isDone = [&](ElementsAttr multiplier, Finish &finish) {
    auto values = multiplier ? getFloats(multiplier) : std::nullopt;
    if (!values)
      return false;
    auto aligned = alignChannels(
        *values, cast<ShapedType>(multiplier.getType()).getShape(), count,
        fromEnd);
    if (aligned)
      finish.multiplier = *aligned;
    return aligned.has_value();
  };
  Finish finish = {user, {sums}, {}, 0, {}};
  if (auto requantize = dyn_cast<RequantizeOp>(user)) {
    auto zero = getNumber(requantize.getZeroPoint());
    auto element = cast<IntegerType>(getElementType(requantize.getZeroPoint()));
    if (!zero || !getConstant(requantize.getZeroPoint()) ||
        !isDone(requantize.getConstantMultiplier(), finish))
      return none;
    finish.zeroPoint = *zero;
    IntegerRange range = IntegerRange::get(element);
    for (Operation *limit : takeLimits(requantize, range)) {
      finish.inner.push_back(finish.last);
      finish.last = limit;
    }
    finish.range = {range.least, range.largest};
    finish.outputBits = range.width;
    return finish;
  }
  if (auto dequantize = dyn_cast<DequantizeOp>(user)) {
    if (dequantize.getZeroPoint() ||
        !getElementType(dequantize.getScale()).isF32() ||
        !isDone(getConstant(dequantize.getScale()), finish))
      return none;
    return finish;
  }
  return none;
}

Finish getFinish(Operation *sums, int64_t count, int64_t fromEnd) {
  if (!sums->hasOneUse())
    return {sums, {}, {}, 0, {}};
  return getFinish(sums, *sums->user_begin(), count, fromEnd);
}

/// The weights without their zero points, O rows; nothing if they are not
/// constant. Columns of a matrix are outputs, and become rows.
std::optional<std::vector<int16_t>> getWeights(Value filter, Value zeroPoint,
                                               int64_t outputs, bool isMatrix) {
  ElementsAttr constant = getConstant(filter);
  std::optional<Tensor> weights;
  if (constant)
    weights = getTensor(constant);
  auto zeros = zeroPoint ? getIntegers(zeroPoint) : std::vector<int64_t>{0};
  if (!weights || !zeros)
    return std::nullopt;
  ArrayRef<int64_t> shape;
  if (zeroPoint)
    shape = getShape(zeroPoint);
  auto aligned = alignChannels(*zeros, shape, outputs, /*fromEnd=*/1);
  if (!aligned)
    return std::nullopt;
  bool isUnsigned = getElementType(filter).isUnsignedInteger();
  ArrayRef<char> bytes = std::as_const(*weights).getBytes();
  auto rowSize = static_cast<int64_t>(bytes.size()) / outputs;
  std::vector<int16_t> result(bytes.size());
  llvm::parallelFor(0, outputs, [&](size_t o) {
    for (int64_t i = 0; i < rowSize; ++i) {
      char byte = bytes[isMatrix ? i * outputs + o : o * rowSize + i];
      int64_t number =
          isUnsigned ? static_cast<uint8_t>(byte) : static_cast<int8_t>(byte);
      result[o * rowSize + i] = static_cast<int16_t>(number - (*aligned)[o]);
    }
  });
  return result;
}

/// The same bytes of signless type.
Value dropSign(OpBuilder &builder, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return castSign(builder, value.getLoc(), value,
                  type.clone(getSignless(type.getElementType())));
}

/// Sums of products of nothing yet with the integers of `input`.
IntegerSums startSums(Value input) {
  auto element = cast<IntegerType>(getElementType(input));
  IntegerSums sums;
  sums.inputBits = element.getWidth();
  sums.isUnsigned = element.isUnsigned();
  return sums;
}

/// Notes the zero point of the input, which may be left out, or computed if it
/// is one number, by which bytes differ by 16 bits at most.
LogicalResult setZeroPoint(OpBuilder &builder, IntegerSums &sums,
                           Value zeroPoint) {
  if (auto number = getNumber(zeroPoint)) {
    sums.zeroPoint = *number;
    return success();
  }
  if (sums.inputBits > 8)
    return failure();
  if (cast<RankedTensorType>(zeroPoint.getType()).getNumElements() != 1)
    return failure();
  sums.computedZeroPoint = createReshape(builder, zeroPoint.getLoc(),
                                         dropSign(builder, zeroPoint), {});
  return success();
}

/// Replaces what `finish` says by `value`.
void replace(PatternRewriter &rewriter, const Finish &finish, Value value) {
  Operation *last = finish.last;
  rewriter.replaceOp(last, castSign(rewriter, last->getLoc(), value,
                                    last->getResult(0).getType()));
  for (Operation *op : llvm::reverse(finish.inner))
    rewriter.eraseOp(op);
}

/// Channel blocks of a machine with neither vectors nor sums of pairs would be
/// of one channel.
bool hasBlocks(const Machine &machine) { return machine.getByteLanes() >= 4; }

struct LowerConvIntegerToKernel : LoweringPattern<ConvIntegerOp> {
  LowerConvIntegerToKernel(MLIRContext *context, const Machine &machine,
                           IntegerChoice choice)
      : LoweringPattern(context, machine, /*benefit=*/2), choice(choice) {}

  IntegerChoice choice;

  LogicalResult matchAndRewrite(ConvIntegerOp conv,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> filter = getShape(conv.getFilter());
    auto sums = hasBlocks(machine) ? getSums(rewriter, conv) : std::nullopt;
    if (!sums)
      return failure();
    int64_t lanes = machine.getByteLanes();
    Finish finish = getFinish(conv, filter[0], /*fromEnd=*/3);
    IntegerKernel kernel(rewriter, machine, *sums, finish);
    SmallVector<int64_t> shape =
        getBlockedShape(getShape(conv.getOutput()), lanes);
    std::optional<std::array<int64_t, 2>> tile =
        kernel.chooseTile(conv, shape, choice);
    // The few channels of a first layer would leave most of a block empty.
    int64_t inputs = sums->shape.inputsPerGroup, inputLanes = lanes;
    if (sums->shape.groups == 1 && inputs <= 4 && !tile)
      inputLanes = 4;
    Location loc = conv.getLoc();
    Value blocked = createPack(rewriter, loc,
                               dropSign(rewriter, conv.getInput()), inputLanes);
    Value result = tile ? kernel.buildWinograd(blocked, conv, shape,
                                               {*tile, choice.chunks})
                        : kernel.build(blocked, conv, shape);
    replace(rewriter, finish, createUnpack(rewriter, loc, result, filter[0]));
    return success();
  }

  /// Nothing if the kernel cannot compute them, or does not suit them.
  std::optional<IntegerSums> getSums(OpBuilder &builder,
                                     ConvIntegerOp conv) const {
    ArrayRef<int64_t> filter = getShape(conv.getFilter());
    if (filter.size() != 4)
      return std::nullopt;
    IntegerSums sums = startSums(conv.getInput());
    sums.taps = {filter[2], filter[3]};
    sums.shape = {filter[0], filter[1], filter[2] * filter[3],
                  static_cast<int64_t>(conv.getGroups())};
    int64_t lanes = machine.getByteLanes();
    int64_t factor = hasSmallGroups(sums.shape, lanes)
                         ? 0
                         : getMergedGroups(sums.shape, lanes);
    auto weights = getWeights(conv.getFilter(), conv.getFilterZeroPoint(),
                              filter[0], /*isMatrix=*/false);
    auto bias = conv.getBias() ? getIntegers(conv.getBias())
                               : std::vector<int64_t>(filter[0]);
    if (factor == 0 || !weights || !bias ||
        failed(setZeroPoint(builder, sums, conv.getInputZeroPoint())))
      return std::nullopt;
    sums.filter = std::move(*weights);
    if (factor > 1) {
      sums.filter = mergeGroups(sums.filter, sums.shape, factor);
      sums.shape.groups /= factor;
      sums.shape.inputsPerGroup *= factor;
    }
    sums.bias.assign(bias->begin(), bias->end());
    ArrayRef<int64_t> output = getShape(conv.getOutput());
    sums.pixels = output[3] * (isPointwise(conv.getWindow()) ? output[2] : 1);
    sums.channelUnit = lanes;
    return sums;
  }
};

/// A matrix of weights is a convolution of an image of one row, whose pixels
/// are the rows of the other matrix.
struct LowerMatmulIntegerToKernel : LoweringPattern<MatmulIntegerOp> {
  using LoweringPattern::LoweringPattern;

  LogicalResult matchAndRewrite(MatmulIntegerOp matmul,
                                PatternRewriter &rewriter) const override {
    auto sums = hasBlocks(machine) ? getSums(rewriter, matmul) : std::nullopt;
    if (!sums)
      return failure();
    int64_t columns = sums->shape.outputs, depth = sums->shape.inputsPerGroup;
    Finish finish = getFinish(matmul, *sums);
    IntegerKernel kernel(rewriter, machine, *sums, finish);

    Location loc = matmul.getLoc();
    int64_t rows =
        cast<ShapedType>(matmul.getLhs().getType()).getNumElements() / depth;
    Value lhs = dropSign(rewriter, matmul.getLhs());
    lhs = createReshape(rewriter, loc, lhs, {rows, depth});
    int64_t padded = llvm::alignTo(depth, kernel.getTerms());
    if (padded != depth)
      lhs = createPad(rewriter, loc, lhs, {0, 0}, {0, padded - depth}, 0);
    lhs = createReshape(rewriter, loc, lhs, {1, 1, 1, rows, padded});
    int64_t lanes = llvm::alignTo(columns, machine.getByteLanes());
    Value result = kernel.build(lhs, {}, {1, 1, 1, rows, lanes});
    result = createReshape(rewriter, loc, result, {rows, lanes});
    if (lanes != columns)
      result = createSlice(rewriter, loc, result, {0, 0}, {rows, columns});
    replace(rewriter, finish,
            createReshape(rewriter, loc, result,
                          getShape(finish.last->getResult(0))));
    return success();
  }

  std::optional<IntegerSums> getSums(OpBuilder &builder,
                                     MatmulIntegerOp matmul) const {
    ArrayRef<int64_t> rhs = getShape(matmul.getRhs());
    if (rhs.size() != 2)
      return std::nullopt;
    IntegerSums sums = startSums(matmul.getLhs());
    sums.shape = {rhs[1], rhs[0], 1, 1};
    auto weights = getWeights(matmul.getRhs(), matmul.getRhsZeroPoint(), rhs[1],
                              /*isMatrix=*/true);
    if (!weights ||
        failed(setZeroPoint(builder, sums, matmul.getLhsZeroPoint())))
      return std::nullopt;
    sums.filter = std::move(*weights);
    sums.bias.resize(rhs[1]);
    ArrayRef<int64_t> lhs = getShape(matmul.getLhs());
    sums.pixels = ShapedType::getNumElements(lhs) / rhs[0];
    if (machine.matrixProduct)
      sums.channelUnit = machine.matrixProduct->terms;
    return sums;
  }

  /// What follows; a constant bias moves to the sums.
  static Finish getFinish(MatmulIntegerOp matmul, IntegerSums &sums) {
    int64_t columns = sums.shape.outputs;
    auto user = matmul->hasOneUse() ? dyn_cast<BinaryOp>(*matmul->user_begin())
                                    : BinaryOp();
    Value bias;
    if (user && user.getKind() == BinaryKind::add)
      bias =
          user.getLhs() == matmul.getOutput() ? user.getRhs() : user.getLhs();
    auto values = bias ? getIntegers(bias) : std::nullopt;
    auto aligned = values ? alignChannels(*values, getShape(bias), columns,
                                          /*fromEnd=*/1)
                          : std::nullopt;
    if (!aligned || user.getOutput().getType() != matmul.getOutput().getType())
      return cnn::getFinish(matmul, columns, /*fromEnd=*/1);
    sums.bias.assign(aligned->begin(), aligned->end());
    Finish finish = cnn::getFinish(user, columns, /*fromEnd=*/1);
    finish.inner.insert(finish.inner.begin(), matmul);
    return finish;
  }
};

} // namespace

void populateIntegersToKernel(RewritePatternSet &patterns,
                              const Machine &machine, IntegerChoice choice) {
  populateSignsToKernel(patterns, machine);
  // Before the sums that become loops.
  patterns.add<LowerConvIntegerToKernel>(patterns.getContext(), machine,
                                         choice);
  patterns.add<LowerMatmulIntegerToKernel>(patterns.getContext(), machine,
                                           /*benefit=*/2);
}

} // namespace mlir::cnn
