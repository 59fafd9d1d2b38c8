//===- CodedElements.cpp - How to code a constant -------------------------===//

#include "CodedElements.h"

#include "CodeTable.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

#include <functional>
#include <numeric>

using llvm::ArrayRef;

namespace mlir::cnn {
namespace {

constexpr uint32_t mostShared = 256;
constexpr unsigned mostDistanceBits = 8;
/// Distances below are counted together.
constexpr uint32_t shortDistance = 4096;

uint8_t makeForm(std::initializer_list<int> bits) {
  return static_cast<uint8_t>(
      std::accumulate(bits.begin(), bits.end(), 0, std::bit_or<int>()));
}

uint64_t measureTable(const std::vector<uint64_t> &counts) {
  return CodeTable(counts).measure(counts);
}

} // namespace

uint32_t ElementNumbers::find(uint32_t element) const {
  constexpr uint32_t golden = 0x9e3779b1;
  uint32_t slot = element * golden >> (32 - slotBits);
  while (slots[slot] != empty && elements[slots[slot]] != element)
    slot = (slot + 1) % slots.size();
  return slot;
}

std::optional<uint32_t> ElementNumbers::add(uint32_t element) {
  uint32_t slot = find(element);
  if (slots[slot] == empty) {
    if (elements.size() == most)
      return std::nullopt;
    slots[slot] = static_cast<uint16_t>(elements.size());
    elements.push_back(element);
  }
  return slots[slot];
}

CodedElements::CodedElements(PlainWeights weights)
    : weights(weights), occurrences(ElementNumbers::most) {
  countElements();
  chooseBackground();
  if (!canBeSparse())
    return;
  shortDistances.resize(shortDistance);
  forEachValue([&](uint32_t distance, uint32_t) {
    if (distance < shortDistance)
      ++shortDistances[distance];
    else
      longDistances.push_back(distance);
  });
}

void CodedElements::countElements() {
  forEach([&](uint32_t element) {
    if (!areCounted)
      return;
    if (std::optional<uint32_t> number = numbers.add(element))
      ++occurrences[*number];
    else
      areCounted = false;
  });
}

void CodedElements::chooseBackground() {
  if (areCounted && !numbers.getElements().empty())
    background = numbers.getElements()[llvm::max_element(occurrences) -
                                       occurrences.begin()];
  forEach([&](uint32_t element) { valueCount += element != background; });
}

uint64_t CodedElements::countValues(const CodingPlan &plan) const {
  return plan.isSparse() ? valueCount : size();
}

bool CodedElements::canShare(bool isSparse) const {
  return areCounted && numbers.getElements().size() <= mostShared + isSparse &&
         numbers.getElements().size() > isSparse;
}

/// Distances of more values than this gain nothing beside codes for all.
bool CodedElements::canBeSparse() const {
  return valueCount != 0 && valueCount <= size() / 4 * 3;
}

void CodedElements::forEach(
    llvm::function_ref<void(uint32_t element)> visit) const {
  using namespace llvm::support::endian;
  const char *data = weights.bytes.data();
  for (size_t i = 0, e = size(); i != e; ++i)
    visit(weights.width == 4   ? read32le(data + 4 * i)
          : weights.width == 2 ? read16le(data + 2 * i)
                               : static_cast<uint8_t>(data[i]));
}

void CodedElements::forEachValue(
    llvm::function_ref<void(uint32_t distance, uint32_t element)> visit) const {
  uint32_t distance = 0;
  forEach([&](uint32_t element) {
    if (element == background) {
      ++distance;
      return;
    }
    visit(distance, element);
    distance = 0;
  });
}

std::vector<uint32_t> CodedElements::getShared(const CodingPlan &plan) const {
  std::vector<uint32_t> shared = numbers.getElements();
  if (plan.isSparse())
    shared.erase(shared.begin() + numbers.get(background));
  return shared;
}

uint32_t CodedElements::getIndex(const CodingPlan &plan,
                                 uint32_t element) const {
  uint32_t number = numbers.get(element);
  return number - (plan.isSparse() && number > numbers.get(background));
}

std::vector<uint64_t> CodedElements::countDistances(unsigned bits) const {
  std::vector<uint64_t> counts(size_t(1) << bits);
  uint32_t most = (1u << bits) - 1;
  auto add = [&](uint32_t distance, uint64_t count) {
    counts[most] += distance / most * count;
    counts[distance % most] += count;
  };
  for (auto [distance, count] : llvm::enumerate(shortDistances))
    add(static_cast<uint32_t>(distance), count);
  for (uint32_t distance : longDistances)
    add(distance, 1);
  return counts;
}

std::vector<uint64_t> CodedElements::countShared(const CodingPlan &plan) const {
  std::vector<uint64_t> counts(
      occurrences.begin(), occurrences.begin() + numbers.getElements().size());
  if (plan.isSparse())
    counts.erase(counts.begin() + numbers.get(background));
  return counts;
}

std::vector<uint64_t> CodedElements::countBytes(const CodingPlan &plan,
                                                unsigned byte) const {
  std::vector<uint64_t> counts(256);
  forEach([&](uint32_t element) { ++counts[element >> (8 * byte) & 255]; });
  if (plan.isSparse())
    counts[background >> (8 * byte) & 255] -= size() - valueCount;
  return counts;
}

uint64_t CodedElements::measure(const CodingPlan &plan) const {
  if (plan.form == 0)
    return 8 * weights.bytes.size();
  uint64_t bits = 0;
  if (plan.isSparse())
    bits += measureTable(countDistances(plan.distanceBits));
  if (plan.isShared())
    return bits + measureTable(countShared(plan)) +
           getShared(plan).size() * 8 * weights.width;
  for (unsigned byte = 0; byte != weights.width; ++byte)
    bits += measureTable(countBytes(plan, byte));
  return bits;
}

std::vector<CodingPlan> CodedElements::listPlans(bool areCoded) const {
  std::vector<CodingPlan> plans(1);
  if (size() == 0)
    return plans;
  // Values that are shared are best coded as such.
  plans.push_back(
      {makeForm({coded::Coded, canShare(false) ? coded::Shared : 0})});
  if (!canBeSparse())
    return plans;
  CodingPlan sparse{makeForm(
      {coded::Coded, coded::Sparse, canShare(true) ? coded::Shared : 0})};
  auto measureDistances = [&](unsigned bits) {
    std::vector<uint64_t> counts = countDistances(bits);
    return areCoded ? measureTable(counts)
                    : bits * std::accumulate(counts.begin(), counts.end(),
                                             uint64_t(0));
  };
  sparse.distanceBits = 1;
  for (unsigned bits = 2; bits <= mostDistanceBits; ++bits)
    if (measureDistances(bits) < measureDistances(sparse.distanceBits))
      sparse.distanceBits = static_cast<uint8_t>(bits);
  plans.push_back(sparse);
  return plans;
}

CodingPlan CodedElements::choosePlan() const {
  CodingPlan best;
  best.bits = measure(best);
  for (CodingPlan plan : listPlans(/*areCoded=*/true)) {
    plan.bits = measure(plan);
    if (plan.bits < best.bits)
      best = plan;
  }
  return best;
}

uint64_t CodedElements::measureUncoded(const CodingPlan &plan) const {
  uint64_t values = countValues(plan), bits = 8 * weights.width * values;
  if (plan.isShared()) {
    uint64_t shared = getShared(plan).size();
    bits = values * llvm::Log2_64_Ceil(shared) + shared * 8 * weights.width;
  }
  if (plan.isSparse())
    for (uint64_t count : countDistances(plan.distanceBits))
      bits += count * plan.distanceBits;
  return bits;
}

CompressedSizes CodedElements::getStages() const {
  auto getBytes = [&](const CodingPlan &plan) {
    return static_cast<int64_t>(llvm::divideCeil(measureUncoded(plan), 8) +
                                (plan.form == 0 ? 0 : coded::recordBytes));
  };
  CompressedSizes sizes;
  sizes.dense = sizes.pruned = static_cast<int64_t>(weights.bytes.size());
  for (CodingPlan plan : listPlans(/*areCoded=*/false)) {
    plan.form &= ~coded::Shared;
    if (plan.isSparse())
      sizes.pruned = std::min(sizes.pruned, getBytes(plan));
  }
  sizes.shared = sizes.pruned;
  for (const CodingPlan &plan : listPlans(/*areCoded=*/false))
    if (plan.isShared())
      sizes.shared = std::min(sizes.shared, getBytes(plan));
  return sizes;
}

} // namespace mlir::cnn
