//===- PassProgress.cpp - Which pass is running ---------------------------===//

#include "cnnc/Pipeline/PassProgress.h"
#include "cnnc/Pipeline/Passes.h"

#include "mlir/Pass/PassInstrumentation.h"

namespace mlir::cnn {
namespace {

class PassProgress : public PassInstrumentation {
public:
  explicit PassProgress(std::shared_ptr<Progress> progress)
      : progress(std::move(progress)) {}

  void runBeforePass(Pass *pass, Operation *op) override {
    StringRef name = pass->getArgument();
    if (name == elideWeights)
      progress->finish();
    else if (!name.empty())
      progress->setStep(("compiling: " + name).str());
  }

private:
  std::string elideWeights = createElideWeights()->getArgument().str();
  std::shared_ptr<Progress> progress;
};

} // namespace

void showPasses(PassManager &manager, std::shared_ptr<Progress> progress) {
  manager.addInstrumentation(
      std::make_unique<PassProgress>(std::move(progress)));
}

} // namespace mlir::cnn
