//===- Evaluate.h - What a pipeline makes of a network ----------*- C++ -*-===//

#ifndef CNNC_LIB_SEARCH_EVALUATE_H
#define CNNC_LIB_SEARCH_EVALUATE_H

#include "cnnc/Calibration/LossMeter.h"
#include "cnnc/Search/Search.h"

namespace mlir::cnn {

/// What a pipeline makes of one network. Each runs in an MLIRContext of its
/// own, on what the network was read from, just as cnn-opt would run it.
class Evaluator {
public:
  /// Measures the network as it is. `network` must live as long.
  static llvm::Expected<std::unique_ptr<Evaluator>>
  open(llvm::MemoryBufferRef network, const SearchOptions &options);

  /// What the network costs after `flags` without --recover, which changes no
  /// shape, and with few images. An estimate, in a fraction of the time.
  llvm::Expected<Costs> estimate(const PassFlags &flags);

  /// What the network costs and loses after `flags`.
  llvm::Expected<Trial> measure(const PassFlags &flags);

  /// The network's time after `flags` as a share of the original's: the least
  /// of runs in turn, which other work on the machine disturbs least.
  llvm::Expected<double> measureLatency(const PassFlags &flags);

  /// The costs of the original as shares: all 1 but the size, which is that of
  /// its constants in compressed form as a share of their bytes as they are.
  const Costs &getOriginalCosts() const { return originalCosts; }

  /// The lanes of the vectors of the machine that is compiled for.
  int64_t getLanes() const { return lanes; }
  int64_t getFittedImages() const { return fitting.count; }
  int64_t getHeldOutImages() const { return heldOutImages; }

private:
  struct Network;

  Evaluator(llvm::MemoryBufferRef network, const SearchOptions &options);

  /// Reads the network and runs passes on it.
  llvm::Expected<Network> make(llvm::ArrayRef<std::string> flags,
                               const CalibrationOptions &images) const;
  llvm::Error openImages(func::FuncOp function);
  /// As numbers, not shares; the module is lowered.
  llvm::Expected<Costs> count(Network &network) const;
  llvm::Expected<Costs> countAsShares(Network &network) const;

  llvm::MemoryBufferRef network;
  SharedCompressionContext context;
  CalibrationOptions fitting, measuring;
  std::optional<CalibrationImages> fittedImages, measuredImages;
  std::optional<LossMeter> fittedMeter, measuredMeter;
  int64_t heldOutImages = 0, lanes = 1;
  /// What shares are of.
  Costs whole;
  Costs originalCosts;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_SEARCH_EVALUATE_H
