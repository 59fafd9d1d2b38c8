//===- CostModelTest.cpp - How long a kernel should take ------------------===//

#include "cnnc/Support/CostModel.h"

#include "gtest/gtest.h"

using namespace mlir::cnn;

namespace {

Machine getMachine() {
  return llvm::cantFail(Machine::get("x86_64-linux-gnu", "x86-64-v4"));
}

/// 256 to 256 channels, 3x3, on 14x14.
ConvWork getConv() {
  ConvWork conv;
  conv.inputs = conv.outputs = 256;
  conv.extents = {14, 14};
  conv.taps = {3, 3};
  return conv;
}

KernelTraffic getTraffic(const ConvWork &conv) {
  KernelTraffic traffic;
  traffic.outputs = 256 * 14 * 14;
  traffic.imageBytes = 2 * 4 * traffic.outputs;
  traffic.weightBytes = traffic.networkBytes = 256 * 256 * 9 * 4;
  return traffic;
}

// Two units of 16 lanes, and a multiply-add is two operations.
TEST(CostModelTest, KnowsThePeak) {
  EXPECT_EQ(getOperationsPerCycle(getMachine()), 64);
}

// 14 * 14 * 256 * 256 * 9 multiply-adds at 32 a cycle are 3.6 million cycles.
TEST(CostModelTest, DirectConvolutionIsCloseToThePeak) {
  ConvWork conv = getConv();
  double least = 14. * 14 * 256 * 256 * 9 / 32;
  double cycles = predictDirectConv(conv, getTraffic(conv), getMachine());
  EXPECT_GT(cycles, least);
  EXPECT_LT(cycles, 1.3 * least);
}

// 36 products for 16 outputs instead of 144: about half the time is left after
// the transforms; more bytes of filters eat that up where they come from
// memory.
TEST(CostModelTest, WinogradPaysWhereFiltersAreInCaches) {
  ConvWork conv = getConv();
  KernelTraffic traffic = getTraffic(conv);
  double direct = predictDirectConv(conv, traffic, getMachine());
  traffic.weightBytes *= 4;
  double inCaches = predictWinogradConv(conv, {4, 4}, traffic, getMachine());
  EXPECT_LT(inCaches, 0.7 * direct);
  traffic.networkBytes = 1e9;
  EXPECT_GT(predictWinogradConv(conv, {4, 4}, traffic, getMachine()),
            1.2 * inCaches);
}

// One weight in ten is read at half of the speed at which all are, at worst.
TEST(CostModelTest, SkippingZerosPaysWhereTheyAreMany) {
  ConvWork conv = getConv();
  conv.taps = {1, 1};
  KernelTraffic traffic = getTraffic(conv);
  traffic.weightBytes = traffic.networkBytes = 256 * 256 * 4;
  double dense = predictDirectConv(conv, traffic, getMachine());
  EXPECT_LT(predictSparseConv(conv, 0.1 * 256 * 256, traffic, getMachine()),
            dense / 1.5);
  EXPECT_GT(predictSparseConv(conv, 0.8 * 256 * 256, traffic, getMachine()),
            dense);
}

// As many multiplications take longer one by one than reading all weights.
TEST(CostModelTest, SkippingZerosOfAMatrixReadsLess) {
  KernelTraffic traffic;
  double weights = 1024 * 1024;
  traffic.weightBytes = traffic.networkBytes = 4 * weights;
  double dense = predictMatmul({1, 1024, 1024}, traffic, getMachine());
  EXPECT_GT(predictSparseMatmul({1, 1024}, weights, traffic, getMachine()),
            dense);
  traffic.weightBytes = traffic.networkBytes = 0.6 * weights;
  EXPECT_LT(
      predictSparseMatmul({1, 1024}, 0.1 * weights, traffic, getMachine()),
      dense);
}

// A matrix that is read once takes as long as reading it.
TEST(CostModelTest, VectorTimesMatrixIsBoundByMemory) {
  KernelTraffic traffic;
  traffic.weightBytes = traffic.networkBytes = 4. * 1024 * 1024;
  double once = predictMatmul({1, 1024, 1024}, traffic, getMachine());
  EXPECT_GT(once, 4 * 1024. * 1024 / 32);
  traffic.networkBytes *= 10;
  EXPECT_GT(predictMatmul({1, 1024, 1024}, traffic, getMachine()), once);
}

TEST(CostModelTest, CountsWhatIsAppliedToOutputs) {
  ConvWork conv = getConv();
  conv.inputs = 1;
  KernelTraffic traffic = getTraffic(conv);
  double plain = predictDepthwiseConv(conv, traffic, getMachine());
  traffic.hasExponential = true;
  EXPECT_GT(predictDepthwiseConv(conv, traffic, getMachine()), 1.5 * plain);
}

TEST(CostModelTest, MaximaApartWait) {
  KernelTraffic traffic;
  traffic.outputs = 1 << 16;
  traffic.imageBytes = 5 * 4 * traffic.outputs;
  EXPECT_GT(predictPool(9, /*isMaximum=*/true, 2, traffic, getMachine()),
            predictPool(9, /*isMaximum=*/false, 2, traffic, getMachine()));
}

} // namespace
