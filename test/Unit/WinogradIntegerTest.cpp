//===- WinogradIntegerTest.cpp - Winograd's algorithm on integers ---------===//

#include "cnnc/Support/Winograd.h"

#include "llvm/ADT/STLExtras.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

using namespace mlir::cnn;
using testing::ElementsAre;

namespace {

/// left * x * right^T in numbers that wrap.
std::vector<uint32_t> transform(const RationalMatrix &left,
                                const RationalMatrix &right,
                                llvm::ArrayRef<uint32_t> x) {
  std::vector<uint32_t> y(left.rows * right.rows);
  for (int64_t i = 0; i < left.rows; ++i)
    for (int64_t j = 0; j < right.rows; ++j)
      for (int64_t k = 0; k < left.columns; ++k)
        for (int64_t l = 0; l < right.columns; ++l)
          y[i * right.rows + j] +=
              static_cast<uint32_t>(left(i, k).getNumerator() *
                                    right(j, l).getNumerator()) *
              x[k * right.columns + l];
  return y;
}

/// One tile of one output channel, as the kernel computes it.
std::vector<int32_t> computeTile(const IntegerWinograd &winograd,
                                 const IntegerFilter &filter,
                                 llvm::ArrayRef<int16_t> tile) {
  const WinogradMatrices &rows = winograd.dims[0].matrices;
  const WinogradMatrices &columns = winograd.dims[1].matrices;
  size_t points = rows.inputTransform.rows * columns.inputTransform.rows;
  std::vector<int16_t> u = transformFilter(filter, winograd);
  std::vector<uint32_t> sums(points);
  for (int64_t channel = 0; channel < filter.inputs; ++channel) {
    auto part = tile.slice(channel * points, points);
    std::vector<uint32_t> v =
        transform(rows.inputTransform, columns.inputTransform,
                  std::vector<uint32_t>(part.begin(), part.end()));
    for (size_t point = 0; point < points; ++point) {
      auto factor = static_cast<int16_t>(v[point]);
      EXPECT_EQ(factor, static_cast<int32_t>(v[point])) << "16 bits hold V";
      sums[point] += static_cast<uint32_t>(
          int32_t(u[point * filter.inputs + channel]) * factor);
    }
  }
  std::vector<int32_t> outputs;
  for (uint32_t sum :
       transform(rows.outputTransform, columns.outputTransform, sums))
    outputs.push_back(
        static_cast<int32_t>(sum * static_cast<uint32_t>(winograd.inverse)) >>
        winograd.shift);
  return outputs;
}

/// Direct sums of the same.
std::vector<int32_t> computeDirectly(std::array<int64_t, 2> tile,
                                     const IntegerFilter &filter,
                                     llvm::ArrayRef<int16_t> data) {
  auto [rowTaps, columnTaps] = filter.taps;
  int64_t width = tile[1] + columnTaps - 1;
  int64_t area = (tile[0] + rowTaps - 1) * width;
  std::vector<int32_t> outputs;
  for (int64_t y = 0; y < tile[0]; ++y)
    for (int64_t x = 0; x < tile[1]; ++x) {
      int32_t sum = 0;
      for (int64_t c = 0; c < filter.inputs; ++c)
        for (int64_t u = 0; u < rowTaps; ++u)
          for (int64_t v = 0; v < columnTaps; ++v)
            sum += filter.weights[(c * rowTaps + u) * columnTaps + v] *
                   data[c * area + (y + u) * width + x + v];
      outputs.push_back(sum);
    }
  return outputs;
}

/// Compares a tile of `inputs` channels of numbers that `draw` chooses between
/// two limits.
void expectExact(std::array<int64_t, 2> tile, std::array<int64_t, 2> taps,
                 int64_t inputs,
                 llvm::function_ref<int16_t(int16_t, int16_t)> draw) {
  auto winograd = getIntegerWinograd(tile, taps);
  ASSERT_TRUE(winograd);
  int64_t area = (tile[0] + taps[0] - 1) * (tile[1] + taps[1] - 1);
  std::vector<int16_t> weights(inputs * taps[0] * taps[1]), data(inputs * area);
  for (int16_t &weight : weights)
    weight = draw(-255, 255);
  for (int16_t &number : data)
    number = draw(0, 255);
  IntegerFilter filter = {weights, 1, inputs, taps};
  ASSERT_TRUE(isExact(*winograd, filter, 0, 255));
  EXPECT_EQ(computeTile(*winograd, filter, data),
            computeDirectly(tile, filter, data));
}

TEST(WinogradInteger, HasIntegersOnly) {
  auto matrices = getIntegerWinogradMatrices(4, 3);
  ASSERT_TRUE(matrices);
  EXPECT_EQ(matrices->scale, 24);
  for (const RationalMatrix *matrix :
       {&matrices->matrices.inputTransform, &matrices->matrices.filterTransform,
        &matrices->matrices.outputTransform})
    for (Rational element : matrix->elements)
      EXPECT_EQ(element.getDenominator(), 1);
  const RationalMatrix &filter = matrices->matrices.filterTransform;
  EXPECT_THAT(llvm::ArrayRef(filter.elements).take_front(3),
              ElementsAre(Rational(6), Rational(0), Rational(0)));
  EXPECT_FALSE(getIntegerWinogradMatrices(6, 3)) << "its points are fractions";
}

TEST(WinogradInteger, ComputesExactly) {
  std::mt19937 engine(1);
  auto any = [&](int16_t low, int16_t high) {
    return static_cast<int16_t>(low + engine() % (high - low + 1));
  };
  auto extreme = [&](int16_t low, int16_t high) {
    return engine() % 2 ? low : high;
  };
  for (int64_t size : {2, 4}) {
    expectExact({size, size}, {3, 3}, 20, any);
    expectExact({size, size}, {3, 3}, 20, extreme);
    expectExact({1, size}, {1, 3}, 20, extreme);
    expectExact({size, 1}, {3, 1}, 20, any);
  }
}

// 576 = 9 * 2^6: sums must stay below 2^25.
TEST(WinogradInteger, ProvesSums) {
  auto winograd = getIntegerWinograd({4, 4}, {3, 3});
  ASSERT_TRUE(winograd);
  EXPECT_EQ(winograd->shift, 6);
  EXPECT_EQ(static_cast<uint32_t>(winograd->inverse) * 9u, 1u);
  auto isProven = [&](int64_t inputs, int16_t weight) {
    std::vector<int16_t> weights(9 * inputs, weight);
    return isExact(*winograd, {weights, 1, inputs, {3, 3}}, 0, 255);
  };
  // 115 * 9 * 127 * 255 = 33518475 is below 2^25 = 33554432.
  EXPECT_TRUE(isProven(115, 127));
  EXPECT_FALSE(isProven(116, 127));
  EXPECT_FALSE(isProven(116, -127));
  EXPECT_FALSE(isProven(1, 256)) << "a weight of more than 8 bits";
  // F(2, 3) has a scale of 4, and sums may have 2^29.
  std::vector<int16_t> weights(9 * 116, 127);
  EXPECT_TRUE(isExact(*getIntegerWinograd({2, 2}, {3, 3}),
                      {weights, 1, 116, {3, 3}}, 0, 255));
}

} // namespace
