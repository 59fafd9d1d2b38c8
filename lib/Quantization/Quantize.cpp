//===- Quantize.cpp - Float networks in integers --------------------------===//

#include "cnnc/Quantization/Quantize.h"

#include "Equalize.h"
#include "FitSums.h"
#include "MixedPrecision.h"
#include "Remarks.h"
#include "Rewrite.h"
#include "RoundWeights.h"

#include "cnnc/Dialect/CNN/CNN.h"

namespace mlir::cnn {
namespace {

class Quantize : public PassWrapper<Quantize, OperationPass<func::FuncOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Quantize)

  explicit Quantize(const QuantizationOptions &options) : options(options) {}

  StringRef getName() const override { return "Quantize"; }
  StringRef getArgument() const override { return "quantize"; }

  void runOnOperation() override {
    if (llvm::Error error = run(getOperation())) {
      // Not at the operation, which would be printed.
      emitError(getOperation().getLoc()) << toString(std::move(error));
      signalPassFailure();
    }
  }

private:
  llvm::Error run(func::FuncOp function) {
    if (options.equalizes)
      equalize(function);
    llvm::Expected<Plan> plan = makeFirstPlan(function);
    if (!plan)
      return plan.takeError();
    llvm::Expected<Statistics> statistics =
        calibrate(function, plan->getTensors(), options);
    if (!statistics)
      return statistics.takeError();
    plan->setStatistics(*statistics);
    if (options.roundsAdaptively)
      if (llvm::Error error =
              roundWeights(function, *plan, options, *statistics))
        return error;
    if (llvm::Error error = fitSums(function, *plan, *statistics, options))
      return error;
    if (options.maxDrop) {
      llvm::Expected<FloatLayers> layers =
          chooseFloatLayers(function, *plan, *statistics, options);
      if (!layers)
        return layers.takeError();
      plan = Plan::make(function, options, *layers);
      if (!plan)
        return plan.takeError();
      plan->setStatistics(*statistics);
      if (llvm::Error error = fitSums(function, *plan, *statistics, options))
        return error;
    }
    IntegerRewriter(function, *plan, *statistics, options).run();
    return llvm::Error::success();
  }

  /// The plan before layers are measured.
  llvm::Expected<Plan> makeFirstPlan(func::FuncOp function) {
    if (!options.maxDrop)
      return Plan::make(function, options);
    SilentRemarks silence(function);
    return Plan::make(function, options);
  }

  QuantizationOptions options;
};

} // namespace

std::unique_ptr<Pass> createQuantize(const QuantizationOptions &options) {
  return std::make_unique<Quantize>(options);
}

} // namespace mlir::cnn
