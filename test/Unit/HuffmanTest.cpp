//===- HuffmanTest.cpp - Short codes for frequent symbols -----------------===//

#include "cnnc/Support/Huffman.h"

#include "gmock/gmock.h"

using namespace mlir::cnn;
using testing::ElementsAre;

namespace {

TEST(HuffmanTest, FrequentSymbolsHaveShortCodes) {
  // 1 + 1 = 2, 2 + 2 = 4, 4 + 4 = 8: each merge is a bit more.
  EXPECT_THAT(getCodeLengths({1, 4, 1, 2}, 11), ElementsAre(3, 1, 3, 2));
}

TEST(HuffmanTest, CodesAreNoLongerThanAllowed) {
  // With 3 bits, 8 + 3 * (4 + 2 + 1 + 1) = 32 bits in place of 30.
  EXPECT_THAT(getCodeLengths({8, 4, 2, 1, 1}, 11), ElementsAre(1, 2, 3, 4, 4));
  EXPECT_THAT(getCodeLengths({8, 4, 2, 1, 1}, 3), ElementsAre(1, 3, 3, 3, 3));
}

TEST(HuffmanTest, ManySymbolsFitExactly) {
  llvm::SmallVector<uint64_t> counts(8);
  for (size_t i = 0; i != counts.size(); ++i)
    counts[i] = uint64_t(1) << (4 * i);
  for (uint8_t length : getCodeLengths(counts, 3))
    EXPECT_EQ(length, 3);
}

TEST(HuffmanTest, SingleSymbolHasNoBits) {
  EXPECT_THAT(getCodeLengths({0, 5, 0}, 11), ElementsAre(0, 0, 0));
  EXPECT_THAT(getCodeLengths({0, 0}, 11), ElementsAre(0, 0));
}

TEST(HuffmanTest, CodesAreCanonicalAndReversed) {
  // Canonical 110, 0, 111, 10; the first bit is the lowest.
  EXPECT_THAT(getCanonicalCodes({3, 1, 3, 2}),
              ElementsAre(0b011, 0b0, 0b111, 0b01));
}

TEST(HuffmanTest, BitsFillBytesFromBelow) {
  std::vector<char> bytes;
  BitWriter writer(bytes);
  writer.add(0b1, 1);
  writer.add(0b01, 2);
  writer.add(0x1ff, 9);
  writer.finish();
  // 1, 1 0, 1 1111|1111 from the lowest bit.
  EXPECT_THAT(bytes, ElementsAre(static_cast<char>(0xfb), 0x0f));
}

} // namespace
