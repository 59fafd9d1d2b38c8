//===- CompressedWeights.cpp - Weights in few bytes -----------------------===//

#include "cnnc/Support/CompressedWeights.h"

#include "CodeTable.h"
#include "CodedElements.h"

#include "cnnc/Support/WeightsDecoder.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

#include <memory>

using llvm::ArrayRef;

namespace mlir::cnn {
namespace {

/// Elements of one record: what is larger becomes several.
constexpr uint64_t mostElements = 1 << 28;

template <typename T>
void append(std::vector<char> &bytes, T value) {
  char buffer[sizeof(T)];
  llvm::support::endian::write<T>(buffer, value, llvm::endianness::little);
  bytes.insert(bytes.end(), buffer, buffer + sizeof(T));
}

uint32_t computeChecksum(ArrayRef<char> bytes) {
  auto scratch = std::make_unique<coded::Scratch>();
  return coded::computeChecksum(0,
                                reinterpret_cast<const uint8_t *>(bytes.data()),
                                bytes.size(), scratch.get());
}

/// Writes the payload of a constant as the plan says.
class PayloadWriter {
public:
  PayloadWriter(const CodedElements &elements, const CodingPlan &plan,
                std::vector<char> &bytes)
      : elements(elements), plan(plan), bytes(bytes), stream(bytes) {}

  void write() {
    if (plan.isShared())
      for (uint32_t value : elements.getShared(plan))
        for (unsigned byte = 0; byte != elements.getWidth(); ++byte)
          bytes.push_back(static_cast<char>(value >> (8 * byte)));
    if (plan.isSparse())
      distances = addTable(elements.countDistances(plan.distanceBits));
    if (plan.isShared())
      values.push_back(addTable(elements.countShared(plan)));
    else
      for (unsigned byte = 0; byte != elements.getWidth(); ++byte)
        values.push_back(addTable(elements.countBytes(plan, byte)));
    if (plan.isSparse())
      elements.forEachValue([&](uint32_t distance, uint32_t value) {
        writeDistance(distance);
        writeValue(value);
      });
    else
      elements.forEach([&](uint32_t value) { writeValue(value); });
    stream.finish();
  }

private:
  CodeTable addTable(ArrayRef<uint64_t> counts) {
    CodeTable table(counts);
    table.write(bytes);
    return table;
  }
  void writeDistance(uint32_t distance) {
    uint32_t most = (1u << plan.distanceBits) - 1;
    for (; distance >= most; distance -= most)
      distances.encode(most, stream);
    distances.encode(distance, stream);
  }
  void writeValue(uint32_t value) {
    if (plan.isShared())
      return values.front().encode(elements.getIndex(plan, value), stream);
    for (auto [byte, table] : llvm::enumerate(values))
      table.encode(value >> (8 * byte) & 255, stream);
  }

  const CodedElements &elements;
  const CodingPlan &plan;
  std::vector<char> &bytes;
  BitWriter stream;
  CodeTable distances;
  std::vector<CodeTable> values;
};

/// Appends one record.
CompressedSizes addRecord(uint64_t offset, PlainWeights weights,
                          std::vector<char> &records) {
  CodedElements elements(weights);
  CodingPlan plan = elements.choosePlan();
  std::vector<char> payload;
  if (plan.form == 0)
    payload.assign(weights.bytes.begin(), weights.bytes.end());
  else
    PayloadWriter(elements, plan, payload).write();

  std::vector<char> header;
  append<uint64_t>(header, offset);
  append<uint32_t>(header, elements.size());
  append<uint32_t>(header, plan.isSparse() ? elements.getValueCount()
                                           : elements.size());
  append<uint32_t>(header, payload.size());
  append<uint32_t>(header, elements.getBackground());
  header.push_back(static_cast<char>(plan.form));
  header.push_back(static_cast<char>(weights.width));
  header.push_back(static_cast<char>(plan.distanceBits));
  header.push_back(plan.isShared()
                       ? static_cast<char>(elements.getShared(plan).size() - 1)
                       : 0);
  size_t start = records.size();
  records.insert(records.end(), header.begin(), header.end());
  records.insert(records.end(), payload.begin(), payload.end());
  std::vector<char> sum;
  append<uint32_t>(sum, computeChecksum(ArrayRef(records).drop_front(start)));
  records.insert(records.begin() + start + coded::checkedRecordBytes,
                 sum.begin(), sum.end());

  CompressedSizes sizes = elements.getStages();
  sizes.coded = coded::recordBytes + payload.size();
  return sizes;
}

} // namespace

CompressedSizes &CompressedSizes::operator+=(const CompressedSizes &other) {
  dense += other.dense;
  pruned += other.pruned;
  shared += other.shared;
  coded += other.coded;
  return *this;
}

CompressedSizes CompressedWeights::add(uint64_t offset, PlainWeights weights) {
  CompressedSizes sizes;
  ArrayRef<char> rest = weights.bytes;
  while (!rest.empty()) {
    size_t bytes = std::min<size_t>(rest.size(), mostElements * weights.width);
    sizes +=
        addRecord(offset, {rest.take_front(bytes), weights.width}, records);
    ++count;
    offset += bytes;
    rest = rest.drop_front(bytes);
  }
  return sizes;
}

std::vector<char> CompressedWeights::finish(uint64_t decodedSize) {
  std::vector<char> block;
  block.reserve(records.size() + getBlockOverhead());
  append<uint32_t>(block, coded::magic);
  append<uint32_t>(block, count);
  append<uint64_t>(block, decodedSize);
  uint32_t sum = computeChecksum(block);
  block.insert(block.end(), records.begin(), records.end());
  append<uint32_t>(block, sum);
  block.resize(block.size() + coded::trailerBytes - sizeof(uint32_t));
  return block;
}

unsigned getCodedWidth(unsigned bits) { return std::clamp(bits / 8, 1u, 4u); }

CompressedSizes getCompressedSizes(PlainWeights weights) {
  return CompressedWeights().add(0, weights);
}

int64_t getBlockOverhead() { return coded::headerBytes + coded::trailerBytes; }

llvm::Expected<std::vector<char>> decompress(ArrayRef<char> block) {
  using llvm::support::endian::read64le;
  if (block.size() < static_cast<size_t>(getBlockOverhead()))
    return llvm::createStringError("not compressed weights: too short");
  // A value takes a bit or nothing; a hostile size takes all memory otherwise.
  uint64_t size = read64le(block.data() + 8);
  constexpr uint64_t mostBytes = uint64_t(1) << 36;
  if (size > mostBytes)
    return llvm::createStringError(
        "not compressed weights: they would be decoded to " +
        llvm::Twine(size) + " bytes, and at most " + llvm::Twine(mostBytes) +
        " are expected");
  std::vector<char> decoded(size);
  auto scratch = std::make_unique<coded::Scratch>();
  int32_t status = cnnc_decode_weights(
      reinterpret_cast<const uint8_t *>(block.data()), block.size(),
      reinterpret_cast<uint8_t *>(decoded.data()), size, scratch.get());
  if (status == coded::Decoded)
    return decoded;
  return llvm::createStringError(status == coded::NotForThis
                                     ? "not compressed weights"
                                     : "the compressed weights are damaged");
}

} // namespace mlir::cnn
