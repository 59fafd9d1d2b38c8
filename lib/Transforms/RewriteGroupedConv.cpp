//===- RewriteGroupedConv.cpp - Groups into forms that have kernels -------===//

#include "cnnc/Dialect/CNN/StoredWeights.h"
#include "cnnc/Support/Machine.h"
#include "cnnc/Transforms/Passes.h"

#include "Rewrites.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_REWRITEGROUPEDCONV
#include "cnnc/Transforms/Passes.h.inc"

namespace {

/// More slices and copies than this are never worth it.
constexpr int64_t maxSplits = 8;

/// Multiply-adds that take as long as moving one element into another layout
/// and back, in units of lanes.
constexpr double copyFactor = 8;

/// A convolution of `groups` groups, each of `inputs` and `outputs` channels.
struct Grouping {
  int64_t groups, inputs, outputs;

  static Grouping get(ConvOp conv) {
    ArrayRef<int64_t> filter = getShape(conv.getFilter());
    int64_t groups = conv.getGroups();
    return {groups, filter[1], filter[0] / groups};
  }

  Grouping merge(int64_t factor) const {
    return {groups / factor, inputs * factor, outputs * factor};
  }

  /// There is a kernel for groups like these.
  bool hasKernel(int64_t lanes) const {
    return groups == 1 || (inputs == outputs && lanes % inputs == 0) ||
           (inputs % lanes == 0 && outputs % lanes == 0);
  }

  /// The arithmetic of dense convolutions, one per group, over what is needed.
  double getRoundingWaste(int64_t lanes) const {
    double rounded = static_cast<double>(llvm::alignTo(inputs, lanes)) *
                     static_cast<double>(llvm::alignTo(outputs, lanes));
    return rounded / static_cast<double>(inputs * outputs);
  }
};

/// The smallest number of groups to merge so that there is a kernel.
int64_t getMergeFactor(Grouping grouping, int64_t lanes) {
  int64_t factor = 2;
  while (grouping.groups % factor != 0 ||
         !grouping.merge(factor).hasKernel(lanes))
    ++factor;
  return factor;
}

/// Computing the zeros of merged groups takes longer than rounding every group
/// up to lanes and copying input and output.
bool prefersSplitting(ConvOp conv, int64_t lanes) {
  Grouping grouping = Grouping::get(conv);
  if (grouping.groups > maxSplits)
    return false;
  ArrayRef<int64_t> input = getShape(conv.getInput());
  ArrayRef<int64_t> output = getShape(conv.getOutput());
  ArrayRef<int64_t> filter = getShape(conv.getFilter());
  auto countPerImage = [](ArrayRef<int64_t> shape) {
    return static_cast<double>(ShapedType::getNumElements(shape.drop_front(1)));
  };
  double products = countPerImage(output) * countPerImage(filter);
  double copies = (countPerImage(input) + countPerImage(output)) * copyFactor *
                  static_cast<double>(lanes);
  double factor = static_cast<double>(getMergeFactor(grouping, lanes));
  return products * factor >
         products * grouping.getRoundingWaste(lanes) + copies;
}

/// conv(x) with m outputs per channel  -->  depthwise conv(x, channels
/// repeated)
void repeatChannels(ConvOp conv, Grouping grouping, RewriterBase &rewriter) {
  SmallVector<int64_t> channels;
  for (int64_t o = 0; o < grouping.groups * grouping.outputs; ++o)
    channels.push_back(o / grouping.outputs);
  ElementsAttr indices =
      makeConstant({static_cast<int64_t>(channels.size())},
                   ArrayRef<int64_t>(channels), conv.getContext());
  Value repeated = GatherOp::create(
      rewriter, conv.getLoc(), conv.getInput(),
      createConstant(rewriter, conv.getLoc(), indices), /*axis=*/1);
  rewriter.modifyOpInPlace(conv, [&] {
    conv.getInputMutable().assign(repeated);
    conv.setGroups(channels.size());
  });
}

/// The filter of grouping.merge(factor): each old one among zeros.
Value createBlockDiagonal(Value filter, Grouping grouping, int64_t factor,
                          RewriterBase &rewriter) {
  SmallVector<int64_t> shape(getShape(filter));
  int64_t taps = ShapedType::getNumElements(ArrayRef(shape).drop_front(2));
  int64_t row = grouping.inputs * taps;
  std::vector<float> source = *getStoredNumbers(filter);
  std::vector<float> target(source.size() * factor, 0.0f);
  for (int64_t o = 0; o < shape[0]; ++o) {
    int64_t block = o / grouping.outputs % factor;
    std::copy_n(source.begin() + o * row, row,
                target.begin() + (o * factor + block) * row);
  }
  shape[1] *= factor;
  auto create = [&](Value like) {
    return createConstant(rewriter, filter.getLoc(),
                          RankedTensorType::get(shape, getElementType(like)),
                          target);
  };
  if (std::optional<StoredWeights> stored = StoredWeights::get(filter))
    return StoredWeights{create(stored->numbers), stored->scale,
                         stored->codebook}
        .widen(rewriter, filter.getLoc());
  return create(filter);
}

void mergeGroups(ConvOp conv, Grouping grouping, int64_t factor,
                 RewriterBase &rewriter) {
  Value filter =
      createBlockDiagonal(conv.getFilter(), grouping, factor, rewriter);
  rewriter.modifyOpInPlace(conv, [&] {
    conv.getFilterMutable().assign(filter);
    conv.setGroups(grouping.groups / factor);
  });
}

/// `size` elements of `value` from `start` on, along `axis`; null stays null.
Value sliceAlong(int64_t axis, Value value, int64_t start, int64_t size,
                 RewriterBase &rewriter) {
  if (!value)
    return value;
  if (std::optional<StoredWeights> stored = StoredWeights::get(value))
    return stored->slice(rewriter, start, size).widen(rewriter, value.getLoc());
  SmallVector<int64_t> sizes(getShape(value));
  SmallVector<int64_t> starts(sizes.size(), 0);
  llvm::replace(sizes, ShapedType::kDynamic, int64_t(-1));
  starts[axis] = start;
  sizes[axis] = size;
  return rewriter.createOrFold<SliceOp>(value.getLoc(), value, starts, sizes,
                                        ArrayRef<int64_t>());
}

void splitGroups(ConvOp conv, Grouping grouping, RewriterBase &rewriter) {
  SmallVector<Value> parts;
  for (int64_t g = 0; g < grouping.groups; ++g) {
    int64_t firstInput = g * grouping.inputs;
    int64_t firstOutput = g * grouping.outputs;
    auto sliceOutputs = [&](int64_t axis, Value value) {
      return sliceAlong(axis, value, firstOutput, grouping.outputs, rewriter);
    };
    Value input =
        sliceAlong(1, conv.getInput(), firstInput, grouping.inputs, rewriter);
    parts.push_back(ConvOp::create(
        rewriter, conv.getLoc(), input, sliceOutputs(0, conv.getFilter()),
        sliceOutputs(0, conv.getBias()), sliceOutputs(1, conv.getResidual()),
        conv.getStrides(), conv.getPads(), conv.getDilations(), /*groups=*/1,
        conv.getActivationAttr()));
  }
  rewriter.replaceOpWithNewOp<ConcatOp>(conv, parts, /*axis=*/1);
}

void rewrite(ConvOp conv, int64_t lanes, RewriterBase &rewriter) {
  auto remarkApplied = [&](const Twine &what) {
    applied(conv, "RewriteGroupedConv", what);
  };
  Grouping grouping = Grouping::get(conv);
  if (grouping.hasKernel(lanes))
    return;
  rewriter.setInsertionPoint(conv);
  if (grouping.inputs == 1) {
    remarkApplied("repeated every channel " + Twine(grouping.outputs) +
                  " times: depthwise kernels have one output per channel");
    return repeatChannels(conv, grouping, rewriter);
  }
  int64_t factor = getMergeFactor(grouping, lanes);
  double waste = grouping.getRoundingWaste(lanes);
  bool isConstant =
      getConstant(conv.getFilter()) || StoredWeights::get(conv.getFilter());
  if (!isConstant || prefersSplitting(conv, lanes)) {
    remarkApplied(llvm::formatv("split into {0} dense convolutions, {1:F2} "
                                "times the arithmetic; merging {2} groups has "
                                "{2} times",
                                grouping.groups, waste, factor)
                      .str());
    return splitGroups(conv, grouping, rewriter);
  }
  remarkApplied(llvm::formatv("merged {0} groups of {1} inputs and {2} outputs "
                              "into one for vectors of {3} lanes",
                              factor, grouping.inputs, grouping.outputs, lanes)
                    .str());
  mergeGroups(conv, grouping, factor, rewriter);
}

struct RewriteGroupedConv : impl::RewriteGroupedConvBase<RewriteGroupedConv> {
  void runOnOperation() override {
    auto machine = Machine::get(getOperation()->getParentOfType<ModuleOp>());
    if (!machine) {
      getOperation().emitError(llvm::toString(machine.takeError()));
      return signalPassFailure();
    }
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](ConvOp conv) {
      // Kernels and what is computed here have the precision of float32.
      if (getElementType(conv.getFilter()).isF64())
        return;
      int64_t bits = getElementType(conv.getFilter()).getIntOrFloatBitWidth();
      rewrite(conv, machine->getLanes(bits), rewriter);
    });
    eraseUnusedConstants(getOperation());
  }
};

} // namespace
} // namespace mlir::cnn
