//===- Bandwidth.h - How fast memory is -------------------------*- C++ -*-===//

#ifndef CNNC_RUNNER_BANDWIDTH_H
#define CNNC_RUNNER_BANDWIDTH_H

namespace mlir::cnn {

/// Bytes a second that one thread of this computer reads from memory, at best
/// of several passes over more than its caches hold. Takes half a second.
double measureBandwidth();

} // namespace mlir::cnn

#endif // CNNC_RUNNER_BANDWIDTH_H
