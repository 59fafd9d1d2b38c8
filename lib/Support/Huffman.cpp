//===- Huffman.cpp - Short codes for frequent symbols ---------------------===//

#include "cnnc/Support/Huffman.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>

namespace mlir::cnn {
namespace {

/// Symbols that occur `weight` times together.
struct Package {
  uint64_t weight;
  /// How often each symbol is in it.
  std::vector<uint8_t> uses;
};

/// Two at a time as one, without a last single one.
std::vector<Package> pair(const std::vector<Package> &packages) {
  std::vector<Package> pairs;
  for (size_t i = 0; i + 1 < packages.size(); i += 2) {
    Package merged = packages[i];
    merged.weight += packages[i + 1].weight;
    for (auto [use, other] : llvm::zip_equal(merged.uses, packages[i + 1].uses))
      use += other;
    pairs.push_back(std::move(merged));
  }
  return pairs;
}

bool isLighter(const Package &a, const Package &b) {
  return a.weight < b.weight;
}

/// The symbols that occur, each as a package, the lightest first.
std::vector<Package> listSymbols(llvm::ArrayRef<uint64_t> counts) {
  std::vector<std::pair<uint64_t, size_t>> order;
  for (auto [symbol, count] : llvm::enumerate(counts))
    if (count != 0)
      order.push_back({count, symbol});
  llvm::sort(order);
  std::vector<Package> packages;
  for (auto [count, symbol] : order) {
    packages.push_back({count, std::vector<uint8_t>(counts.size())});
    packages.back().uses[symbol] = 1;
  }
  return packages;
}

} // namespace

llvm::SmallVector<uint8_t> getCodeLengths(llvm::ArrayRef<uint64_t> counts,
                                          unsigned maxBits) {
  llvm::SmallVector<uint8_t> lengths(counts.size(), 0);
  std::vector<Package> symbols = listSymbols(counts);
  if (symbols.size() < 2)
    return lengths;
  assert(symbols.size() <= size_t(1) << maxBits && "too many symbols");
  std::vector<Package> packages = symbols;
  for (unsigned bit = 1; bit < maxBits; ++bit) {
    std::vector<Package> pairs = pair(packages), merged;
    merged.reserve(symbols.size() + pairs.size());
    std::merge(symbols.begin(), symbols.end(),
               std::make_move_iterator(pairs.begin()),
               std::make_move_iterator(pairs.end()), std::back_inserter(merged),
               isLighter);
    packages = std::move(merged);
  }
  for (size_t i = 0; i != 2 * symbols.size() - 2; ++i)
    for (auto [length, use] : llvm::zip_equal(lengths, packages[i].uses))
      length += use;
  return lengths;
}

llvm::SmallVector<uint32_t> getCanonicalCodes(llvm::ArrayRef<uint8_t> lengths) {
  llvm::SmallVector<uint32_t> codes(lengths.size(), 0);
  unsigned longest = lengths.empty() ? 0 : *llvm::max_element(lengths);
  uint32_t next = 0;
  for (unsigned bits = 1; bits <= longest; ++bits, next <<= 1)
    for (auto [code, length] : llvm::zip_equal(codes, lengths)) {
      if (length != bits)
        continue;
      for (unsigned bit = 0; bit != bits; ++bit)
        code |= (next >> bit & 1) << (bits - 1 - bit);
      ++next;
    }
  return codes;
}

void BitWriter::add(uint32_t value, unsigned count) {
  pending |= static_cast<uint64_t>(value) << pendingCount;
  pendingCount += count;
  for (; pendingCount >= 8; pendingCount -= 8, pending >>= 8)
    bytes.push_back(static_cast<char>(pending));
}

void BitWriter::finish() {
  if (pendingCount != 0)
    bytes.push_back(static_cast<char>(pending));
  pending = pendingCount = 0;
}

} // namespace mlir::cnn
