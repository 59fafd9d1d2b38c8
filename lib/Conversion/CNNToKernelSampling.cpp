//===- CNNToKernelSampling.cpp - Samples of images as linalg --------------===//
//
// Positions are known at run time: a map computes each element of the result
// from the elements that it reads. What is read is inside the image, whatever
// the positions are.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernel.h"
#include "NumberBuilder.h"

#include <limits>

namespace mlir::cnn {
namespace {

/// An element along one dimension and its part in a sum.
struct Tap {
  Value index, weight;
  /// False where the element is outside, and counts as zero; may be null.
  Value isInside;
};

//===----------------------------------------------------------------------===//
// Grid sample
//===----------------------------------------------------------------------===//

/// Emits what one dimension of an image contributes to a sample.
class GridEmitter {
public:
  GridEmitter(NumberBuilder &numbers, GridSampleOp op, int64_t extent)
      : b(numbers), op(op), extent(extent) {
    bool align = op.getAlignCorners();
    lower = align ? 0 : -0.5;
    upper = align ? extent - 1 : extent - 0.5;
  }

  /// The elements at coordinate `grid`, which counts from -1 to 1.
  SmallVector<Tap> emitTaps(Value grid) {
    Value x = emitInside(emitPosition(grid));
    if (op.getMode() == ResizeMode::nearest)
      return {emitTap(x, b.number(1))};
    Value floor = b.floor(x), t = b.sub(x, floor);
    if (op.getMode() == ResizeMode::linear)
      return {emitTap(floor, b.sub(b.number(1), t)),
              emitTap(b.add(floor, 1), t)};
    SmallVector<Tap> taps;
    for (int i = -1; i <= 2; ++i) {
      Value distance = i <= 0 ? b.sub(t, i) : b.sub(b.number(i), t);
      taps.push_back(emitTap(b.add(floor, i),
                             emitCubicWeight(distance, i == 0 || i == 1)));
    }
    return taps;
  }

private:
  Value emitPosition(Value grid) {
    Value fromZero = b.add(grid, 1);
    Value x = op.getAlignCorners()
                  ? b.mul(b.div(fromZero, 2), extent - 1)
                  : b.div(b.sub(b.mul(fromZero, extent), 1), 2);
    if (op.getMode() != ResizeMode::nearest)
      return x;
    bool isPlane = getShape(op.getInput()).size() == 4;
    return isPlane ? b.roundToEven(x) : b.roundAwayFromZero(x);
  }

  /// Moves a position that is outside; a little outside is where all elements
  /// are zeros.
  Value emitInside(Value x) {
    Value isInside = b.isInside(x, lower, upper);
    if (op.getPadding() == GridPadding::border &&
        op.getMode() != ResizeMode::cubic)
      x = b.select(isInside, x, b.clamp(x, 0, extent - 1));
    if (op.getPadding() == GridPadding::reflection)
      x = b.select(isInside, x, emitReflection(x));
    return b.clamp(x, -4, extent + 3);
  }

  /// x mirrored at both borders until it is between them.
  Value emitReflection(Value x) {
    double range = upper - lower;
    Value distance = b.abs(b.sub(x, lower));
    Value turns = b.floor(b.div(distance, range));
    Value rest = b.sub(distance, b.mul(turns, range));
    Value half = b.mul(turns, 0.5);
    Value isEven = b.equal(b.floor(half), half);
    Value reflected =
        b.select(isEven, b.add(rest, lower), b.sub(b.number(upper), rest));
    return b.clamp(reflected, lower, upper);
  }

  Value emitCubicWeight(Value t, bool isNear) {
    constexpr double a = -0.75;
    if (isNear)
      return b.add(b.mul(b.mul(b.sub(b.mul(t, a + 2), a + 3), t), t), 1);
    Value sum = b.add(b.mul(b.sub(b.mul(t, a), 5 * a), t), 8 * a);
    return b.sub(b.mul(sum, t), 4 * a);
  }

  Tap emitTap(Value position, Value weight) {
    Value isInside;
    if (op.getPadding() == GridPadding::zeros)
      isInside = b.isInside(position, 0, extent - 1);
    if (op.getPadding() == GridPadding::reflection)
      position = b.select(b.isInside(position, lower, upper), position,
                          emitReflection(position));
    return {b.toIndex(b.clamp(position, 0, extent - 1)), weight, isInside};
  }

  NumberBuilder &b;
  GridSampleOp op;
  int64_t extent;
  double lower, upper;
};

/// The sum over all combinations of taps of weight * element; `position` is
/// completed dimension by dimension.
Value emitSum(NumberBuilder &b, Value image, ArrayRef<SmallVector<Tap>> taps,
              SmallVector<Value> &position) {
  if (taps.empty())
    return b.extract(image, position);
  Value sum;
  for (const Tap &tap : taps.front()) {
    position.push_back(tap.index);
    Value part = emitSum(b, image, taps.drop_front(), position);
    position.pop_back();
    part = b.mul(b.convert(tap.weight), part);
    if (tap.isInside)
      part = b.select(tap.isInside, part, b.number(0));
    sum = sum ? b.add(sum, part) : part;
  }
  return sum;
}

struct LowerGridSample : OpRewritePattern<GridSampleOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(GridSampleOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getOutput().getType());
    rewriter.replaceOp(
        op, createMap(rewriter, op.getLoc(), type, {},
                      [&](ImplicitLocOpBuilder &builder, ValueRange) {
                        return emitSample(builder, op);
                      }));
    return success();
  }

  static Value emitSample(ImplicitLocOpBuilder &builder, GridSampleOp op) {
    NumberBuilder coordinates(builder, getElementType(op.getGrid()));
    NumberBuilder values(builder, getElementType(op.getOutput()));
    ArrayRef<int64_t> extents = getShape(op.getInput()).drop_front(2);
    SmallVector<Value> point = {values.position(0)};
    for (size_t i = 0; i < extents.size(); ++i)
      point.push_back(values.position(i + 2));
    SmallVector<SmallVector<Tap>> taps;
    for (auto [i, extent] : llvm::enumerate(extents)) {
      // The grid names the last dimension first.
      point.push_back(values.index(extents.size() - 1 - i));
      Value grid = coordinates.extract(op.getGrid(), point);
      point.pop_back();
      taps.push_back(GridEmitter(coordinates, op, extent).emitTaps(grid));
    }
    SmallVector<Value> position = {values.position(0), values.position(1)};
    return emitSum(values, op.getInput(), taps, position);
  }
};

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

/// The number in column `column` of the region that is computed.
Value emitRoi(NumberBuilder &b, Value rois, int64_t column) {
  return b.extract(rois, {b.position(0), b.index(column)});
}

/// One dimension of a region that is divided into bins: 0 is the height, 1 the
/// width.
class RoiEmitter {
public:
  RoiEmitter(NumberBuilder &numbers, RoiAlignOp op, int dim)
      : b(numbers), op(op), bins(op.getSize()[dim]),
        extent(getShape(op.getInput())[2 + dim]) {
    double offset = op.getHalfPixel() ? 0.5 : 0;
    double scale = op.getSpatialScale().convertToDouble();
    start = b.sub(b.mul(emitRoi(b, op.getRois(), 1 - dim), scale), offset);
    Value end = b.sub(b.mul(emitRoi(b, op.getRois(), 3 - dim), scale), offset);
    Value length = b.sub(end, start);
    if (!op.getHalfPixel())
      length = b.max(length, 1);
    bin = b.div(length, bins);
    binStart = b.add(start, b.mul(b.fromIndex(b.position(2 + dim)), bin));
    samples = op.getSamples() != 0
                  ? b.index(op.getSamples())
                  : b.toIndex(b.clamp(b.ceil(bin), 0, RoiAlignOp::maxSamples));
  }

  Value getSamples() { return samples; }

  /// The two neighbours of sample `number`; both are inside or outside.
  SmallVector<Tap> emitTaps(Value number) {
    Value part = b.mul(b.add(b.fromIndex(number), 0.5), bin);
    Value x = b.add(binStart, b.div(part, b.fromIndex(samples)));
    Value isInside = b.isInside(x, -1, extent);
    Value inside = b.clamp(x, 0, extent - 1);
    Value low = b.floor(inside), weight = b.sub(inside, low);
    Value high = b.min(b.add(low, 1), extent - 1);
    return {{b.toIndex(low), b.sub(b.number(1), weight), isInside},
            {b.toIndex(high), weight, isInside}};
  }

private:
  NumberBuilder &b;
  RoiAlignOp op;
  int64_t bins, extent;
  Value start, bin, binStart, samples;
};

/// The index of an image as one that exists.
Value emitImage(ImplicitLocOpBuilder &b, Value index, int64_t images) {
  Value position = arith::IndexCastOp::create(b, b.getIndexType(), index);
  Value first = arith::ConstantIndexOp::create(b, 0);
  Value last = arith::ConstantIndexOp::create(b, images - 1);
  position = arith::MaxSIOp::create(b, position, first);
  return arith::MinSIOp::create(b, position, last);
}

struct LowerRoiAlign : OpRewritePattern<RoiAlignOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RoiAlignOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getOutput().getType());
    AffineMap rows = AffineMap::get(4, 0, rewriter.getAffineDimExpr(0));
    rewriter.replaceOp(
        op, createMap(rewriter, op.getLoc(), type,
                      MapOperand{op.getIndices(), rows},
                      [&](ImplicitLocOpBuilder &builder, ValueRange elements) {
                        Value image = emitImage(builder, elements[0],
                                                getShape(op.getInput())[0]);
                        return emitBin(builder, op, image);
                      }));
    return success();
  }

  static Value emitBin(ImplicitLocOpBuilder &builder, RoiAlignOp op,
                       Value image) {
    NumberBuilder coordinates(builder, getElementType(op.getRois()));
    NumberBuilder b(builder, getElementType(op.getOutput()));
    RoiEmitter height(coordinates, op, 0), width(coordinates, op, 1);
    bool isMax = op.getMode() == RoiMode::max;
    // An index of the map is not known inside of loops.
    Value channel = b.position(1), zero = b.index(0);
    Value initial =
        b.number(isMax ? -std::numeric_limits<double>::infinity() : 0);
    Value result = b.loop(
        zero, height.getSamples(), initial, [&](Value row, Value carried) {
          SmallVector<Tap> rows = height.emitTaps(row);
          return b.loop(
              zero, width.getSamples(), carried, [&](Value column, Value sum) {
                SmallVector<Value> position = {image, channel};
                SmallVector<Tap> taps[] = {rows, width.emitTaps(column)};
                if (isMax)
                  return emitMaximum(b, op.getInput(), taps, position, sum);
                return b.add(sum, emitSum(b, op.getInput(), taps, position));
              });
        });
    Value count = b.mul(b.fromIndex(height.getSamples()),
                        b.fromIndex(width.getSamples()));
    if (!isMax)
      return b.div(result, b.max(count, 1));
    return b.select(b.greaterOrEqual(count, b.number(1)), result, b.number(0));
  }

  /// The largest of `maximum` and the weighted elements.
  static Value emitMaximum(NumberBuilder &b, Value image,
                           ArrayRef<SmallVector<Tap>> taps,
                           SmallVector<Value> position, Value maximum) {
    for (const Tap &row : taps[0])
      for (const Tap &column : taps[1]) {
        Value element = b.extract(
            image, {position[0], position[1], row.index, column.index});
        Value weight = b.convert(row.weight);
        Value product = b.mul(b.mul(weight, b.convert(column.weight)), element);
        Value isInside = b.both(row.isInside, column.isInside);
        maximum = b.maximum(maximum, b.select(isInside, product, b.number(0)));
      }
    return maximum;
  }
};

struct LowerMaxRoiPool : OpRewritePattern<MaxRoiPoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MaxRoiPoolOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getOutput().getType());
    rewriter.replaceOp(
        op, createMap(rewriter, op.getLoc(), type, {},
                      [&](ImplicitLocOpBuilder &builder, ValueRange) {
                        return emitBin(builder, op);
                      }));
    return success();
  }

  static Value emitBin(ImplicitLocOpBuilder &builder, MaxRoiPoolOp op) {
    NumberBuilder coordinates(builder, getElementType(op.getRois()));
    NumberBuilder b(builder, getElementType(op.getOutput()));
    int64_t images = getShape(op.getInput())[0];
    Value image = coordinates.toIndex(coordinates.clamp(
        emitRoi(coordinates, op.getRois(), 0), 0, images - 1));
    auto [top, bottom] = emitBounds(coordinates, op, 0);
    auto [left, right] = emitBounds(coordinates, op, 1);
    Value channel = b.position(1);
    Value least = b.number(-std::numeric_limits<double>::infinity());
    Value maximum = b.loop(
        top, bottom, least,
        [&, left = left, right = right](Value row, Value carried) {
          return b.loop(left, right, carried, [&](Value column, Value maximum) {
            Value element =
                b.extract(op.getInput(), {image, channel, row, column});
            return b.maximum(maximum, element);
          });
        });
    Value height = b.fromIndex(arith::SubIOp::create(builder, bottom, top));
    Value width = b.fromIndex(arith::SubIOp::create(builder, right, left));
    Value exists = b.both(b.greaterOrEqual(height, b.number(1)),
                          b.greaterOrEqual(width, b.number(1)));
    return b.select(exists, maximum, b.number(0));
  }

  /// The first element of the bin that is computed, and the one after its last.
  static std::pair<Value, Value> emitBounds(NumberBuilder &b, MaxRoiPoolOp op,
                                            int dim) {
    double scale = op.getSpatialScale().convertToDouble();
    auto emitCorner = [&](int64_t column) {
      return b.roundAwayFromZero(
          b.mul(emitRoi(b, op.getRois(), column), scale));
    };
    Value start = emitCorner(2 - dim), end = emitCorner(4 - dim);
    Value length = b.max(b.add(b.sub(end, start), 1), 1);
    Value bin = b.div(length, op.getSize()[dim]);
    Value position = b.fromIndex(b.position(2 + dim));
    int64_t extent = getShape(op.getInput())[2 + dim];
    auto emitBound = [&](Value offset) {
      return b.toIndex(b.clamp(b.add(offset, start), 0, extent));
    };
    return {emitBound(b.floor(b.mul(position, bin))),
            emitBound(b.ceil(b.mul(b.add(position, 1), bin)))};
  }
};

} // namespace

void populateSamplingToKernel(RewritePatternSet &patterns) {
  patterns.add<LowerGridSample, LowerRoiAlign, LowerMaxRoiPool>(
      patterns.getContext());
}

} // namespace mlir::cnn
