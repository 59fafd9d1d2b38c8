//===- ChannelScores.h - Which channels go first ----------------*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_CHANNELSCORES_H
#define CNNC_LIB_COMPRESSION_CHANNELSCORES_H

#include "Channels.h"

#include "cnnc/Calibration/Options.h"
#include "cnnc/Compression/PruningOptions.h"

namespace mlir::cnn {

/// Units of a group, those that go first at the beginning.
struct RankedGroup {
  ChannelGroup group;
  /// losses[k] is what is lost without the first k units, of something that is
  /// 1 in all.
  std::vector<double> losses;
};

/// Orders the units of each group. Fails if images cannot be read.
llvm::Expected<SmallVector<RankedGroup>>
rankChannels(func::FuncOp function, const ChannelAnalysis &analysis,
             SmallVector<ChannelGroup> groups, ChannelScore score,
             const CalibrationOptions &options);

/// Orders the units of each group by the error that is left in the outputs of
/// the layers that take them if their other weights make up for it. The images
/// are of calibration.
llvm::Expected<SmallVector<RankedGroup>>
rankByReconstruction(func::FuncOp function, const ChannelAnalysis &analysis,
                     SmallVector<ChannelGroup> groups,
                     const CalibrationOptions &options);

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_CHANNELSCORES_H
