//===- CompressionFactorsTest.cpp - Filters as chains of filters ----------===//

#include "cnnc/Compression/Factors.h"

#include <Eigen/SVD>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

using namespace mlir::cnn;

namespace {

Matrix makeRandom(int64_t rows, int64_t columns, unsigned seed = 1) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> numbers;
  Matrix matrix(rows, columns);
  for (int64_t i = 0; i < matrix.size(); ++i)
    matrix.data()[i] = numbers(generator);
  return matrix;
}

Matrix makeCovariance(int64_t size) {
  Matrix samples = makeRandom(size, 3 * size, 7);
  // Some inputs are much larger than others.
  for (int64_t i = 0; i < size; ++i)
    samples.row(i) *= 1 + i % 5;
  return samples * samples.transpose() / static_cast<double>(samples.cols());
}

struct Case {
  LowRankMethod method;
  FilterShape shape;
};

/// Each method with more outputs than inputs, and fewer.
std::vector<Case> getCases() {
  return {{LowRankMethod::svd, {6, 4, {3, 2}}},
          {LowRankMethod::svd, {40, 4, {3, 3}}},
          {LowRankMethod::svd, {5, 8, {}}},
          {LowRankMethod::svd, {5, 8, {3}}},
          {LowRankMethod::spatial, {6, 4, {3, 2}}},
          {LowRankMethod::spatial, {3, 5, {3, 5}}},
          {LowRankMethod::spatial, {1, 1, {3, 3}}},
          {LowRankMethod::tucker, {6, 4, {3, 2}}},
          {LowRankMethod::tucker, {3, 9, {2, 2}}},
          {LowRankMethod::tucker, {4, 5, {3}}},
          {LowRankMethod::cp, {6, 4, {3, 2}}},
          {LowRankMethod::cp, {4, 5, {3, 3}}}};
}

Matrix approximate(const Case &each, const Matrix &weights, Ranks ranks,
                   const Matrix *covariance = nullptr) {
  return compose(decompose(each.method, each.shape, weights, covariance)
                     ->factorize(ranks));
}

double getRelativeError(const Matrix &approximation, const Matrix &weights) {
  return (approximation - weights).norm() / weights.norm();
}

TEST(Factors, AreExactAtFullRank) {
  for (const Case &each : getCases()) {
    ASSERT_FALSE(findObstacle(each.method, each.shape));
    Matrix weights = makeRandom(each.shape.outputs, each.shape.getSize());
    Ranks full = getFullRanks(each.method, each.shape);
    EXPECT_LT(getRelativeError(approximate(each, weights, full), weights), 1e-9)
        << getName(each.method).str() << " " << each.shape.outputs;
    Matrix covariance = makeCovariance(each.shape.getSize());
    EXPECT_LT(getRelativeError(approximate(each, weights, full, &covariance),
                               weights),
              1e-5)
        << getName(each.method).str() << " " << each.shape.outputs;
  }
}

TEST(Factors, HaveTheShapesThatAreToldBefore) {
  for (const Case &each : getCases()) {
    Matrix weights = makeRandom(each.shape.outputs, each.shape.getSize());
    Ranks full = getFullRanks(each.method, each.shape);
    for (const Factor &factor :
         decompose(each.method, each.shape, weights, nullptr)
             ->factorize(full)) {
      EXPECT_EQ(factor.weights.rows(), factor.shape.outputs);
      EXPECT_EQ(factor.weights.size(), factor.shape.countWeights());
    }
  }
}

TEST(Factors, LoseTheDiscardedSingularValues) {
  FilterShape shape = {6, 4, {3, 3}};
  Matrix weights = makeRandom(6, 36);
  Eigen::VectorXd values =
      Eigen::JacobiSVD<Eigen::MatrixXd>(weights).singularValues();
  auto svd = decompose(LowRankMethod::svd, shape, weights, nullptr);
  for (int64_t rank = 1; rank <= 6; ++rank) {
    double discarded = values.tail(6 - rank).squaredNorm();
    EXPECT_NEAR(svd->getErrors({{rank}})[0], discarded, 1e-9);
    EXPECT_NEAR(
        getSquaredNorm(weights - compose(svd->factorize({rank})), nullptr),
        discarded, 1e-9);
  }
}

/// Errors told before are those of the result; iterations only lower them.
TEST(Factors, LoseWhatIsToldBefore) {
  for (const Case &each : getCases()) {
    Matrix weights = makeRandom(each.shape.outputs, each.shape.getSize());
    Matrix covariance = makeCovariance(each.shape.getSize());
    for (const Matrix *given :
         {(const Matrix *)nullptr, &std::as_const(covariance)}) {
      Ranks ranks = getFullRanks(each.method, each.shape);
      ranks = {(ranks.rank + 1) / 2, (ranks.inputRank + 1) / 2};
      auto decomposition = decompose(each.method, each.shape, weights, given);
      double told = decomposition->getErrors({ranks})[0];
      double error = getSquaredNorm(
          weights - compose(decomposition->factorize(ranks)), given);
      double total = getSquaredNorm(weights, given);
      bool iterates = each.method == LowRankMethod::tucker ||
                      each.method == LowRankMethod::cp;
      EXPECT_LT(error, told + 1e-6 * total) << getName(each.method).str();
      if (!iterates) {
        EXPECT_NEAR(error, told, 1e-6 * total) << getName(each.method).str();
      }
    }
  }
}

/// A covariance makes the error of responses smaller, whatever it does to that
/// of the weights.
TEST(Factors, FitResponses) {
  for (const Case &each : getCases()) {
    if (each.shape.outputs == 1)
      continue;
    Matrix weights = makeRandom(each.shape.outputs, each.shape.getSize());
    Matrix covariance = makeCovariance(each.shape.getSize());
    Ranks ranks = getFullRanks(each.method, each.shape);
    ranks = {(ranks.rank + 1) / 2, (ranks.inputRank + 1) / 2};
    EXPECT_LT(
        getSquaredNorm(weights - approximate(each, weights, ranks, &covariance),
                       &covariance),
        getSquaredNorm(weights - approximate(each, weights, ranks),
                       &covariance))
        << getName(each.method).str();
  }
}

TEST(Factors, FindSumsOfProducts) {
  // Two terms, which nested SVDs do not find.
  Case each = {LowRankMethod::cp, {5, 4, {3, 3}}};
  Matrix weights = Matrix::Zero(5, 36);
  for (unsigned term : {1, 2}) {
    Matrix a = makeRandom(5, 1, term), b = makeRandom(4, 1, term + 10),
           c = makeRandom(3, 1, term + 20), d = makeRandom(3, 1, term + 30);
    for (int64_t i = 0; i < 36; ++i)
      weights.col(i) += a * (b(i / 9) * c(i / 3 % 3) * d(i % 3));
  }
  EXPECT_LT(getRelativeError(approximate(each, weights, {2}), weights), 0.05);
}

TEST(Covariance, ShrinksTheMoreTheFewerSamples) {
  // trace 4, squares 16: r = (0 * 16 + 16) / ((n + 1 - 1) * (16 - 8)) = 2 / n.
  for (auto [samples, part] : {std::pair(4, 0.5f), std::pair(20, 0.1f),
                               std::pair(1, 1.0f), std::pair(1000, 0.01f)}) {
    Eigen::MatrixXf covariance = Eigen::MatrixXf::Zero(2, 2);
    covariance(0, 0) = 4;
    shrinkCovariance(covariance, samples);
    EXPECT_FLOAT_EQ(covariance(0, 0), 4 - 2 * part);
    EXPECT_FLOAT_EQ(covariance(1, 1), 2 * part);
    EXPECT_EQ(covariance(0, 1), 0);
  }
}

TEST(Factors, ScaleOutputsByTheRootOfTheirDeviation) {
  Matrix weights(3, 2);
  weights << 4, 0, 0, 1, 0, 0;
  Matrix covariance = Matrix::Identity(2, 2);
  Vector scales = getOutputScales(weights, covariance);
  // Deviations of 4 to 1.
  EXPECT_NEAR(scales[1] / scales[0], 2, 0.01);
  // That of an output of zeros is bounded.
  EXPECT_NEAR(scales[2], std::pow(1e-3, -0.25), 1e-9);
  covariance(1, 1) = 16;
  scales = getOutputScales(weights, covariance);
  EXPECT_NEAR(scales[1] / scales[0], 1, 1e-9);
  EXPECT_EQ(getOutputScales(Matrix::Zero(2, 2), covariance), Vector::Ones(2));
}

TEST(Factors, NeedChannelsAndTaps) {
  EXPECT_TRUE(findObstacle(LowRankMethod::svd, {1, 1, {3, 3}}));
  EXPECT_TRUE(findObstacle(LowRankMethod::svd, {4, 1, {1, 1}}));
  EXPECT_TRUE(findObstacle(LowRankMethod::spatial, {4, 4, {1, 3}}));
  EXPECT_TRUE(findObstacle(LowRankMethod::spatial, {4, 4, {}}));
  EXPECT_TRUE(findObstacle(LowRankMethod::tucker, {4, 4, {1, 1}}));
  EXPECT_TRUE(findObstacle(LowRankMethod::tucker, {4, 1, {3, 3}}));
  EXPECT_TRUE(findObstacle(LowRankMethod::cp, {4, 4, {3}}));
  EXPECT_TRUE(findObstacle(LowRankMethod::tensorTrain, {4, 4, {3, 3}}));
}

} // namespace
