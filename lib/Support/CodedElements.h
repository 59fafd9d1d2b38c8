//===- CodedElements.h - How to code a constant -----------------*- C++ -*-===//

#ifndef CNNC_LIB_SUPPORT_CODEDELEMENTS_H
#define CNNC_LIB_SUPPORT_CODEDELEMENTS_H

#include "cnnc/Support/CompressedWeights.h"
#include "cnnc/Support/WeightsDecoder.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <array>
#include <optional>

namespace mlir::cnn {

/// Numbers the first different elements that it is shown.
class ElementNumbers {
public:
  static constexpr uint32_t most = 257;

  ElementNumbers() { slots.fill(empty); }

  /// The number of the element, or nothing if `most` others have one.
  std::optional<uint32_t> add(uint32_t element);
  /// The number of an element that has one.
  uint32_t get(uint32_t element) const { return slots[find(element)]; }

  llvm::ArrayRef<uint32_t> getElements() const { return elements; }

private:
  static constexpr uint16_t empty = 0xffff;
  static constexpr uint32_t slotBits = 10;

  /// Where the element is, or where it would be.
  uint32_t find(uint32_t element) const;

  std::array<uint16_t, 1 << slotBits> slots;
  std::vector<uint32_t> elements;
};

/// What a record is to have.
struct CodingPlan {
  /// Of `coded::Form`.
  uint8_t form = 0;
  uint8_t distanceBits = 0;
  /// Bits of the payload.
  uint64_t bits = 0;

  bool isSparse() const { return form & coded::Sparse; }
  bool isShared() const { return form & coded::Shared; }
};

/// The elements of a constant as unsigned numbers, and how often they occur.
class CodedElements {
public:
  explicit CodedElements(PlainWeights weights);

  uint32_t size() const {
    return static_cast<uint32_t>(weights.bytes.size() / weights.width);
  }
  unsigned getWidth() const { return weights.width; }
  /// The element that may be left out: the most frequent one; 0 if there are
  /// too many different ones to tell.
  uint32_t getBackground() const { return background; }
  /// How many elements are not the background.
  uint32_t getValueCount() const { return valueCount; }

  /// The plan of the fewest bits.
  CodingPlan choosePlan() const;
  /// What the stages take but for the last.
  CompressedSizes getStages() const;

  /// The different elements, at most 256; without the background if that is
  /// left out.
  std::vector<uint32_t> getShared(const CodingPlan &plan) const;
  /// The index of an element among them.
  uint32_t getIndex(const CodingPlan &plan, uint32_t element) const;

  /// How often symbols occur in the stream: distances of so many bits, indices
  /// of shared elements, the values of a byte.
  std::vector<uint64_t> countDistances(unsigned bits) const;
  std::vector<uint64_t> countShared(const CodingPlan &plan) const;
  std::vector<uint64_t> countBytes(const CodingPlan &plan, unsigned byte) const;

  void forEach(llvm::function_ref<void(uint32_t element)> visit) const;
  /// Visits elements other than the background, with the number of elements
  /// since the last one.
  void forEachValue(
      llvm::function_ref<void(uint32_t distance, uint32_t element)> visit)
      const;

private:
  void countElements();
  void chooseBackground();
  /// How many elements are values.
  uint64_t countValues(const CodingPlan &plan) const;
  bool canShare(bool isSparse) const;
  bool canBeSparse() const;
  /// The plans to choose from, with the distances of the fewest bits: as codes,
  /// or as numbers of fixed lengths.
  std::vector<CodingPlan> listPlans(bool areCoded) const;
  uint64_t measure(const CodingPlan &plan) const;
  /// Bits with numbers of fixed lengths in place of codes.
  uint64_t measureUncoded(const CodingPlan &plan) const;

  PlainWeights weights;
  uint32_t background = 0, valueCount = 0;
  /// Unless there are more than 257 different elements.
  bool areCounted = true;
  ElementNumbers numbers;
  std::vector<uint64_t> occurrences;
  /// How many values have each distance, and those beyond.
  std::vector<uint64_t> shortDistances;
  std::vector<uint32_t> longDistances;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_SUPPORT_CODEDELEMENTS_H
