//===- CompressionRegressionTest.cpp - Weights for the least error --------===//

#include "cnnc/Compression/Elimination.h"
#include "cnnc/Compression/Regression.h"

#include <gmock/gmock.h>

using namespace mlir::cnn;
using Eigen::MatrixXd;
using Eigen::MatrixXf;
using Eigen::VectorXd;
using testing::DoubleNear;
using testing::ElementsAre;

namespace {

/// Inputs (1, 0), (0, 1), (1, 1), (0, 0): variances 1/4, no covariance.
MatrixXf getInputs() {
  MatrixXf x(2, 4);
  x << 1, 0, 1, 0, //
      0, 1, 1, 0;
  return x;
}

/// Moments of y = 2 x0 + 3 x1 + 1, of 4 samples that are met again and again.
RegressionMoments getMoments(int times = 10000) {
  RegressionMoments moments(2, 1);
  MatrixXf x = getInputs(), y(1, 4);
  y << 3, 4, 6, 1;
  for (int i = 0; i < times; ++i) {
    moments.add(x.leftCols(3), y.leftCols(3));
    moments.add(x.rightCols(1), y.rightCols(1));
  }
  return moments;
}

LinearLayer makeLayer(double first, double second, double bias) {
  LinearLayer layer{MatrixXd(1, 2), VectorXd(1)};
  layer.weights << first, second;
  layer.bias << bias;
  return layer;
}

} // namespace

TEST(CompressionRegression, MomentsOfSamples) {
  RegressionMoments moments = getMoments();
  EXPECT_EQ(moments.getCount(), 40000);
  EXPECT_TRUE(moments.getInputMean().isApproxToConstant(0.5));
  EXPECT_TRUE(
      moments.getInputCovariance().isApprox(0.25 * MatrixXd::Identity(2, 2)));
  EXPECT_DOUBLE_EQ(moments.getOutputMean()[0], 3.5);
  // 4/4 + 9/4
  EXPECT_DOUBLE_EQ(moments.getOutputVariance()[0], 3.25);
}

TEST(CompressionRegression, FindsTheLayer) {
  LinearLayer layer = makeLayer(1, 1, 0);
  // Weights are 1 and 2 too small: 1/4 + 4/4; the mean is 2.5 too small.
  EXPECT_DOUBLE_EQ(getOutputErrors(getMoments(), layer)[0], 1.25 + 6.25);
  refit(getMoments(), 0.0001, layer);
  EXPECT_NEAR(layer.weights(0, 0), 2, 1e-3);
  EXPECT_NEAR(layer.weights(0, 1), 3, 1e-3);
  EXPECT_NEAR(layer.bias[0], 1, 1e-3);
  EXPECT_NEAR(getOutputErrors(getMoments(), layer)[0], 0, 1e-6);
}

TEST(CompressionRegression, ZerosStay) {
  LinearLayer layer = makeLayer(1, 0, 0);
  refit(getMoments(), 0.0001, layer);
  EXPECT_NEAR(layer.weights(0, 0), 2, 1e-3);
  EXPECT_EQ(layer.weights(0, 1), 0);
  // 3.5 - 2 * 0.5
  EXPECT_NEAR(layer.bias[0], 2.5, 1e-3);
}

TEST(CompressionRegression, ALargeRidgeHoldsWeights) {
  LinearLayer layer = makeLayer(1, 1, 0);
  refit(getMoments(), 1e6, layer);
  EXPECT_NEAR(layer.weights(0, 0), 1, 1e-3);
  // The bias is free: 3.5 - 0.5 - 0.5.
  EXPECT_NEAR(layer.bias[0], 2.5, 1e-2);
}

TEST(CompressionRegression, FewSamplesHoldWeights) {
  // Two dimensions have two samples each: a ridge of 1/2 of the variance takes
  // a third of the change.
  LinearLayer layer = makeLayer(1, 1, 0);
  refit(getMoments(1), 0.0001, layer);
  EXPECT_NEAR(layer.weights(0, 0), 1 + 2. / 3, 1e-6);
  EXPECT_NEAR(layer.weights(0, 1), 1 + 4. / 3, 1e-6);
}

TEST(CompressionRegression, InputsThatDoNotVaryChangeNothing) {
  RegressionMoments moments(1, 1);
  moments.add(MatrixXf::Constant(1, 3, 2), MatrixXf::Constant(1, 3, 5));
  LinearLayer layer{MatrixXd::Constant(1, 1, 1), VectorXd::Zero(1)};
  refit(moments, 0.01, layer);
  EXPECT_EQ(layer.weights(0, 0), 1);
  EXPECT_EQ(layer.bias[0], 3);
}

TEST(CompressionRegression, MatchesVariance) {
  // 4 * (1 + 1) / 4 = 2 becomes 3.25.
  LinearLayer layer = makeLayer(2, 2, 0);
  matchVariance(getMoments(), layer);
  EXPECT_NEAR(layer.weights(0, 0), 2 * std::sqrt(3.25 / 2), 1e-9);
}

TEST(Regression, MatchesMeansBehindAnActivation) {
  std::vector<float> x = {-3, -1, 0, 2}, y = {-9, 1, 2, 4};
  EXPECT_NEAR(matchMean(x, y, Limits()), 0, 1e-6);
  // relu: max(2 + s, 0) + max(s, 0) + max(s - 1, 0) = 7 for s = 2.
  EXPECT_NEAR(matchMean(x, y, {0, 1e9f}), 2, 1e-6);
  // Of 0 to 3: 3 + s + (s - 1) = 6 for s = 2.
  EXPECT_NEAR(matchMean(x, y, {0, 3}), 2, 1e-6);
  // Where nothing gets through, nothing is known.
  EXPECT_EQ(matchMean({-3.0f, -1.0f}, {1.0f, 2.0f}, {0, 3}), 0);
}

TEST(CompressionElimination, WhatOthersMakeUpForGoesFirst) {
  // Input 1 is nearly twice input 0, and has the largest weight; input 2 is on
  // its own.
  EliminationLayer layer;
  layer.covariance.resize(3, 3);
  layer.covariance << 1, 2, 0, //
      2, 4.01, 0,              //
      0, 0, 1;
  layer.weights.resize(1, 3);
  layer.samples = 10000;
  layer.weights << 1, 3, 2;
  layer.inputs = {{0}, {1}, {2}};
  Elimination order = eliminate({layer}, 3);
  // One of the first two, then the last, then all that is left.
  EXPECT_EQ(order.order[1], 2u);
  EXPECT_EQ(order.losses[0], 0);
  EXPECT_LT(order.losses[1], 0.05);
  EXPECT_NEAR(order.losses[3], 1, 0.05);
}

TEST(CompressionElimination, FewSamplesMakeUpForLittle) {
  // Two inputs were the same in all samples, which says little of two.
  EliminationLayer few;
  few.covariance = MatrixXd::Constant(2, 2, 1);
  few.weights = MatrixXd::Constant(1, 2, 1);
  few.inputs = {{0}, {1}};
  EliminationLayer many = few;
  few.samples = 2;
  many.samples = 10000;
  EXPECT_GT(eliminate({few}, 2).losses[1], 0.05);
  EXPECT_LT(eliminate({many}, 2).losses[1], 0.01);
}

TEST(CompressionElimination, UnitsOfTwoLayersCostInBoth) {
  EliminationLayer layer;
  layer.covariance = MatrixXd::Identity(2, 2);
  layer.weights.resize(1, 2);
  layer.weights << 1, 2;
  layer.inputs = {{0}, {1}};
  EliminationLayer other = layer;
  other.weights << 4, 1;
  // The shares of the outputs are 1/5 and 16/17 against 4/5 and 1/17.
  EXPECT_THAT(eliminate({layer}, 2).order, ElementsAre(0, 1));
  EXPECT_THAT(eliminate({layer, other}, 2).order, ElementsAre(1, 0));
}
