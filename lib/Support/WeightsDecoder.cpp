//===- WeightsDecoder.cpp - From compressed weights to weights ------------===//
//
// Also compiled into networks, for any machine: no library, no function that a
// compiler would call by itself, no globals.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Support/WeightsDecoder.h"

using namespace mlir::cnn::coded;

namespace {

uint32_t read32(const uint8_t *bytes) {
  return bytes[0] | uint32_t(bytes[1]) << 8 | uint32_t(bytes[2]) << 16 |
         uint32_t(bytes[3]) << 24;
}

uint64_t read64(const uint8_t *bytes) {
  return read32(bytes) | uint64_t(read32(bytes + 4)) << 32;
}

void clear(uint8_t *bytes, uint64_t size) {
  for (uint64_t i = 0; i != size; ++i)
    bytes[i] = 0;
}

/// The header of a record.
struct Record {
  uint64_t offset;
  uint32_t elements, values, payload, background;
  uint8_t form, width, distanceBits;
  uint32_t sharedValues;

  void read(const uint8_t *bytes) {
    offset = read64(bytes);
    elements = read32(bytes + 8);
    values = read32(bytes + 12);
    payload = read32(bytes + 16);
    background = read32(bytes + 20);
    form = bytes[24];
    width = bytes[25];
    distanceBits = bytes[26];
    sharedValues = bytes[27] + 1u;
  }

  uint64_t getBytes() const { return uint64_t(elements) * width; }

  /// What no encoder writes is refused before anything is decoded.
  bool isPossible() const {
    if (width != 1 && width != 2 && width != 4)
      return false;
    if (form & Sparse)
      return form <= (Coded | Sparse | Shared) && (form & Coded) &&
             values <= elements && distanceBits >= 1 && distanceBits <= 8;
    return values == elements && distanceBits == 0 &&
           (form == 0 ? payload == getBytes()
                      : form == Coded || form == (Coded | Shared));
  }
};

/// Bytes of a payload that have not been read.
struct Input {
  const uint8_t *next, *end;

  bool has(uint64_t bytes) const { return uint64_t(end - next) >= bytes; }
};

uint32_t reverse(uint32_t code, uint32_t bits) {
  uint32_t result = 0;
  for (uint32_t i = 0; i != bits; ++i, code >>= 1)
    result = result << 1 | (code & 1);
  return result;
}

/// The lengths of the codes of a table.
struct CodeLengths {
  const uint8_t *halves;
  uint32_t symbols;

  uint32_t get(uint32_t symbol) const {
    return (halves[symbol / 2] >> (symbol % 2 * 4)) & 15;
  }
};

/// Writes the entries of all codes; false unless the codes are those of a full
/// tree.
bool fillTable(uint16_t *table, CodeLengths lengths, uint32_t firstSymbol) {
  uint32_t code = 0;
  for (uint32_t bits = 1; bits <= maxCodeBits; ++bits, code <<= 1)
    for (uint32_t symbol = 0; symbol != lengths.symbols; ++symbol) {
      if (lengths.get(symbol) != bits)
        continue;
      if (code >> bits)
        return false;
      uint16_t entry = uint16_t(firstSymbol + symbol) | uint16_t(bits << 8);
      for (uint32_t i = reverse(code++, bits); i < tableEntries;
           i += 1u << bits)
        table[i] = entry;
    }
  return code == 1u << (maxCodeBits + 1);
}

/// Reads a table of symbols below `limit`.
bool readTable(Input &input, uint16_t *table, uint32_t limit) {
  if (!input.has(2))
    return false;
  uint32_t first = input.next[0], symbols = input.next[1] + 1u;
  input.next += 2;
  if (first + symbols > limit)
    return false;
  if (symbols == 1) {
    for (uint32_t i = 0; i != tableEntries; ++i)
      table[i] = uint16_t(first);
    return true;
  }
  uint32_t bytes = (symbols + 1) / 2;
  if (!input.has(bytes))
    return false;
  CodeLengths lengths = {input.next, symbols};
  input.next += bytes;
  for (uint32_t symbol = 0; symbol != symbols; ++symbol)
    if (lengths.get(symbol) > maxCodeBits)
      return false;
  return fillTable(table, lengths, first);
}

/// The stream of codes. Reads up to 15 bytes beyond a payload, which the block
/// has: 7 that it keeps, and 8 at a time.
struct Stream {
  const uint8_t *next, *last;
  uint64_t bits;
  uint32_t count;

  /// Makes at least 56 bits available; false at the end of the block.
  bool refill() {
    if (next > last)
      return false;
    bits |= read64(next) << count;
    next += (63 - count) >> 3;
    count |= 56;
    return true;
  }
  uint32_t get(const uint16_t *table) {
    uint32_t entry = table[bits & (tableEntries - 1)];
    bits >>= entry >> 8;
    count -= entry >> 8;
    return entry & 255;
  }
  /// Behind the last byte of which bits have been used.
  const uint8_t *getEnd() const { return next - (count >> 3); }
};

void store(uint8_t *to, uint32_t value, uint32_t width) {
  to[0] = uint8_t(value);
  if (width == 1)
    return;
  to[1] = uint8_t(value >> 8);
  if (width == 2)
    return;
  to[2] = uint8_t(value >> 16);
  to[3] = uint8_t(value >> 24);
}

/// Decodes one record into the memory of its constant.
struct RecordDecoder {
  Record record;
  uint8_t *decoded;
  Scratch *scratch;
  const uint8_t *sharedValues;

  bool run(Input input, const uint8_t *last) {
    if (record.form == 0) {
      for (uint64_t i = 0, e = record.getBytes(); i != e; ++i)
        decoded[i] = input.next[i];
      return true;
    }
    if (!readTables(input))
      return false;
    if (record.form & Sparse)
      fillBackground();
    Stream stream = {input.next, last, 0, 0};
    return decodeValues(stream) && stream.getEnd() <= input.end;
  }

private:
  bool readTables(Input &input) {
    sharedValues = input.next;
    if (record.form & Shared) {
      uint64_t bytes = uint64_t(record.sharedValues) * record.width;
      if (!input.has(bytes))
        return false;
      input.next += bytes;
    }
    if ((record.form & Sparse) &&
        !readTable(input, scratch->tables[0], 1u << record.distanceBits))
      return false;
    if (record.form & Shared)
      return readTable(input, scratch->tables[1], record.sharedValues);
    for (uint32_t byte = 0; byte != record.width; ++byte)
      if (!readTable(input, scratch->tables[1 + byte], 256))
        return false;
    return true;
  }

  void fillBackground() {
    if (record.background == 0)
      return clear(decoded, record.getBytes());
    for (uint32_t i = 0; i != record.elements; ++i)
      store(decoded + uint64_t(i) * record.width, record.background,
            record.width);
  }

  /// Moves `element` to the next value; false if there is none.
  bool skip(Stream &stream, uint32_t &element) {
    uint32_t most = (1u << record.distanceBits) - 1;
    uint32_t distance;
    do {
      if (!stream.refill())
        return false;
      distance = stream.get(scratch->tables[0]);
      if (distance >= record.elements - element)
        return false;
      element += distance;
    } while (distance == most);
    return true;
  }

  /// At most 44 bits: those of a distance before are from the same refill.
  uint32_t getValue(Stream &stream) {
    if (record.form & Shared) {
      const uint8_t *value =
          sharedValues + stream.get(scratch->tables[1]) * record.width;
      if (record.width == 4)
        return read32(value);
      return record.width == 1 ? value[0] : value[0] | value[1] << 8;
    }
    uint32_t value = 0;
    for (uint32_t byte = 0; byte != record.width; ++byte)
      value |= stream.get(scratch->tables[1 + byte]) << (8 * byte);
    return value;
  }

  bool decodeValues(Stream &stream) {
    uint32_t element = 0;
    for (uint32_t i = 0; i != record.values; ++i, ++element) {
      if (record.form & Sparse ? !skip(stream, element) : !stream.refill())
        return false;
      store(decoded + uint64_t(element) * record.width, getValue(stream),
            record.width);
    }
    return true;
  }
};

/// CRC-32's polynomial, lowest power first.
constexpr uint32_t polynomial = 0xedb88320;

void makeChecksums(Scratch *scratch) {
  for (uint32_t byte = 0; byte != 256; ++byte) {
    uint32_t sum = byte;
    for (int bit = 0; bit != 8; ++bit)
      sum = sum & 1 ? sum >> 1 ^ polynomial : sum >> 1;
    scratch->checksums[0][byte] = sum;
  }
  for (uint32_t zeros = 1; zeros != 4; ++zeros)
    for (uint32_t byte = 0; byte != 256; ++byte) {
      uint32_t sum = scratch->checksums[zeros - 1][byte];
      scratch->checksums[zeros][byte] =
          sum >> 8 ^ scratch->checksums[0][sum & 255];
    }
}

uint32_t extendChecksum(uint32_t sum, const uint8_t *bytes, uint64_t size,
                        const Scratch *scratch) {
  const auto &sums = scratch->checksums;
  sum = ~sum;
  for (; size >= 4; bytes += 4, size -= 4) {
    sum ^= read32(bytes);
    sum = sums[3][sum & 255] ^ sums[2][sum >> 8 & 255] ^
          sums[1][sum >> 16 & 255] ^ sums[0][sum >> 24];
  }
  for (; size != 0; ++bytes, --size)
    sum = sum >> 8 ^ sums[0][(sum ^ *bytes) & 255];
  return ~sum;
}

/// Reads a block record by record.
struct BlockDecoder {
  const uint8_t *block;
  uint64_t size;
  uint8_t *decoded;
  uint64_t decodedSize;
  Scratch *scratch;

  int32_t run() {
    if (size < headerBytes + trailerBytes || read32(block) != magic ||
        read64(block + 8) != decodedSize)
      return NotForThis;
    makeChecksums(scratch);
    const uint8_t *trailer = block + size - trailerBytes;
    if (extendChecksum(0, block, headerBytes, scratch) != read32(trailer))
      return Damaged;
    Input input = {block + headerBytes, trailer};
    uint64_t end = 0;
    for (uint32_t i = 0, e = read32(block + 4); i != e; ++i)
      if (!decodeRecord(input, end))
        return Damaged;
    clear(decoded + end, decodedSize - end);
    return input.next == input.end ? Decoded : Damaged;
  }

private:
  /// `end` is where the constant before ends, and then where this one does.
  bool decodeRecord(Input &input, uint64_t &end) {
    if (!input.has(recordBytes))
      return false;
    const uint8_t *header = input.next;
    Record record;
    record.read(header);
    input.next += recordBytes;
    if (!input.has(record.payload))
      return false;
    uint32_t sum = extendChecksum(0, header, checkedRecordBytes, scratch);
    if (extendChecksum(sum, input.next, record.payload, scratch) !=
            read32(header + checkedRecordBytes) ||
        !record.isPossible() || record.offset < end ||
        record.offset > decodedSize ||
        record.getBytes() > decodedSize - record.offset)
      return false;
    clear(decoded + end, record.offset - end);
    end = record.offset + record.getBytes();
    Input payload = {input.next, input.next + record.payload};
    input.next = payload.end;
    RecordDecoder decoder = {record, decoded + record.offset, scratch, nullptr};
    return decoder.run(payload, block + size - 8);
  }
};

} // namespace

uint32_t mlir::cnn::coded::computeChecksum(uint32_t previous,
                                           const uint8_t *bytes, uint64_t size,
                                           Scratch *scratch) {
  makeChecksums(scratch);
  return extendChecksum(previous, bytes, size, scratch);
}

extern "C" int32_t cnnc_decode_weights(const uint8_t *block, uint64_t size,
                                       uint8_t *decoded, uint64_t decodedSize,
                                       Scratch *scratch) {
  BlockDecoder decoder = {block, size, decoded, decodedSize, scratch};
  return decoder.run();
}
