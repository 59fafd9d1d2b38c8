//===- CompressedWeights.h - Weights in few bytes ---------------*- C++ -*-===//
//
// Writes what `Support/WeightsDecoder.h` reads, and says there how it looks.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_COMPRESSEDWEIGHTS_H
#define CNNC_SUPPORT_COMPRESSEDWEIGHTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace mlir::cnn {

/// Bytes that deep compression takes for a constant, each stage as far as it
/// gains, with everything that decoding needs.
struct CompressedSizes {
  /// As it is.
  int64_t dense = 0;
  /// Elements other than the most frequent one, and their distances in bits of
  /// one number.
  int64_t pruned = 0;
  /// Also indices of shared elements, in bits of one number.
  int64_t shared = 0;
  /// All of it as Huffman codes.
  int64_t coded = 0;

  CompressedSizes &operator+=(const CompressedSizes &other);
};

/// Bytes of what is coded as one element, for elements of so many bits.
unsigned getCodedWidth(unsigned bits);

/// A constant of elements of 1, 2 or 4 bytes.
struct PlainWeights {
  llvm::ArrayRef<char> bytes;
  unsigned width = 4;
};

/// Constants as a block, one after the other.
class CompressedWeights {
public:
  /// Codes a constant that the decoded block has at `offset`, not before the
  /// end of the one added last.
  CompressedSizes add(uint64_t offset, PlainWeights weights);

  /// The block, which decodes to `decodedSize` bytes.
  std::vector<char> finish(uint64_t decodedSize);

private:
  std::vector<char> records;
  uint32_t count = 0;
};

/// What a constant would take in a block.
CompressedSizes getCompressedSizes(PlainWeights weights);

/// Bytes that a block takes beside its constants.
int64_t getBlockOverhead();

/// The bytes of a block; an error says what is wrong with it.
llvm::Expected<std::vector<char>> decompress(llvm::ArrayRef<char> block);

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_COMPRESSEDWEIGHTS_H
