//===- ChannelMap.h - Scale and shift per channel ---------------*- C++ -*-===//
//
// Inference-time batch norm, and arithmetic with one constant per channel, are
// the same thing: y[c] = gain[c] * x[c] + offset[c]. Layers can take it over.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_TRANSFORMS_CHANNELMAP_H
#define CNNC_LIB_TRANSFORMS_CHANNELMAP_H

#include "Rewrites.h"

namespace mlir::cnn {

/// y[c] = gain[c] * x[c] + offset[c], where c is dimension 1.
struct ChannelMap {
  std::vector<double> gain, offset;

  bool isScale() const; ///< All offsets are 0.
  bool isShift() const; ///< All gains are 1.
  bool isFinite() const;
};

/// An op that applies a map to a tensor.
struct MapOp {
  Operation *op;
  Value input;
  ChannelMap map;
};

/// The map that `op` applies: a batch_norm with constant parameters, or add,
/// sub, mul and div with a constant that is the same everywhere in a channel.
std::optional<MapOp> getMapOp(Operation *op);

/// The map that applies `first`, then `second`.
ChannelMap compose(const ChannelMap &first, const ChannelMap &second);

/// Makes the layer compute map(layer) in place, or says what prevents it. The
/// result of the layer must have no user but the map.
std::optional<StringRef> foldAfterLayer(Operation *layer, const ChannelMap &map,
                                        RewriterBase &rewriter);

/// What prevents conv(map(x)) from being a convolution of x, if anything.
std::optional<StringRef> findObstacleBefore(ConvOp conv, const ChannelMap &map);

/// Makes `conv`, whose input is map(x), a convolution of `input`, which is x.
void foldBeforeConv(ConvOp conv, Value input, const ChannelMap &map,
                    RewriterBase &rewriter);

} // namespace mlir::cnn

#endif // CNNC_LIB_TRANSFORMS_CHANNELMAP_H
