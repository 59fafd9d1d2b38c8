//===- FitSums.cpp - Ranges for which sums do not overflow ----------------===//

#include "FitSums.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::cnn;

/// What `op`, which is no layer, adds up: the elements of a mean, or none.
static int64_t countSummands(Operation *op) {
  int64_t count = 1;
  if (auto mean = dyn_cast<ReduceOp>(op); mean && !mean.getAxes().empty())
    for (int64_t axis : mean.getAxes())
      count *= getShape(mean.getInput())[axis];
  else if (auto pool = dyn_cast<AvgPoolOp>(op))
    for (int64_t extent : pool.getKernel())
      count *= extent;
  return count;
}

/// The largest magnitude of the integers that `op` takes, now `largest`.
static int64_t fitOp(Operation *op, const Plan &plan,
                     const Statistics &statistics,
                     const QuantizationOptions &options, int64_t largest) {
  StringRef why;
  if (std::optional<Layer> layer = getLayer(op, why)) {
    LayerIntegers integers =
        quantizeLayer(op, *layer, plan, statistics, options);
    return fitFactors(integers.weights, integers.bias, layer->layout, largest);
  }
  return std::min(largest, llvm::maxIntN(32) / countSummands(op));
}

llvm::Error mlir::cnn::fitSums(func::FuncOp function, Plan &plan,
                               const Statistics &statistics,
                               const QuantizationOptions &options) {
  if (options.activations != ActivationType::Int16)
    return llvm::Error::success();
  // With the range of an input the scale of other layers' changes that share
  // it, and of weights with large biases.
  for (bool isChanged = true; isChanged;) {
    isChanged = false;
    for (Operation &op : function.front()) {
      if (!plan.isInteger(&op) || !plan.isWanted(op.getOperand(0)))
        continue;
      Value input = op.getOperand(0);
      int64_t before = -plan.getFormat(input).least;
      int64_t largest = fitOp(&op, plan, statistics, options, before);
      if (largest == 0)
        return llvm::createStringError(
            "a layer has too many weights for sums of 32 bits of integers of "
            "16; keep it in float");
      if (largest == before)
        continue;
      plan.setLargest(input, largest);
      isChanged = true;
    }
  }
  return llvm::Error::success();
}
