//===- RooflineTest.cpp - Times and energies of layers --------------------===//

#include "cnnc/Analysis/Roofline.h"
#include "cnnc/Analysis/EnergyTable.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir::cnn;
using testing::HasSubstr;

namespace {

/// 1000 multiply-adds and 50 other operations; 800 bytes, 300 of them weights.
NetworkFigures getNetwork(Arithmetic arithmetic) {
  NetworkFigures network;
  LayerFigures &layer = network.layers.emplace_back();
  layer.arithmetic = arithmetic;
  layer.multiplyAdds = 1000;
  layer.operations = 2050;
  layer.weightBytes = layer.constantBytes = 300;
  layer.movedBytes = 800;
  layer.liveBytes = 500;
  network.total.weightBytes = 300;
  network.total.liveBytes = 500;
  return network;
}

MachineFigures getMachine() {
  MachineFigures machine;
  machine.floatRate = 1e9;
  machine.float16Rate = 2e9;
  machine.integerRate = 4e9;
  machine.bandwidth = 1e9;
  return machine;
}

TEST(RooflineTest, TakesTheLongerOfComputingAndMoving) {
  NetworkFigures network = getNetwork(Arithmetic::float32);
  network.layers.push_back(getNetwork(Arithmetic::int8).layers.front());
  network.layers.emplace_back();
  predictTimes(network, getMachine());
  // 2050 ns at 1 operation a nanosecond, 800 ns at 1 byte.
  EXPECT_DOUBLE_EQ(network.layers[0].computeSeconds, 2050e-9);
  EXPECT_DOUBLE_EQ(network.layers[0].moveSeconds, 800e-9);
  EXPECT_DOUBLE_EQ(network.layers[0].predictedSeconds, 2050e-9);
  EXPECT_EQ(network.layers[0].bound, Bound::computation);
  // 512.5 ns at 4.
  EXPECT_DOUBLE_EQ(network.layers[1].predictedSeconds, 800e-9);
  EXPECT_EQ(network.layers[1].bound, Bound::memory);
  // A reshape waits for nothing.
  EXPECT_EQ(network.layers[2].bound, Bound::none);
  EXPECT_DOUBLE_EQ(network.total.predictedSeconds, 2850e-9);
}

// 64 float operations in a cycle at 4 GHz; four products of bytes for each
// float.
TEST(RooflineTest, DerivesRatesFromTheMachine) {
  Machine machine = llvm::cantFail(Machine::get("x86_64-linux-gnu", "znver5"));
  MachineFigures rates = getRates(machine);
  EXPECT_EQ(rates.name, "znver5");
  EXPECT_DOUBLE_EQ(rates.floatRate, 256e9);
  EXPECT_DOUBLE_EQ(rates.float16Rate, 256e9);
  EXPECT_DOUBLE_EQ(rates.integerRate, 1024e9);
  EXPECT_DOUBLE_EQ(rates.bandwidth, 40e9);
}

TEST(RooflineTest, OtherRatesAreInProportionToTheKnownOne) {
  Machine machine = llvm::cantFail(
      Machine::get("aarch64-linux-gnu", "generic", "+fullfp16,+dotprod"));
  KnownRates known;
  known.floatRate = 10e9;
  known.bandwidth = 2e9;
  MachineFigures rates = getRates(machine, known);
  EXPECT_DOUBLE_EQ(rates.floatRate, 10e9);
  EXPECT_DOUBLE_EQ(rates.float16Rate, 20e9);
  EXPECT_DOUBLE_EQ(rates.integerRate, 40e9);
  EXPECT_DOUBLE_EQ(rates.bandwidth, 2e9);
}

// Horowitz, ISSCC 2014.
TEST(EnergyTableTest, HasTheFiguresOf45Nanometres) {
  EnergyTable table = EnergyTable::getDefault();
  auto get = [&](Arithmetic arithmetic) {
    return table.operations[static_cast<size_t>(arithmetic)];
  };
  EXPECT_DOUBLE_EQ(get(Arithmetic::int8).add, 0.03);
  EXPECT_DOUBLE_EQ(get(Arithmetic::int8).multiply, 0.2);
  EXPECT_DOUBLE_EQ(get(Arithmetic::float16).add, 0.4);
  EXPECT_DOUBLE_EQ(get(Arithmetic::float16).multiply, 1.1);
  EXPECT_DOUBLE_EQ(get(Arithmetic::int32).add, 0.1);
  EXPECT_DOUBLE_EQ(get(Arithmetic::int32).multiply, 3.1);
  EXPECT_DOUBLE_EQ(get(Arithmetic::float32).add, 0.9);
  EXPECT_DOUBLE_EQ(get(Arithmetic::float32).multiply, 3.7);
  // An access is 8 bytes: 10, 20 and 100 pJ, and 1300 to 2600 outside.
  EXPECT_DOUBLE_EQ(table.getByteEnergy(8 << 10), 10 / 8.);
  EXPECT_DOUBLE_EQ(table.getByteEnergy((8 << 10) + 1), 20 / 8.);
  EXPECT_DOUBLE_EQ(table.getByteEnergy(1 << 20), 100 / 8.);
  EXPECT_DOUBLE_EQ(table.getByteEnergy((1 << 20) + 1), 1950 / 8.);
}

TEST(EnergyTableTest, AddsOperationsAndMemory) {
  NetworkFigures network = getNetwork(Arithmetic::float32);
  estimateEnergy(network, EnergyTable::getDefault());
  const Energy &energy = network.layers.front().energy;
  // 1000 * (3.7 + 0.9) + 50 * 0.9 = 4645 pJ.
  EXPECT_DOUBLE_EQ(energy.operations, 4645e-12);
  // 300 and 500 bytes of the smallest memory at 10/8 pJ.
  EXPECT_DOUBLE_EQ(energy.weights, 375e-12);
  EXPECT_DOUBLE_EQ(energy.activations, 625e-12);
  EXPECT_DOUBLE_EQ(network.total.energy.getTotal(), 5645e-12);
}

// 1000 * (0.2 + 0.1) + 50 * 0.03: sums have 32 bits, other results 8.
TEST(EnergyTableTest, AddsUpProductsOfBytesInWords) {
  NetworkFigures network = getNetwork(Arithmetic::int8);
  estimateEnergy(network, EnergyTable::getDefault());
  EXPECT_NEAR(network.layers.front().energy.operations, 301.5e-12, 1e-20);
}

// Weights of 2 MB come from outside, where an access is 1950 pJ; activations
// stay on the chip.
TEST(EnergyTableTest, ReadsLargeWeightsFromDRAM) {
  NetworkFigures network = getNetwork(Arithmetic::float32);
  network.total.weightBytes = 2 << 20;
  estimateEnergy(network, EnergyTable::getDefault());
  EXPECT_DOUBLE_EQ(network.layers.front().energy.weights, 300 * 1950 / 8e12);
  EXPECT_DOUBLE_EQ(network.layers.front().energy.activations, 625e-12);
}

TEST(EnergyTableTest, ReadsWhatItWrites) {
  std::string text = EnergyTable::getDefault().toJSON();
  llvm::Expected<EnergyTable> table = EnergyTable::parse(text);
  ASSERT_TRUE(bool(table)) << llvm::toString(table.takeError());
  EXPECT_EQ(table->toJSON(), text);
}

/// What `parse` says of the default table with `from` replaced.
std::string getError(const std::string &from, const std::string &to) {
  std::string text = EnergyTable::getDefault().toJSON();
  size_t start = text.find(from);
  EXPECT_NE(start, std::string::npos);
  llvm::Expected<EnergyTable> table =
      EnergyTable::parse(text.replace(start, from.size(), to));
  return table ? "" : llvm::toString(table.takeError());
}

TEST(EnergyTableTest, SaysWhatIsWrong) {
  EXPECT_THAT(getError("{", "["), HasSubstr("expected JSON"));
  EXPECT_THAT(getError("\"int8\"", "\"int4\""),
              HasSubstr("expected 'operations.int8'; 'operations' has to have "
                        "float32, float16, int8, int32"));
  EXPECT_THAT(getError("\"add\": 0.9", "\"add\": 0.9, \"sub\": 1"),
              HasSubstr("unknown key 'operations.float32.sub'; expected add, "
                        "multiply"));
  EXPECT_THAT(getError("3.7", "-3.7"),
              HasSubstr("'operations.float32.multiply' to be a number that is "
                        "not negative, got -3.7"));
  EXPECT_THAT(getError("\"access_bits\": 64", "\"access_bits\": 0"),
              HasSubstr("'memory.access_bits' to be a whole number above 0"));
  EXPECT_THAT(getError("32768", "3"),
              HasSubstr("from the smallest memory to the largest"));
}

} // namespace
