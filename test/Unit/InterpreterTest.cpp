//===- InterpreterTest.cpp - Running functions of cnn ops -----------------===//

#include "Interpret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::test;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

const char *twice = R"(
func.func @twice(%x: tensor<?x2xf32> {cnn.name = "data"}) -> tensor<?xf32> {
  %c = arith.constant dense<2.0> : tensor<2xf32>
  %0 = cnn.binary <mul> %x, %c : tensor<?x2xf32>, tensor<2xf32>
  %1 = cnn.unary <relu> %0 : tensor<?x2xf32>
  %2 = cnn.reshape %1 to [-1] : tensor<?x2xf32>
  return %2 : tensor<?xf32>
}
)";

std::string getError(StringRef text, ArrayRef<Tensor> inputs) {
  auto results = Network(text).run(inputs);
  if (results)
    return "no error";
  return llvm::toString(results.takeError());
}

TEST(Interpreter, TakesTheBatchFromTheInputs) {
  Network network(twice);
  for (int64_t batch = 1; batch <= 3; ++batch) {
    auto results = network.run({count({batch, 2}, -1)});
    ASSERT_TRUE(static_cast<bool>(results));
    EXPECT_THAT(results->front().getShape(), ElementsAre(2 * batch));
    EXPECT_EQ(results->front().toDoubles()[1], 0);
    EXPECT_EQ(results->front().toDoubles().back(), 2 * (2 * batch - 2));
  }
}

TEST(Interpreter, ShowsEveryOpOfTheFunctionToTheObserver) {
  Network network(twice);
  std::vector<Operation *> ops;
  InterpreterOptions options;
  options.observer = [&](Operation *op, ArrayRef<Tensor> results) {
    ASSERT_EQ(results.size(), 1u);
    ops.push_back(op);
  };
  ASSERT_TRUE(static_cast<bool>(network.run({count({1, 2})}, options)));
  std::vector<Operation *> expected;
  for (Operation &op : network.getFunction().front().without_terminator())
    expected.push_back(&op);
  EXPECT_EQ(ops, expected);
}

TEST(Interpreter, ReturnsArgumentsAndRepeatedValues) {
  Network network(R"(
    func.func @main(%x: tensor<1xf32>) -> (tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) {
      %0 = cnn.unary <neg> %x : tensor<1xf32>
      return %x, %0, %0 : tensor<1xf32>, tensor<1xf32>, tensor<1xf32>
    })");
  auto results = network.run({count({1}, 3)});
  ASSERT_TRUE(static_cast<bool>(results));
  EXPECT_THAT((*results)[0].toDoubles(), ElementsAre(3));
  EXPECT_THAT((*results)[1].toDoubles(), ElementsAre(-3));
  EXPECT_THAT((*results)[2].toDoubles(), ElementsAre(-3));
}

TEST(Interpreter, GivesTheSameBitsForEveryNumberOfThreads) {
  Network network(R"(
    func.func @main(%x: tensor<1x8x9x9xf32>, %w: tensor<8x8x3x3xf32>) -> tensor<1x8x7x7xf32> {
      %0 = cnn.conv %x, %w : tensor<1x8x9x9xf32>, tensor<8x8x3x3xf32>
      return %0 : tensor<1x8x7x7xf32>
    })");
  std::vector<Tensor> inputs = {getRandom({1, 8, 9, 9}, 1),
                                getRandom({8, 8, 3, 3}, 2)};
  InterpreterOptions one, three;
  one.threads = 1;
  three.threads = 3;
  auto a = network.run(inputs, one), b = network.run(inputs, three);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->front().toDoubles(), b->front().toDoubles());
}

// 2049 is between two float16 numbers; so is every partial sum after it. Only
// the end is rounded: 2048 + 1 + 1 = 2050.
TEST(Interpreter, RoundsOncePerOp) {
  Tensor x = Tensor::fromFloats({1, 3}, {2048, 1, 1});
  EXPECT_THAT(evaluate("cnn.reduce <sum> %x axes [0, 1] : tensor<1x3xf16>",
                       "tensor<f16>", {x.convertTo(ElementType::Float16)}),
              ElementsAre(2050));
}

TEST(Interpreter, NamesTheInputThatIsWrong) {
  EXPECT_EQ(getError(twice, {}), "function 'twice': expected 1 inputs, got 0");
  EXPECT_EQ(getError(twice, {count({2, 3})}),
            "input 0 'data': expected tensor<?x2xf32>, got 2x3xfloat32");
  EXPECT_EQ(getError(twice, {Tensor(ElementType::Int32, {2, 2})}),
            "input 0 'data': expected tensor<?x2xf32>, got 2x2xint32");
}

TEST(Interpreter, RefusesBatchesThatDiffer) {
  const char *text = R"(
    func.func @main(%x: tensor<?x1xf32>, %y: tensor<?x1xf32>) -> tensor<?x1xf32> {
      return %x : tensor<?x1xf32>
    })";
  EXPECT_EQ(getError(text, {count({1, 1}), count({2, 1})}),
            "input 1: expected a batch of 1 as before, got 2x1xfloat32");
}

TEST(Interpreter, NamesTheOpThatIsWrong) {
  EXPECT_THAT(getError(R"(
    func.func @main(%x: tensor<2xf32>, %i: tensor<1xi64>) -> tensor<1xf32> {
      %0 = cnn.gather %x, %i axis 0 : tensor<2xf32>, tensor<1xi64> loc("pick")
      return %0 : tensor<1xf32>
    })",
                       {count({2}), Tensor::fromFloats({1}, {2}).convertTo(
                                        ElementType::Int64)}),
              testing::AllOf(HasSubstr("\"pick\""), HasSubstr("cnn.gather"),
                             HasSubstr("from -2 to 1, got 2")));
  EXPECT_THAT(getError(R"(
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %0 = arith.negf %x : tensor<2xf32>
      return %0 : tensor<2xf32>
    })",
                       {count({2})}),
              HasSubstr("arith.negf: expected cnn ops"));
}

TEST(Interpreter, SaysThatWeightsAreMissing) {
  EXPECT_THAT(getError(R"(
    func.func @main() -> tensor<2xf32> {
      %0 = arith.constant dense_resource<__elided__> : tensor<2xf32>
      return %0 : tensor<2xf32>
    })",
                       {}),
              HasSubstr("were the weights left out"));
}

// Two rows per image and one do not add, which only the numbers show.
TEST(Interpreter, SaysThatABatchDoesNotFit) {
  EXPECT_THAT(getError(R"(
    func.func @main(%x: tensor<?x2xf32>, %y: tensor<?x4xf32>) -> tensor<?x2xf32> {
      %0 = cnn.reshape %y to [-1, 2] : tensor<?x4xf32>
      %1 = cnn.binary <add> %x, %0 : tensor<?x2xf32>, tensor<?x2xf32>
      return %1 : tensor<?x2xf32>
    })",
                       {count({2, 2}), count({2, 4})}),
              HasSubstr("binary expects shapes that broadcast"));
}

} // namespace
