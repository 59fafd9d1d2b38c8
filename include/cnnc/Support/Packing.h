//===- Packing.h - Constant data in the layouts of the kernels --*- C++ -*-===//
//
// Filters and vectors are laid out at compile time in the order in which the
// kernels read them. The letters are those of the kernel dialect: c lanes of a
// channel block, co = k * c output channels that are computed together. What
// lies beyond the last channel is zero.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_PACKING_H
#define CNNC_SUPPORT_PACKING_H

#include "llvm/ADT/ArrayRef.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mlir::cnn {

struct IntegerFilter;
struct IntegerWinograd;

/// Lanes of a channel block, and blocks that a kernel computes together.
struct Blocking {
  int64_t lanes = 1;
  int64_t blocks = 1;

  /// Blocks that hold `channels` channels.
  int64_t getBlockCount(int64_t channels) const {
    return (channels + lanes - 1) / lanes;
  }
  /// co, the channels of one filter block.
  int64_t getFilterLanes() const { return lanes * blocks; }
  /// Filter blocks that hold `channels` channels.
  int64_t getFilterBlockCount(int64_t channels) const {
    return (channels + getFilterLanes() - 1) / getFilterLanes();
  }
};

/// A filter O x C/G x U x V; `taps` is U * V.
struct FilterShape {
  int64_t outputs = 1;
  int64_t inputsPerGroup = 1;
  int64_t taps = 1;
  int64_t groups = 1;

  int64_t getOutputsPerGroup() const { return outputs / groups; }
  int64_t getSize() const { return outputs * inputsPerGroup * taps; }
};

/// O x C/G x UV to G*ceil(Ob/G/k) x ceil(C/G/c) x UV x c x co, for blocked
/// images. Every group starts a new block.
std::vector<float> packFilter(llvm::ArrayRef<float> filter,
                              const FilterShape &shape, Blocking blocking);

/// O x C/G x UV to G*ceil(Ob/G/k) x C/G x UV x co, for plain images.
std::vector<float> packFilterOfPlainImage(llvm::ArrayRef<float> filter,
                                          const FilterShape &shape,
                                          Blocking blocking);

/// How codes of a matrix are packed into words of 32 bits, as
/// `kernel.lookup_matmul` describes it.
struct CodeLayout {
  /// Bits of a code, 1 to 8.
  int64_t bits = 4;
  /// Words that are read together, and columns of each.
  int64_t lanes = 1, vectors = 1;

  /// Neighbouring k whose codes are in one word.
  int64_t getSteps() const { return 32 / bits / vectors; }
  int64_t getPanelWidth() const { return vectors * lanes; }
};

/// depth x columns codes, or columns x depth if `transposed`, to
/// ceil(columns / panel width) x ceil(depth / steps) x lanes words.
std::vector<uint32_t> packCodes(llvm::ArrayRef<uint8_t> codes, int64_t depth,
                                int64_t columns, const CodeLayout &layout,
                                bool transposed);

/// O x C/G x UV to Ob x C/G x UV x c, for groups that share channel blocks.
std::vector<float> packDepthwiseFilter(llvm::ArrayRef<float> filter,
                                       const FilterShape &shape, int64_t lanes);

/// O x 1 x U x V, where V is `columns`, to Ob x U x ceil(V/terms) x c x terms,
/// for sums of `terms` products by one instruction. Taps that fill up a row are
/// zero.
std::vector<int8_t> packDepthwiseTerms(llvm::ArrayRef<int8_t> filter,
                                       const FilterShape &shape,
                                       int64_t columns, int64_t lanes,
                                       int64_t terms);

/// A filter O x C x U x V (`shape`) to U = G g G'^T for output tiles of `tile`
/// (`Support/Winograd.h`): ceil(Ob/k) x T x Cb*c x co.
std::vector<float> packWinogradFilter(llvm::ArrayRef<float> filter,
                                      llvm::ArrayRef<int64_t> shape,
                                      llvm::ArrayRef<int64_t> tile,
                                      Blocking blocking);

/// The same of integers, of which an instruction adds `terms` products to a
/// sum: ceil(Ob/k) x T x Cb*c/terms x co x terms.
std::vector<int16_t> packWinogradFilter(const IntegerFilter &filter,
                                        const IntegerWinograd &winograd,
                                        Blocking blocking, int64_t terms);

/// K x N, or N x K with `transposed`, to ceil(N/columns) x K x columns.
std::vector<float> packMatrix(llvm::ArrayRef<float> matrix, int64_t depth,
                              int64_t columns, int64_t blockColumns,
                              bool transposed);

/// `values` followed by zeros up to a multiple of `lanes`.
std::vector<float> packChannels(llvm::ArrayRef<float> values, int64_t lanes);

/// N x C x HW to N x Cb x HW x c.
std::vector<float> packImage(llvm::ArrayRef<float> image, int64_t batch,
                             int64_t channels, int64_t area, int64_t lanes);

/// The filter with every `factor` groups merged into one, whose inputs that
/// belong to another of the groups get zeros: O x factor*C/G x UV.
std::vector<float> mergeGroups(llvm::ArrayRef<float> filter,
                               const FilterShape &shape, int64_t factor);
std::vector<int16_t> mergeGroups(llvm::ArrayRef<int16_t> filter,
                                 const FilterShape &shape, int64_t factor);

/// How small integers lie in `kernel.conv_integer`.
struct ProductLayout {
  /// ci, the lanes of an input block.
  int64_t inputLanes = 1;
  /// t, the products that one instruction adds to a sum.
  int64_t terms = 1;
};

/// O x C/G x UV to G*ceil(Ob/G/k) x ceil(C/G/ci) x UV x ci/t x co x t.
std::vector<int16_t> packIntegerFilter(llvm::ArrayRef<int16_t> filter,
                                       const FilterShape &shape,
                                       Blocking blocking, ProductLayout layout);

/// Products of bytes that are added up in pairs of sums of 16 bits.
struct NarrowSums {
  /// Products of neighbouring channels that one step adds: half of them to the
  /// first sum, the others to the second.
  int64_t terms = 2;
  /// Steps, one behind the other, that are added to the same sums.
  int64_t steps = 1;
  /// The bytes that weights are multiplied with are unsigned, not signed.
  bool isUnsigned = false;
};

/// No bytes make such a sum, of any tap and output of the filter O x C/G x UV,
/// overflow: it lies in [-32768, 32767], as does every part of it.
bool fitNarrowSums(llvm::ArrayRef<int16_t> filter, const FilterShape &shape,
                   const NarrowSums &sums);

/// An input that has a zero point, and a window that reaches beyond it.
struct BorderBias {
  int64_t zeroPoint = 0;
  /// U and V.
  std::array<int64_t, 2> taps = {1, 1};
  /// The most taps outside the input above, below, left and right.
  std::array<int64_t, 4> outside = {0, 0, 0, 0};
  /// Channels of the result; those beyond the bias are zero.
  int64_t channels = 1;
};

/// What sums of products with an input start from whose zero point is not
/// subtracted from it: L x L' x M x M' x channels, where the first four indices
/// are numbers of taps outside.
///   bias[o] - zeroPoint * (sum over c and the taps inside of filter[o, c, u,
///   v])
/// The filter is O x C/G x UV. Integers wrap.
std::vector<int32_t> packBorderBias(llvm::ArrayRef<int32_t> bias,
                                    llvm::ArrayRef<int16_t> filter,
                                    const FilterShape &shape,
                                    const BorderBias &border);

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_PACKING_H
