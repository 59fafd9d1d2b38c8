//===- Huffman.h - Short codes for frequent symbols -------------*- C++ -*-===//

#ifndef CNNC_SUPPORT_HUFFMAN_H
#define CNNC_SUPPORT_HUFFMAN_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <vector>

namespace mlir::cnn {

/// The lengths in bits of the codes for symbols that occur `counts` times:
/// those of the shortest text of all codes of at most `maxBits` bits, by the
/// package-merge algorithm (Larmore and Hirschberg, 1990). A symbol that does
/// not occur has length 0, and so has a single one. At most 2^maxBits symbols
/// may occur.
llvm::SmallVector<uint8_t> getCodeLengths(llvm::ArrayRef<uint64_t> counts,
                                          unsigned maxBits);

/// The canonical codes of these lengths (RFC 1951, 3.2.2), with the first bit
/// of a code lowest.
llvm::SmallVector<uint32_t> getCanonicalCodes(llvm::ArrayRef<uint8_t> lengths);

/// Bits one after the other, the first the lowest of the first byte.
class BitWriter {
public:
  explicit BitWriter(std::vector<char> &bytes) : bytes(bytes) {}

  /// Appends the `count` lowest bits of `value`, at most 32; others are 0.
  void add(uint32_t value, unsigned count);
  /// Fills the last byte with zeros.
  void finish();

private:
  std::vector<char> &bytes;
  uint64_t pending = 0;
  unsigned pendingCount = 0;
};

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_HUFFMAN_H
