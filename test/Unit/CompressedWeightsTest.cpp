//===- CompressedWeightsTest.cpp - Weights in few bytes -------------------===//

#include "cnnc/Support/CompressedWeights.h"
#include "cnnc/Support/WeightsDecoder.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/Error.h"
#include "gmock/gmock.h"

#include <cmath>
#include <memory>
#include <random>

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::support::endian::read32le;
using llvm::support::endian::write32le;
using testing::ElementsAreArray;
using testing::HasSubstr;

namespace {

template <typename T>
ArrayRef<char> getBytes(const std::vector<T> &elements) {
  return {reinterpret_cast<const char *>(elements.data()),
          elements.size() * sizeof(T)};
}

template <typename T>
std::vector<char> compress(const std::vector<T> &elements) {
  CompressedWeights block;
  block.add(0, {getBytes(elements), sizeof(T)});
  return block.finish(elements.size() * sizeof(T));
}

template <typename T>
void expectRoundTrip(const std::vector<T> &elements) {
  std::vector<char> block = compress(elements);
  llvm::Expected<std::vector<char>> decoded = decompress(block);
  ASSERT_TRUE(static_cast<bool>(decoded))
      << llvm::toString(decoded.takeError());
  EXPECT_TRUE(ArrayRef(*decoded) == getBytes(elements));
}

std::string getError(ArrayRef<char> block) {
  llvm::Expected<std::vector<char>> decoded = decompress(block);
  return decoded ? "" : llvm::toString(decoded.takeError());
}

/// `count` weights, of which the part `density` has one of `shared` values.
std::vector<float> makeWeights(size_t count, double density, int shared) {
  std::minstd_rand engine(count);
  std::vector<float> weights(count, 0.0f);
  for (float &weight : weights)
    if (std::generate_canonical<double, 32>(engine) < density)
      weight = 0.01f * static_cast<float>(engine() % shared + 1);
  return weights;
}

/// Writes the checksums that belong to what the block holds, as far as its
/// records can be found.
void repairChecksums(std::vector<char> &block) {
  auto scratch = std::make_unique<coded::Scratch>();
  auto sum = [&](size_t start, size_t size, uint32_t previous) {
    return coded::computeChecksum(
        previous, reinterpret_cast<const uint8_t *>(block.data()) + start, size,
        scratch.get());
  };
  size_t trailer = block.size() - coded::trailerBytes;
  write32le(block.data() + trailer, sum(0, coded::headerBytes, 0));
  size_t record = coded::headerBytes;
  while (record + coded::recordBytes <= trailer) {
    size_t payload = read32le(block.data() + record + 16);
    size_t next = record + coded::recordBytes + payload;
    if (next > trailer)
      return;
    write32le(block.data() + record + coded::checkedRecordBytes,
              sum(record + coded::recordBytes, payload,
                  sum(record, coded::checkedRecordBytes, 0)));
    record = next;
  }
}

TEST(CompressedWeightsTest, ChecksumIsThatOfZlib) {
  auto scratch = std::make_unique<coded::Scratch>();
  auto bytes = reinterpret_cast<const uint8_t *>("123456789");
  EXPECT_EQ(coded::computeChecksum(0, bytes, 9, scratch.get()), 0xcbf43926u);
  uint32_t half = coded::computeChecksum(0, bytes, 5, scratch.get());
  EXPECT_EQ(coded::computeChecksum(half, bytes + 5, 4, scratch.get()),
            0xcbf43926u);
}

TEST(CompressedWeightsTest, RoundTripsAllForms) {
  expectRoundTrip(std::vector<float>{});
  expectRoundTrip(std::vector<float>{1.5f});
  expectRoundTrip(std::vector<float>(1000, 0.0f));
  expectRoundTrip(std::vector<float>(1000, -0.0f));
  expectRoundTrip(makeWeights(5000, 1.0, 1 << 20));
  expectRoundTrip(makeWeights(5000, 1.0, 16));
  expectRoundTrip(makeWeights(5000, 0.1, 16));
  expectRoundTrip(makeWeights(5000, 0.1, 1 << 20));
  expectRoundTrip(makeWeights(50000, 0.0005, 3));
  expectRoundTrip(makeWeights(5000, 0.5, 255));
  expectRoundTrip(makeWeights(5000, 0.5, 256));
  expectRoundTrip(makeWeights(5000, 0.9, 257));
}

TEST(CompressedWeightsTest, RoundTripsNumbersThatAreNotFinite) {
  std::vector<float> weights = makeWeights(1000, 0.3, 8);
  weights[3] = NAN;
  weights[17] = -INFINITY;
  weights[500] = -0.0f;
  expectRoundTrip(weights);
  std::vector<uint32_t> bits(1000, ~0u);
  bits[7] = ~0u - 1;
  expectRoundTrip(bits);
}

TEST(CompressedWeightsTest, RoundTripsNarrowElements) {
  std::minstd_rand engine;
  std::vector<uint8_t> codes(3001);
  std::vector<uint16_t> halves(3001);
  for (size_t i = 0; i != codes.size(); ++i) {
    // Mostly 128, as weights of a zero point of 128 are.
    codes[i] = engine() % 5 ? 128 : static_cast<uint8_t>(engine());
    halves[i] = static_cast<uint16_t>(0x3c00 + engine() % 700);
  }
  expectRoundTrip(codes);
  expectRoundTrip(halves);
}

TEST(CompressedWeightsTest, ConstantsStandWhereTheyShould) {
  std::vector<float> first = {1, 2, 3}, second(100, 7.0f);
  CompressedWeights block;
  block.add(64, {getBytes(first), 4});
  block.add(128, {getBytes(second), 4});
  llvm::Expected<std::vector<char>> decoded = decompress(block.finish(640));
  ASSERT_TRUE(static_cast<bool>(decoded))
      << llvm::toString(decoded.takeError());
  std::vector<char> expected(640, 0);
  llvm::copy(getBytes(first), expected.begin() + 64);
  llvm::copy(getBytes(second), expected.begin() + 128);
  EXPECT_THAT(*decoded, ElementsAreArray(expected));
}

TEST(CompressedWeightsTest, SizesAreThoseOfTheFormat) {
  // 16 of 128 elements, each after 7 zeros; 4 values in turn.
  std::vector<float> weights(128, 0.0f);
  for (size_t i = 0; i != 16; ++i)
    weights[8 * i + 7] = static_cast<float>(i % 4 + 1);
  CompressedSizes sizes = getCompressedSizes({getBytes(weights), 4});
  EXPECT_EQ(sizes.dense, 512);
  // With distances of 2 bits 7 takes two to skip 3 each, and one; of 3 bits one
  // to skip 7 and one of 0; of 4 bits one.
  EXPECT_EQ(sizes.pruned, 32 + 16 * 4 / 8 + 16 * 4);
  EXPECT_EQ(sizes.shared, 32 + 16 * 4 / 8 + 16 * 2 / 8 + 4 * 4);
  // Distances are all the same, and take a table of two bytes and no bits;
  // indices a table of 4 codes of 2 bits.
  EXPECT_EQ(sizes.coded, 32 + 16 + 2 + (2 + 2) + 16 * 2 / 8);
  EXPECT_EQ(static_cast<int64_t>(compress(weights).size()),
            sizes.coded + getBlockOverhead());
}

TEST(CompressedWeightsTest, RandomBytesStayAsTheyAre) {
  std::minstd_rand engine;
  std::vector<uint8_t> bytes(1000);
  for (uint8_t &byte : bytes)
    byte = static_cast<uint8_t>(engine() >> 8);
  EXPECT_EQ(getCompressedSizes({getBytes(bytes), 1}).coded, 32 + 1000);
}

TEST(CompressedWeightsTest, ReportsEveryDamage) {
  const std::vector<char> block = compress(makeWeights(500, 0.2, 16));
  EXPECT_EQ(getError(block), "");
  for (size_t size = 0; size != block.size(); ++size)
    EXPECT_NE(getError(ArrayRef(block).take_front(size)), "") << size;
  // The last bytes are only there to be read.
  for (size_t i = 0; i != block.size() - 12; ++i) {
    std::vector<char> damaged = block;
    damaged[i] = static_cast<char>(damaged[i] ^ 1 << i % 8);
    EXPECT_THAT(getError(damaged), HasSubstr("compressed weights")) << i;
  }
}

/// Decodes a block between bytes that must stay as they are.
void decodeBetweenGuards(ArrayRef<char> block, size_t decodedSize) {
  constexpr size_t guard = 64;
  constexpr uint8_t pattern = 0xa5;
  std::vector<uint8_t> memory(decodedSize + 2 * guard, pattern);
  auto scratch = std::make_unique<coded::Scratch>();
  // A block of its own, after which the sanitizer sees a read.
  std::vector<char> copy(block.begin(), block.end());
  int32_t status = cnnc_decode_weights(
      reinterpret_cast<const uint8_t *>(copy.data()), copy.size(),
      memory.data() + guard, decodedSize, scratch.get());
  EXPECT_TRUE(status >= coded::Decoded && status <= coded::Damaged);
  for (size_t i = 0; i != guard; ++i) {
    ASSERT_EQ(memory[i], pattern);
    ASSERT_EQ(memory[guard + decodedSize + i], pattern);
  }
}

TEST(CompressedWeightsTest, HostileBlocksEndInErrors) {
  std::minstd_rand engine;
  CompressedWeights writer;
  std::vector<float> weights[] = {
      makeWeights(300, 0.1, 16), makeWeights(300, 1.0, 1 << 20),
      makeWeights(300, 0.3, 1 << 20), makeWeights(300, 1.0, 9)};
  uint64_t offset = 0;
  for (const std::vector<float> &constant : weights) {
    writer.add(offset, {getBytes(constant), 4});
    offset += 1216;
  }
  const std::vector<char> block = writer.finish(offset);
  for (int round = 0; round != 20000; ++round) {
    std::vector<char> hostile = block;
    for (unsigned changes = engine() % 4 + 1; changes != 0; --changes) {
      // Headers and tables are at the start of records.
      size_t record = engine() % 2 ? engine() % hostile.size() : engine() % 120;
      hostile[record] = static_cast<char>(engine() >> 8);
    }
    repairChecksums(hostile);
    decodeBetweenGuards(hostile, offset);
  }
}

TEST(CompressedWeightsTest, RefusesMoreThanMemory) {
  std::vector<char> block = compress(std::vector<float>(64, 1.0f));
  std::fill_n(block.begin() + 8, 8, static_cast<char>(0x7f));
  EXPECT_THAT(getError(block), HasSubstr("at most"));
}

} // namespace
