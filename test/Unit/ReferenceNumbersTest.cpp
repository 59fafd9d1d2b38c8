//===- ReferenceNumbersTest.cpp - Functions of numbers --------------------===//
//
// Small numbers that can be checked by head, one case per rule of an op.
//
//===----------------------------------------------------------------------===//

#include "Interpret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::test;
using testing::DoubleNear;
using testing::ElementsAre;

namespace {

Tensor numbers(ElementType type, std::vector<float> values) {
  int64_t size = values.size();
  return Tensor::fromFloats({size}, values).convertTo(type);
}

/// The result of a cnn.binary or cnn.compare on lists of `type`.
std::vector<double> combine(StringRef op, StringRef type, ElementType element,
                            std::vector<float> lhs, std::vector<float> rhs,
                            StringRef resultType = "") {
  std::string list =
      "tensor<" + std::to_string(lhs.size()) + "x" + type.str() + ">";
  std::string result = "tensor<" + std::to_string(lhs.size()) + "x" +
                       (resultType.empty() ? type : resultType).str() + ">";
  return evaluate((op + " %x, %y : " + list + ", " + list).str(), result,
                  {numbers(element, lhs), numbers(element, rhs)});
}

TEST(ReferenceNumbers, ModulusHasTheSignOfTheDivisor) {
  std::vector<float> lhs = {7, -7, 7, -7}, rhs = {3, 3, -3, -3};
  EXPECT_THAT(combine("cnn.binary <mod>", "i8", ElementType::Int8, lhs, rhs),
              ElementsAre(1, 2, -2, -1));
  EXPECT_THAT(
      combine("cnn.binary <mod>", "f32", ElementType::Float32, lhs, rhs),
      ElementsAre(1, 2, -2, -1));
}

TEST(ReferenceNumbers, RemainderHasTheSignOfTheDividend) {
  std::vector<float> lhs = {7, -7, 7, -7}, rhs = {3, 3, -3, -3};
  EXPECT_THAT(combine("cnn.binary <rem>", "i64", ElementType::Int64, lhs, rhs),
              ElementsAre(1, -1, 1, -1));
  EXPECT_THAT(
      combine("cnn.binary <rem>", "f64", ElementType::Float64, lhs, rhs),
      ElementsAre(1, -1, 1, -1));
}

TEST(ReferenceNumbers, DivisionOfIntegersIsAlwaysDefined) {
  std::vector<float> lhs = {-128, 5, 5}, rhs = {-1, 0, -1};
  EXPECT_THAT(combine("cnn.binary <div>", "i8", ElementType::Int8, lhs, rhs),
              ElementsAre(-128, 0, -5));
  EXPECT_THAT(combine("cnn.binary <mod>", "i8", ElementType::Int8, lhs, rhs),
              ElementsAre(0, 0, 0));
}

TEST(ReferenceNumbers, PowersOfIntegersWrap) {
  EXPECT_THAT(combine("cnn.binary <pow>", "i8", ElementType::Int8,
                      {2, -3, 2, -1, 2}, {6, 3, 8, -3, -1}),
              ElementsAre(64, -27, 0, -1, 0));
}

TEST(ReferenceNumbers, ShiftsLeaveNothingOfTooManyBits) {
  EXPECT_THAT(combine("cnn.binary <shift_left>", "ui8", ElementType::UInt8,
                      {3, 129, 3}, {2, 1, 8}),
              ElementsAre(12, 2, 0));
  EXPECT_THAT(combine("cnn.binary <shift_right>", "ui8", ElementType::UInt8,
                      {12, 129, 255}, {2, 1, 200}),
              ElementsAre(3, 64, 0));
}

TEST(ReferenceNumbers, BitsOfIntegersAndTruths) {
  std::vector<float> lhs = {12, 1}, rhs = {10, 0};
  EXPECT_THAT(
      combine("cnn.binary <bit_and>", "i32", ElementType::Int32, lhs, rhs),
      ElementsAre(8, 0));
  EXPECT_THAT(
      combine("cnn.binary <bit_or>", "i32", ElementType::Int32, lhs, rhs),
      ElementsAre(14, 1));
  EXPECT_THAT(
      combine("cnn.binary <bit_xor>", "i32", ElementType::Int32, lhs, rhs),
      ElementsAre(6, 1));
  EXPECT_THAT(combine("cnn.binary <bit_xor>", "i1", ElementType::Bool,
                      {1, 1, 0}, {1, 0, 0}),
              ElementsAre(0, 1, 0));
  EXPECT_THAT(evaluate("cnn.unary <bit_not> %x : tensor<2xui8>",
                       "tensor<2xui8>", {numbers(ElementType::UInt8, {0, 15})}),
              ElementsAre(255, 240));
  EXPECT_THAT(evaluate("cnn.unary <bit_not> %x : tensor<2xi1>", "tensor<2xi1>",
                       {numbers(ElementType::Bool, {0, 1})}),
              ElementsAre(1, 0));
}

TEST(ReferenceNumbers, FunctionsOfIntegersAreExact) {
  Tensor x(ElementType::Int64, {2});
  x.get<int64_t>()[0] = -((int64_t(1) << 53) + 1);
  x.get<int64_t>()[1] = 5;
  auto unary = [&](StringRef kind) {
    return evaluate(("cnn.unary <" + kind + "> %x : tensor<2xi64>").str(),
                    "tensor<2xi64>", {x});
  };
  EXPECT_THAT(unary("sign"), ElementsAre(-1, 1));
  EXPECT_THAT(unary("relu"), ElementsAre(0, 5));
  EXPECT_THAT(unary("clip, -3.0, 0x7FF0000000000000"), ElementsAre(-3, 5));
  // 2^53 + 1 itself is no double: without its last bit it would be even.
  EXPECT_THAT(evaluate("cnn.binary <mod> %x, %y : tensor<2xi64>, tensor<2xi64>",
                       "tensor<2xi64>",
                       {x, numbers(ElementType::Int64, {2, 2})}),
              ElementsAre(1, 1));
}

TEST(ReferenceNumbers, NothingComparesWithNaN) {
  std::vector<float> lhs = {1, 2, std::nanf("")}, rhs = {2, 2, std::nanf("")};
  auto compare = [&](StringRef kind) {
    return combine(("cnn.compare <" + kind + ">").str(), "f32",
                   ElementType::Float32, lhs, rhs, "i1");
  };
  EXPECT_THAT(compare("eq"), ElementsAre(0, 1, 0));
  EXPECT_THAT(compare("ne"), ElementsAre(1, 0, 1));
  EXPECT_THAT(compare("lt"), ElementsAre(1, 0, 0));
  EXPECT_THAT(compare("le"), ElementsAre(1, 1, 0));
  EXPECT_THAT(compare("gt"), ElementsAre(0, 0, 0));
  EXPECT_THAT(compare("ge"), ElementsAre(0, 1, 0));
}

TEST(ReferenceNumbers, ComparesUnsignedNumbersAsSuch) {
  EXPECT_THAT(combine("cnn.compare <lt>", "ui8", ElementType::UInt8, {1, 200},
                      {200, 1}, "i1"),
              ElementsAre(1, 0));
}

TEST(ReferenceNumbers, SelectBroadcastsAllOperands) {
  EXPECT_THAT(evaluate("cnn.select %x, %y, %z : tensor<2x1xi1>, tensor<3xf32>, "
                       "tensor<1x1xf32>",
                       "tensor<2x3xf32>",
                       {numbers(ElementType::Bool, {1, 0}).reshape({2, 1}),
                        count({3}, 1), count({1, 1}, 9)}),
              ElementsAre(1, 2, 3, 9, 9, 9));
}

TEST(ReferenceNumbers, ShrinkMovesToZero) {
  EXPECT_THAT(evaluate("cnn.unary <shrink, 2.0, 1.0> %x : tensor<4xf32>",
                       "tensor<4xf32>",
                       {numbers(ElementType::Float32, {-3, -2, 2, 3})}),
              ElementsAre(-2, 0, 0, 2));
}

TEST(ReferenceNumbers, ArgReduceFindsTheFirstLastOrNaN) {
  auto find = [&](StringRef op, std::vector<float> values) {
    return evaluate(op.str() + " : tensor<2x3xf32>", "tensor<2xi64>",
                    {numbers(ElementType::Float32, values).reshape({2, 3})});
  };
  EXPECT_THAT(find("cnn.arg_reduce <max> %x axis 1", {1, 3, 3, 2, 0, 1}),
              ElementsAre(1, 0));
  EXPECT_THAT(find("cnn.arg_reduce <max> %x axis 1 last", {1, 3, 3, 2, 0, 1}),
              ElementsAre(2, 0));
  EXPECT_THAT(find("cnn.arg_reduce <min> %x axis 1", {1, 3, 0, 2, 0, 0}),
              ElementsAre(2, 1));
  EXPECT_THAT(find("cnn.arg_reduce <min> %x axis 1",
                   {1, std::nanf(""), std::nanf(""), 2, 0, 0}),
              ElementsAre(1, 1));
}

TEST(ReferenceNumbers, CumulativeSumGoesBothWays) {
  auto sum = [&](StringRef op) {
    return evaluate(op.str() + " : tensor<2x3xf32>", "tensor<2x3xf32>",
                    {count({2, 3}, 1)});
  };
  EXPECT_THAT(sum("cnn.cumulative_sum %x axis 1"),
              ElementsAre(1, 3, 6, 4, 9, 15));
  EXPECT_THAT(sum("cnn.cumulative_sum %x axis 0"),
              ElementsAre(1, 2, 3, 5, 7, 9));
  EXPECT_THAT(sum("cnn.cumulative_sum %x axis 1 exclusive"),
              ElementsAre(0, 1, 3, 0, 4, 9));
  EXPECT_THAT(sum("cnn.cumulative_sum %x axis 1 exclusive reverse"),
              ElementsAre(5, 3, 0, 11, 6, 0));
}

TEST(ReferenceNumbers, InverseFunctions) {
  auto apply = [&](StringRef kind, float x) {
    return evaluate(("cnn.unary <" + kind + "> %x : tensor<1xf32>").str(),
                    "tensor<1xf32>", {numbers(ElementType::Float32, {x})})[0];
  };
  EXPECT_THAT(apply("tan", static_cast<float>(M_PI / 4)), DoubleNear(1, 1e-6));
  EXPECT_THAT(apply("asin", 1), DoubleNear(M_PI / 2, 1e-6));
  EXPECT_THAT(apply("acos", -1), DoubleNear(M_PI, 1e-6));
  EXPECT_THAT(apply("atan", 1), DoubleNear(M_PI / 4, 1e-6));
  // With e^x = 2: sinh is (2 - 1/2) / 2, cosh (2 + 1/2) / 2.
  EXPECT_THAT(apply("sinh", static_cast<float>(M_LN2)), DoubleNear(0.75, 1e-6));
  EXPECT_THAT(apply("cosh", static_cast<float>(M_LN2)), DoubleNear(1.25, 1e-6));
  EXPECT_THAT(apply("asinh", 0.75), DoubleNear(M_LN2, 1e-6));
  EXPECT_THAT(apply("acosh", 1.25), DoubleNear(M_LN2, 1e-6));
  EXPECT_THAT(apply("atanh", 0.6f), DoubleNear(M_LN2, 1e-6));
}

} // namespace
