//===- Quantize.cpp - Float networks in integers --------------------------===//

#include "cnnc/Quantization/Quantize.h"

#include "Equalize.h"
#include "FitSums.h"
#include "MixedPrecision.h"
#include "Remarks.h"
#include "Rewrite.h"
#include "RoundWeights.h"
#include "SlowLayers.h"

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
    llvm::Expected<FloatLayers> kept = findSlow(function);
    if (!kept)
      return kept.takeError();
    if (isNothingLeft(function, *kept)) {
      emitWarning(function.getLoc())
          << "no layer is faster in integers on this machine, and all stay in "
             "float; slow=integer of --quantize makes them integers";
      return llvm::Error::success();
    }
    llvm::Expected<Plan> plan = makeFirstPlan(function, *kept);
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
          chooseFloatLayers(function, *plan, *statistics, options, *kept);
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

  /// The layers that integers make slower.
  llvm::Expected<FloatLayers> findSlow(func::FuncOp function) const {
    // Who asks for 16 bits does so for accuracy.
    if (options.quantizesSlow || options.activations == ActivationType::Int16)
      return FloatLayers();
    llvm::Expected<Machine> machine =
        Machine::get(function->getParentOfType<ModuleOp>());
    if (!machine)
      return machine.takeError();
    SilentRemarks silence(function);
    llvm::Expected<Plan> plan = Plan::make(function, options);
    if (!plan)
      return plan.takeError();
    return findSlowLayers(function, *plan, *machine, options);
  }

  /// Layers stay in float, and no other is left.
  static bool isNothingLeft(func::FuncOp function, const FloatLayers &kept) {
    StringRef why;
    return !kept.empty() && llvm::none_of(function.front(), [&](Operation &op) {
      return getLayer(&op, why) && !kept.contains(&op);
    });
  }

  /// The plan before layers are measured.
  llvm::Expected<Plan> makeFirstPlan(func::FuncOp function,
                                     const FloatLayers &kept) const {
    if (!options.maxDrop)
      return Plan::make(function, options, kept);
    SilentRemarks silence(function);
    return Plan::make(function, options, kept);
  }

  QuantizationOptions options;
};

} // namespace

std::unique_ptr<Pass> createQuantize(const QuantizationOptions &options) {
  return std::make_unique<Quantize>(options);
}

} // namespace mlir::cnn
