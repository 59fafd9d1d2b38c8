//===- CNNToKernel.h - Patterns of --convert-cnn-to-kernel ------*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_CNNTOKERNEL_H
#define CNNC_LIB_CONVERSION_CNNTOKERNEL_H

#include "TensorBuilders.h"
#include "cnnc/Conversion/Passes.h"
#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Support/Machine.h"
#include "cnnc/Support/Packing.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::cnn {

struct SparseSettings;

/// A lowering that asks the machine for lanes and blocks.
template <typename OpTy>
struct LoweringPattern : OpRewritePattern<OpTy> {
  LoweringPattern(MLIRContext *context, const Machine &machine,
                  PatternBenefit benefit = 1)
      : OpRewritePattern<OpTy>(context, benefit), machine(machine) {}

  const Machine &machine;
};

void populateConvToKernel(RewritePatternSet &patterns, const Machine &machine);
void populateConvTransposeToKernel(RewritePatternSet &patterns);
/// `chunks` is how many parts of a convolution may run in parallel.
void populateWinogradToKernel(RewritePatternSet &patterns,
                              const Machine &machine, int64_t chunks);
void populateMatmulToKernel(RewritePatternSet &patterns, const Machine &machine,
                            const SparseSettings &settings);

/// How layers of integers are computed by Winograd's algorithm.
struct IntegerChoice {
  IntegerTile tile = IntegerTile::automatic;
  /// Parts of a convolution that may run in parallel.
  int64_t chunks = 1;
  /// Weights of the whole network.
  double networkWeights = 0;
};
void populateIntegersToKernel(RewritePatternSet &patterns,
                              const Machine &machine, IntegerChoice choice);
void populatePoolToKernel(RewritePatternSet &patterns, const Machine &machine);
void populateElementwiseToKernel(RewritePatternSet &patterns);
void populateNormToKernel(RewritePatternSet &patterns);
void populateReduceToKernel(RewritePatternSet &patterns,
                            const Machine &machine);
void populateShapeOpsToKernel(RewritePatternSet &patterns);
void populateIndexingToKernel(RewritePatternSet &patterns);
void populateSelectionsToKernel(RewritePatternSet &patterns);
void populateBoxesToKernel(RewritePatternSet &patterns);
void populateDeterminantToKernel(RewritePatternSet &patterns);

/// Replaces results without elements, and what is a sum of none.
LogicalResult replaceEmpty(Block &block);
void populateQuantizationToKernel(RewritePatternSet &patterns);
void populateDepthwiseIntegerToKernel(RewritePatternSet &patterns,
                                      const Machine &machine);
void populateResizeToKernel(RewritePatternSet &patterns,
                            const Machine &machine);
void populateSamplingToKernel(RewritePatternSet &patterns);

/// A constant that float32 holds, in which weights are packed.
bool isPackable(Value value);

//===----------------------------------------------------------------------===//
// Blocked images
//===----------------------------------------------------------------------===//

/// Lanes of the machine's channel blocks. Most narrower elements are computed
/// on as float32, and have the same.
int64_t getLanes(const Machine &machine);

/// Lanes of channel blocks of `element`: of f16 twice as many where the machine
/// has arithmetic for it.
int64_t getLanes(const Machine &machine, Type element);

/// The function is finite for every finite argument, so that it may be applied
/// to the lanes beyond the last channel.
bool isFinite(FunctionAttr function);

//===----------------------------------------------------------------------===//
// What follows a layer
//===----------------------------------------------------------------------===//

/// f(value + bias per channel + residual) as cnn ops; all three are optional.
Value createEpilogue(OpBuilder &builder, Location loc, Value value, Value bias,
                     Value residual, FunctionAttr activation);

/// How many channel blocks of `outputs` channels a kernel should compute at
/// once: what divides them and leaves registers for accumulators. `blocking`
/// says the lanes.
int64_t chooseOutputBlocks(const Machine &machine, Blocking blocking,
                           int64_t outputs);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_CNNTOKERNEL_H
