//===- CompressionContextTest.cpp - The network before compression --------===//

#include "Interpret.h"

#include "cnnc/Compression/Context.h"

#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::cnn;
using cnn::test::Network;

static constexpr const char *text = R"(
  func.func @network(%x: tensor<2xf32>) -> tensor<2xf32> {
    %y = cnn.unary <relu> %x : tensor<2xf32>
    return %y : tensor<2xf32>
  })";

/// Lets a function of one operation return its argument.
static void dropOperation(func::FuncOp function) {
  function.front().getTerminator()->setOperand(0, function.getArgument(0));
  function.front().front().erase();
}

TEST(CompressionContext, KeepsWhatWasThereFirst) {
  Network network(text);
  CompressionContext context;
  func::FuncOp function = network.getFunction();
  EXPECT_FALSE(context.getOriginal(function));
  context.keepOriginal(function);
  dropOperation(function);
  context.keepOriginal(function);
  func::FuncOp original = context.getOriginal(function);
  ASSERT_TRUE(original);
  EXPECT_NE(original, function);
  EXPECT_EQ(original.getName(), "network");
  EXPECT_EQ(llvm::range_size(original.front()), 2);
}

TEST(CompressionContext, ForgetsWithThePassManager) {
  Network network(text);
  auto context = std::make_shared<CompressionContext>();
  func::FuncOp function = network.getFunction();
  {
    PassManager manager(function.getContext());
    releaseOriginalsWith(manager, context);
    context->keepOriginal(function);
    EXPECT_TRUE(context->getOriginal(function));
  }
  EXPECT_FALSE(context->getOriginal(function));
}
