//===- IntegerKernel.h - Sums of small integers by a kernel -----*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_INTEGERKERNEL_H
#define CNNC_LIB_CONVERSION_INTEGERKERNEL_H

#include "CNNToKernel.h"
#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/Machine.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Weights.h"
#include "cnnc/Support/Winograd.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::cnn {

/// A constant tensor of signless integers.
template <typename T>
Value createIntegers(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                     ArrayRef<T> values, StringRef name) {
  ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()),
                       values.size() * sizeof(T));
  auto type =
      RankedTensorType::get(shape, builder.getIntegerType(8 * sizeof(T)));
  return createConstant(builder, loc, makeConstant(type, bytes, name));
}

/// Sums of products with constant weights.
struct IntegerSums {
  /// O x C/G x UV, without zero points.
  std::vector<int16_t> filter;
  FilterShape shape;
  std::array<int64_t, 2> taps = {1, 1};
  /// One number per output.
  std::vector<int32_t> bias;
  /// Neighbouring pixels of the result, and what channels of a group are filled
  /// up to a multiple of.
  int64_t pixels = 1, channelUnit = 4;
  /// The zero point of the input, 8 or 16 bits of each number, and whether
  /// these are unsigned.
  int64_t zeroPoint = 0;
  unsigned inputBits = 8;
  /// The same if it is computed, as a signless tensor of one element, or null.
  Value computedZeroPoint;
  bool isUnsigned = false;

  /// All factors are of 8 bits.
  bool hasBytes() const {
    return inputBits == 8 && llvm::all_of(filter, [](int16_t w) {
             return static_cast<int8_t>(w) == w;
           });
  }
};

/// What becomes of the sums.
struct Finish {
  /// The operation that the kernel's result replaces, and those before it that
  /// compute nothing else.
  Operation *last;
  SmallVector<Operation *> inner;
  /// One multiplier per output, or none for the sums themselves.
  std::vector<float> multiplier;
  int64_t zeroPoint = 0;
  /// The limits and the width of quantized integers; no limits for others.
  SmallVector<int64_t> range;
  unsigned outputBits = 8;
};

/// Convolutions of signs with weights that are signs, on machines that count
/// bits.
void populateSignsToKernel(RewritePatternSet &patterns, const Machine &machine);

/// Builds a kernel for sums of products.
class IntegerKernel {
public:
  IntegerKernel(PatternRewriter &rewriter, const Machine &machine,
                IntegerSums sums, const Finish &finish);

  /// The products that are added up together at least: the input's channels
  /// are filled up to a multiple.
  int64_t getTerms() const {
    return product.terms * std::max<int64_t>(narrow, 1);
  }

  /// The result for a blocked image of small integers: N x Ob x H' x W' x
  /// outputLanes.
  Value build(Value input, ConvIntegerOp window, ArrayRef<int64_t> output);

  std::optional<StringRef> findObstacle(ConvIntegerOp conv,
                                        const IntegerChoice &choice) const;
  /// The tile with which Winograd's algorithm computes the layer, or nothing if
  /// that is not asked for, not exact or not faster.
  std::optional<std::array<int64_t, 2>>
  chooseTile(ConvIntegerOp conv, ArrayRef<int64_t> output,
             const IntegerChoice &choice) const;

  struct WinogradForm {
    std::array<int64_t, 2> tile;
    int64_t chunks;
  };
  /// What `build` does, by Winograd's algorithm.
  Value buildWinograd(Value input, ConvIntegerOp window,
                      ArrayRef<int64_t> output, WinogradForm form);

private:
  void chooseProduct();
  int64_t getNarrowSteps(ArrayRef<int64_t> input) const;
  Value widen(Value input);
  Value createBias(ArrayRef<int64_t> input, ConvIntegerOp window,
                   ArrayRef<int64_t> output);
  double estimateRow(int64_t columns, int64_t blocks) const;
  int64_t chooseBlocks(ArrayRef<int64_t> output) const;
  Value createFilter(int64_t inputLanes, ArrayRef<int64_t> output);
  Value createMultiplier(int64_t channels);
  Value createFilter(const IntegerWinograd &winograd, Blocking blocking);
  double estimate(ConvIntegerOp conv, ArrayRef<int64_t> output,
                  const IntegerChoice &choice,
                  std::optional<std::array<int64_t, 2>> tile) const;
  int64_t getInputZeroPoint() const;
  IntegerFilter getWinogradFilter() const {
    return {sums.filter, sums.shape.outputs, sums.shape.inputsPerGroup,
            sums.taps};
  }
  Type getOutputElement() const;

  PatternRewriter &rewriter;
  Location loc;
  const Machine &machine;
  int64_t lanes;
  IntegerSums sums;
  const Finish &finish;
  DotProduct product;
  /// The products of so many steps, and of as many as this times a power of
  /// two, up to `mostNarrow`, fit sums of 16 bits; 0 where sums have 32 bits.
  int64_t narrow = 0, mostNarrow = 0;
  bool isFlipped = false;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_INTEGERKERNEL_H
