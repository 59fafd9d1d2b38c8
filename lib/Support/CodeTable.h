//===- CodeTable.h - The codes of one stream --------------------*- C++ -*-===//

#ifndef CNNC_LIB_SUPPORT_CODETABLE_H
#define CNNC_LIB_SUPPORT_CODETABLE_H

#include "cnnc/Support/Huffman.h"
#include "cnnc/Support/WeightsDecoder.h"

namespace mlir::cnn {

/// Huffman codes for symbols, as `Support/WeightsDecoder.h` stores them.
class CodeTable {
public:
  CodeTable() = default;
  /// For symbols that occur `counts` times, of which one is not 0.
  explicit CodeTable(llvm::ArrayRef<uint64_t> counts)
      : lengths(getCodeLengths(counts, coded::maxCodeBits)),
        codes(getCanonicalCodes(lengths)), end(counts.size()) {
    while (first + 1 < end && counts[first] == 0)
      ++first;
    while (end > first + 1 && counts[end - 1] == 0)
      --end;
  }

  /// Bits of the table and of the codes of `counts` symbols.
  uint64_t measure(llvm::ArrayRef<uint64_t> counts) const {
    size_t symbols = end - first;
    uint64_t bits = 8 * (2 + (symbols == 1 ? 0 : (symbols + 1) / 2));
    for (size_t i = first; i != end; ++i)
      bits += counts[i] * lengths[i];
    return bits;
  }

  void write(std::vector<char> &bytes) const {
    bytes.push_back(static_cast<char>(first));
    bytes.push_back(static_cast<char>(end - first - 1));
    if (end - first == 1)
      return;
    for (size_t i = first; i < end; i += 2)
      bytes.push_back(static_cast<char>(
          lengths[i] | (i + 1 < end ? lengths[i + 1] << 4 : 0)));
  }

  void encode(uint32_t symbol, BitWriter &stream) const {
    stream.add(codes[symbol], lengths[symbol]);
  }

private:
  llvm::SmallVector<uint8_t> lengths;
  llvm::SmallVector<uint32_t> codes;
  /// Symbols that occur are from `first` to before `end`.
  size_t first = 0, end = 0;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_SUPPORT_CODETABLE_H
