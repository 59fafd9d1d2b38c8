//===- Interpret.cpp - Running small networks in tests --------------------===//

#include "Interpret.h"

#include "cnnc/Dialect/CNN/CNN.h"

#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

using namespace mlir;
using namespace mlir::cnn;

/// The MLIR type of a tensor, as text.
static std::string printType(const Tensor &tensor, MLIRContext *context) {
  std::string text;
  llvm::raw_string_ostream(text) << RankedTensorType::get(
      tensor.getShape(), getMLIRType(tensor.getType(), context));
  return text;
}

test::Network::Network(StringRef text)
    : context(std::make_unique<MLIRContext>(MLIRContext::Threading::DISABLED)) {
  context->loadDialect<CNNDialect, arith::ArithDialect, func::FuncDialect>();
  module = parseSourceString<ModuleOp>(text, context.get());
  if (!module)
    ADD_FAILURE() << "does not parse:\n" << text.str();
}

func::FuncOp test::Network::getFunction() {
  return *module->getOps<func::FuncOp>().begin();
}

llvm::Expected<std::vector<Tensor>>
test::Network::run(ArrayRef<Tensor> inputs, const InterpreterOptions &options) {
  if (!module)
    return llvm::createStringError("does not parse");
  return interpret(getFunction(), inputs, options);
}

std::vector<double> test::evaluate(StringRef op, StringRef result,
                                   ArrayRef<Tensor> inputs) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  std::string arguments;
  const char *names[] = {"%x", "%y", "%z", "%u", "%v"};
  for (auto [i, input] : llvm::enumerate(inputs))
    arguments += (i ? ", " : "") + std::string(names[i]) + ": " +
                 printType(input, &context);
  Network network("func.func @main(" + arguments + ") -> " + result.str() +
                  " {\n  %result = " + op.str() +
                  "\n  return %result : " + result.str() + "\n}");
  auto results = network.run(inputs);
  if (!results) {
    ADD_FAILURE() << llvm::toString(results.takeError());
    return {};
  }
  return results->front().toDoubles();
}

Tensor test::count(ArrayRef<int64_t> shape, float first) {
  Tensor tensor(ElementType::Float32, shape);
  std::iota(tensor.get<float>().begin(), tensor.get<float>().end(), first);
  return tensor;
}

Tensor test::getRandom(ArrayRef<int64_t> shape, unsigned seed) {
  std::mt19937 engine(seed);
  Tensor tensor(ElementType::Float32, shape);
  for (float &value : tensor.get<float>())
    value = static_cast<float>(engine()) / 2147483648.0f - 1.0f;
  return tensor;
}
