//===- RunnerVerifyOnDataTest.cpp - Passes that change results ------------===//

#include "Interpret.h"

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Runner/VerifyOnData.h"

#include <gmock/gmock.h>

using namespace mlir;
using namespace mlir::cnn;
using cnn::test::Network;
using testing::HasSubstr;

static constexpr const char *text = R"(
  func.func @network(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
    %c = arith.constant dense<1.0> : tensor<4xf32>
    %y = cnn.binary <mul> %x, %c : tensor<1x4xf32>, tensor<4xf32>
    return %y : tensor<1x4xf32>
  })";

/// Multiplies the results of the network with a number.
class Scale : public PassWrapper<Scale, OperationPass<func::FuncOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Scale)
  explicit Scale(float factor) : factor(factor) {}
  StringRef getArgument() const override { return "scale"; }

  void runOnOperation() override {
    getOperation().walk([&](arith::ConstantOp op) {
      auto type = cast<RankedTensorType>(op.getType());
      op.setValueAttr(DenseElementsAttr::get(type, factor));
    });
  }

private:
  float factor;
};

namespace {

/// What verification prints of a pass that multiplies results with `factor`,
/// and the errors that it reports.
struct Verified {
  Verified(float factor, bool isApproximate, bool useReference = false)
      : network(text) {
    auto module = network.getFunction()->getParentOfType<ModuleOp>();
    ScopedDiagnosticHandler handler(module.getContext(),
                                    [&](Diagnostic &d) { errors += d.str(); });
    CalibrationOptions options;
    options.useReference = useReference;
    DataVerification verification(options,
                                  [=](StringRef) { return isApproximate; });
    PassManager manager(module.getContext());
    manager.addNestedPass<func::FuncOp>(std::make_unique<Scale>(factor));
    llvm::raw_string_ostream stream(table);
    verification.addTo(manager, stream);
    EXPECT_TRUE(succeeded(manager.run(module)));
    failed = verification.hasFailed();
  }

  Network network;
  std::string table, errors;
  bool failed = false;
};

} // namespace

TEST(VerifyOnData, AcceptsRounding) {
  Verified verified(1.00001f, /*isApproximate=*/false);
  EXPECT_FALSE(verified.failed) << verified.errors;
  EXPECT_THAT(verified.table, HasSubstr("scale"));
  EXPECT_THAT(verified.table, HasSubstr("1.0e-05"));
}

TEST(VerifyOnData, RefusesExactPassThatIsNot) {
  for (bool useReference : {false, true}) {
    Verified verified(1.01f, /*isApproximate=*/false, useReference);
    EXPECT_TRUE(verified.failed);
    EXPECT_THAT(verified.errors,
                HasSubstr("--scale is exact up to rounding, but changes "
                          "results by 1.0e-02 of their magnitude"));
  }
}

TEST(VerifyOnData, RefusesResultsThatAreNoNumbers) {
  EXPECT_TRUE(Verified(std::nanf(""), /*isApproximate=*/false).failed);
}

TEST(VerifyOnData, MeasuresApproximatePass) {
  Verified verified(-1, /*isApproximate=*/true);
  EXPECT_FALSE(verified.failed) << verified.errors;
  EXPECT_THAT(verified.table, HasSubstr("2.0e+00"));
  EXPECT_THAT(verified.table, HasSubstr("0.0 %"));
}
