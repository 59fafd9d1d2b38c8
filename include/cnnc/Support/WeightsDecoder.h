//===- WeightsDecoder.h - From compressed weights to weights ----*- C++ -*-===//
//
// Deep compression (Han et al., ICLR 2016): of weights of which most are zero,
// and the others share few values, are stored the distances between the others,
// and which of the values each has, both as Huffman codes.
//
// This file and WeightsDecoder.cpp need nothing of any library: they are also
// compiled into the objects of networks. `Support/CompressedWeights.h` writes
// what is read here.
//
// All numbers are little-endian. A block is
//
//   u32 magic | u32 records | u64 decoded bytes
//   records, in the order of their offsets; between them decoded bytes are 0
//   u32 CRC-32 of the first 16 bytes | 12 bytes of 0
//
// and a record, of a constant of `elements` times 1, 2 or 4 (`width`) bytes,
//
//   u64 offset in what is decoded | u32 elements | u32 values
//   u32 bytes of the payload | u32 background
//   u8 form | u8 width | u8 bits of a distance | u8 shared values - 1
//   u32 CRC-32 of the 28 bytes before and of the payload
//   payload
//
// The payload has, as the form says, the shared values, `width` bytes each; a
// table of codes for distances and one for indices of shared values, or one for
// each of the bytes of a value; and the stream of codes. Elements are the
// background but for `values` of them. For each of these the stream has the
// number of elements since the last one, below 2^bits - 1, with which as many
// elements are skipped before another distance follows, and its index or its
// bytes. Without distances all elements are values.
//
// A table is
//
//   u8 first symbol | u8 symbols - 1 | lengths of codes in bits, two in a byte
//
// the lower half first; a length of 0 is a symbol that does not occur. Codes
// are canonical (RFC 1951, 3.2.2) and have at most 11 bits. A single symbol has
// no bits at all. The stream's first bit is the lowest of its first byte, and
// codes start with their most significant bit.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_WEIGHTSDECODER_H
#define CNNC_SUPPORT_WEIGHTSDECODER_H

#include <stddef.h>
#include <stdint.h>

namespace mlir::cnn::coded {

/// "CNW1" as it is read from a block.
constexpr uint32_t magic = 0x31574e43;
constexpr uint32_t headerBytes = 16, recordBytes = 32, trailerBytes = 16;
/// The bytes of a record before its checksum.
constexpr uint32_t checkedRecordBytes = 28;

/// Bits of `form`. Without any the payload is the constant's bytes.
enum Form : uint8_t {
  /// Values are Huffman codes: of their bytes, unless they are shared.
  Coded = 1,
  /// Not all elements are values; only with Coded.
  Sparse = 2,
  /// There are shared values; only with Coded.
  Shared = 4
};

constexpr uint32_t maxCodeBits = 11;
constexpr uint32_t tableEntries = 1u << maxCodeBits;
/// Distances, and the bytes of a value.
constexpr uint32_t maxTables = 5;

/// What the decoder works with; its content does not matter.
struct Scratch {
  /// The symbol and, from bit 8, the bits of each code, by the bits that follow
  /// in the stream.
  uint16_t tables[maxTables][tableEntries];
  /// The checksums of each byte, followed by up to three zeros.
  uint32_t checksums[4][256];
};

/// What is wrong with a block.
enum Status : int32_t {
  Decoded = 0,
  /// It is not a block, or not one of so many decoded bytes.
  NotForThis = 1,
  /// A checksum is wrong, or what it holds is impossible.
  Damaged = 2
};

/// The CRC-32 of zlib and RFC 1952 of `size` bytes that follow those of which
/// `previous` is the checksum, 0 at first.
uint32_t computeChecksum(uint32_t previous, const uint8_t *bytes, uint64_t size,
                         Scratch *scratch);

} // namespace mlir::cnn::coded

/// Decodes the block of `size` bytes into `decoded`, of exactly `decodedSize`
/// bytes. Returns a Status. Reads and writes nothing else, whatever the block
/// holds; what is decoded is unspecified after an error.
extern "C" int32_t cnnc_decode_weights(const uint8_t *block, uint64_t size,
                                       uint8_t *decoded, uint64_t decodedSize,
                                       mlir::cnn::coded::Scratch *scratch);

#endif // CNNC_SUPPORT_WEIGHTSDECODER_H
