//===- Winograd.cpp - Convolutions by Winograd's algorithm ----------------===//

#include "cnnc/Support/Winograd.h"
#include "cnnc/Transforms/ConvCandidates.h"
#include "cnnc/Transforms/Passes.h"

#include "DilatedConv.h"
#include "Rewrites.h"
#include "WinogradCost.h"

#include "llvm/Support/FormatVariadic.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_WINOGRAD
#include "cnnc/Transforms/Passes.h.inc"

namespace {

using Tile = std::array<int64_t, 2>;

/// Layers change if that promises to be this much faster.
constexpr double leastGain = 1.15;

/// A larger tile, whose rounding errors are larger, has to be this much faster
/// than a smaller one.
constexpr double leastGainOfLarger = 1.05;

/// The longest filter whose transforms are worth having.
constexpr int64_t maxTaps = 7;

LogicalResult missed(ConvOp conv, const Twine &why) {
  return cnn::missed(conv, "Winograd", why);
}

bool hasDilations(const Window &window) {
  return window[0].dilation != 1 || window[1].dilation != 1;
}

/// Why the algorithm does not apply to `conv`, if it does not.
std::optional<StringRef> findObstacle(ConvOp conv) {
  Window window = conv.getWindow();
  if (window.size() != 2)
    return "it is not two-dimensional";
  if (conv.getGroups() != 1)
    return "it has groups";
  int64_t longest = std::max(window[0].size, window[1].size);
  if (longest == 1)
    return "a filter of one tap has no products to save";
  if (longest > maxTaps)
    return "its filter has more than 7 taps in a dimension";
  if (window[0].stride != 1 || window[1].stride != 1)
    return "it has strides";
  if (hasDilations(window) && !canSplitDilations(conv))
    return "its dilations do not divide its image and its pads, or the batch "
           "is not known";
  if (!getElementType(conv.getInput()).isF32())
    return "its element type is not f32";
  if (!getConstant(conv.getFilter()))
    return "its filter is not a constant";
  ArrayRef<int64_t> image = getShape(conv.getOutput()).drop_front(2);
  if (ShapedType::isDynamicShape(image))
    return "the size of its image is not known";
  return std::nullopt;
}

/// What is computed once dilations are split.
ConvExtents getExtents(ConvOp conv) {
  ArrayRef<int64_t> filter = getShape(conv.getFilter());
  ArrayRef<int64_t> output = getShape(conv.getOutput());
  Window window = conv.getWindow();
  int64_t rows = window[0].dilation, columns = window[1].dilation;
  return {filter[1],
          filter[0],
          {output[2] / rows, output[3] / columns},
          {filter[2], filter[3]},
          rows * columns};
}

/// `size` outputs in every dimension that has taps to transform.
Tile getTile(int64_t size, const ConvExtents &extents) {
  return {extents.taps[0] == 1 ? 1 : size, extents.taps[1] == 1 ? 1 : size};
}

bool hasPoints(Tile tile, const ConvExtents &extents) {
  return hasWinogradPoints(tile[0], extents.taps[0]) &&
         hasWinogradPoints(tile[1], extents.taps[1]);
}

/// What errors of both dimensions grow to; one of one tap adds none.
double getErrorGrowth(Tile tile, const ConvExtents &extents) {
  double growth = 1;
  for (int i = 0; i < 2; ++i)
    if (extents.taps[i] > 1)
      growth *= getWinogradErrorGrowth(tile[i], extents.taps[i]);
  return growth;
}

std::string describe(Tile tile, const ConvExtents &extents, double gain) {
  return llvm::formatv(
      "F({0}x{1}, {2}x{3}) is estimated at {4:F2} times the speed of direct "
      "convolution",
      tile[0], tile[1], extents.taps[0], extents.taps[1], gain);
}

/// The tile for `conv`, or nothing and a remark.
std::optional<Tile> chooseTile(ConvOp conv, WinogradTile asked, double maxError,
                               const Machine &machine) {
  if (std::optional<StringRef> obstacle = findObstacle(conv)) {
    (void)missed(conv, *obstacle);
    return std::nullopt;
  }
  ConvExtents extents = getExtents(conv);
  bool isAutomatic = asked == WinogradTile::automatic;
  // Processors without caches have little memory, too.
  if (isAutomatic && machine.level2Bytes == 0) {
    (void)missed(conv, "the transformed filter would be larger, and the "
                       "machine has little memory");
    return std::nullopt;
  }
  SmallVector<int64_t> sizes = {2, 4, 6};
  if (!isAutomatic)
    sizes = {static_cast<int64_t>(asked)};
  std::optional<Tile> best;
  double gain = 0, direct = estimateDirect(extents, machine);
  for (int64_t size : sizes) {
    Tile tile = getTile(size, extents);
    if (!hasPoints(tile, extents) ||
        (isAutomatic && getErrorGrowth(tile, extents) > maxError))
      continue;
    double newGain = direct / estimateWinograd(extents, tile, machine);
    if (newGain > gain * leastGainOfLarger) {
      best = tile;
      gain = newGain;
    }
  }
  if (!best) {
    (void)missed(conv, "every tile of its filter needs too many points or "
                       "makes errors too large");
    return std::nullopt;
  }
  std::string what = describe(*best, extents, gain);
  if (isAutomatic && gain < leastGain) {
    (void)missed(conv, what);
    return std::nullopt;
  }
  applied(conv, "Winograd", what);
  return best;
}

void apply(ConvOp conv, Tile tile) {
  IRRewriter rewriter(conv);
  if (hasDilations(conv.getWindow())) {
    conv = splitDilations(rewriter, conv);
    rewriter.setInsertionPoint(conv);
  }
  rewriter.replaceOpWithNewOp<WinogradConvOp>(
      conv, conv.getInput(), conv.getFilter(), conv.getBias(),
      conv.getResidual(), tile, conv.getPads(), conv.getActivationAttr());
}

/// Does what the attribute `text` asks for, or says why not.
LogicalResult obey(ConvOp conv, Attribute text) {
  auto name = dyn_cast<StringAttr>(text);
  std::optional<ConvAlgorithm> asked =
      name ? ConvAlgorithm::parse(name) : std::nullopt;
  if (!asked)
    return conv.emitError("expected attribute ")
           << algorithmAttribute
           << " to be \"direct\" or \"winograd N\", N being 2, 4 or 6, got "
           << text;
  conv->removeAttr(algorithmAttribute);
  if (asked->winogradTile == 0) {
    (void)missed(conv, "it is to be direct");
    return success();
  }
  std::optional<StringRef> obstacle = findObstacle(conv);
  ConvExtents extents = obstacle ? ConvExtents() : getExtents(conv);
  Tile tile = getTile(asked->winogradTile, extents);
  if (!obstacle && !hasPoints(tile, extents))
    obstacle = "that tile of its filter needs too many points";
  if (obstacle)
    return conv.emitError("attribute ") << algorithmAttribute << " asks for "
                                        << text << ", but " << *obstacle;
  applied(conv, "Winograd", "it is to be " + name.getValue());
  apply(conv, tile);
  return success();
}

struct Winograd : impl::WinogradBase<Winograd> {
  using WinogradBase::WinogradBase;

  void runOnOperation() override {
    auto machine = Machine::get(getOperation()->getParentOfType<ModuleOp>());
    if (!machine) {
      getOperation().emitError(llvm::toString(machine.takeError()));
      return signalPassFailure();
    }
    WalkResult result = getOperation().walk([&](ConvOp conv) {
      if (Attribute text = conv->getAttr(algorithmAttribute))
        return WalkResult(obey(conv, text));
      if (std::optional<Tile> chosen =
              chooseTile(conv, tile, maxError, *machine))
        apply(conv, *chosen);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

SmallVector<ConvCandidate, 4> listCandidates(ConvOp conv, double maxError,
                                             const Machine &machine) {
  if (findObstacle(conv))
    return {};
  ConvExtents extents = getExtents(conv);
  SmallVector<ConvCandidate, 4> candidates = {
      {ConvAlgorithm(), estimateDirect(extents, machine)}};
  for (int64_t size : {2, 4, 6}) {
    Tile tile = getTile(size, extents);
    if (hasPoints(tile, extents) && getErrorGrowth(tile, extents) <= maxError)
      candidates.push_back(
          {ConvAlgorithm{size}, estimateWinograd(extents, tile, machine)});
  }
  return candidates.size() > 1 ? candidates : SmallVector<ConvCandidate, 4>();
}

} // namespace mlir::cnn
