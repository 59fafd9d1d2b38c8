//===- ExportTest.cpp - Every op can be written as ONNX -------------------===//

#include "cnnc/Export/Export.h"
#include "cnnc/Dialect/CNN/CNN.h"

#include "mlir/IR/MLIRContext.h"
#include "gmock/gmock.h"

using namespace mlir;

TEST(ExportTest, HasARowForEveryOp) {
  MLIRContext context;
  context.loadDialect<cnn::CNNDialect>();
  std::vector<std::string> ops;
  for (RegisteredOperationName name : context.getRegisteredOperations())
    if (name.getDialectNamespace() == "cnn")
      ops.push_back(name.getStringRef().str());
  EXPECT_THAT(cnn::listExportedOps(), testing::UnorderedElementsAreArray(ops));
}

TEST(ExportTest, ChecksTheOpset) {
  cnn::ExportOptions options;
  EXPECT_FALSE(bool(cnn::checkExportOptions(options)));
  options.opset = cnn::lastExportOpset + 1;
  llvm::Error error = cnn::checkExportOptions(options);
  EXPECT_EQ(llvm::toString(std::move(error)),
            "expects an opset from 13 to 22; got 23");
}
