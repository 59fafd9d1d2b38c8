//===- RowRing.h - Rows between two convolutions ----------------*- C++ -*-===//
//
// A pointwise convolution that expands an image, and the depthwise convolution
// that reads it, can be computed in turns, so that only the rows between them
// are kept. How much is kept, and whether that is better than the whole image,
// depends on the caches.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_ROWRING_H
#define CNNC_SUPPORT_ROWRING_H

#include "cnnc/Support/Machine.h"
#include "cnnc/Support/Window.h"

#include <optional>

namespace mlir::cnn {

/// A pointwise convolution and the depthwise one after it.
struct ExpandedLayer {
  int64_t images = 1;
  /// Filter blocks of the pointwise convolution. For each of them, the bytes of
  /// one row of the expanded image and the multiply-adds that compute it.
  int64_t filterBlocks = 1, rowBytes = 0, rowMultiplyAdds = 0;
  /// Bytes of an image that is expanded, and of the filters of both.
  int64_t inputBytes = 0, filterBytes = 0;
  /// Rows of the expanded image and of the output, and the window over them.
  int64_t inputRows = 1, outputRows = 1;
  WindowDim window;
};

/// How a layer is cut. Groups of filter blocks are taken one after the other,
/// and for each the rows of the image.
struct RowRing {
  /// Filter blocks of a group.
  int64_t groupBlocks = 1;
  /// Parts of all rows of all groups that may run in parallel; each has a ring.
  int64_t chunks = 1;
};

/// Cuts the layer into at most `chunks` parts, such that the ring stays in the
/// second cache, if that can be, and costs little (`getExtraCycles`).
RowRing chooseRowRing(const ExpandedLayer &layer, const Machine &machine,
                      int64_t chunks);

/// Cycles for what is done more than once: the rows that the first windows of a
/// part reach, which the part before has computed, too; reading the input for
/// each group; and reading filters that do not stay in the first cache for each
/// row.
double getExtraCycles(const ExpandedLayer &layer, const RowRing &ring,
                      const Machine &machine);

/// The expanded image would leave the second cache, the ring does not, and that
/// saves at least twice what it costs.
bool suitsRowRing(const ExpandedLayer &layer, const RowRing &ring,
                  const Machine &machine);

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_ROWRING_H
