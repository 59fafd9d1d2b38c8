//===- Machine.h - The processor as data ------------------------*- C++ -*-===//
//
// No pass asks for an architecture by name: it asks how wide a vector is, how
// many registers there are and what fits a cache.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_MACHINE_H
#define CNNC_SUPPORT_MACHINE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mlir {
class ModuleOp;
namespace cnn {

/// How products of small integers are added to sums of 32 bits: each lane of a
/// sum takes `terms` neighbouring products.
struct DotProduct {
  /// LLVM's intrinsic for vectors of `vectorBits`; empty where factors are
  /// widened, and products added, one by one.
  std::string intrinsic;
  int64_t terms = 1;
  /// Bits of a factor.
  int64_t bits = 16;
  /// The first factor is unsigned, the second signed; else both are signed.
  bool isMixed = false;
  /// The intrinsic's first operand is the sum that is added to.
  bool accumulates = false;
};

/// Sums of products of bytes that one instruction adds to a tile of 2 x 2 sums:
///   sum[i][j] += sum over k of first[i][k] * second[j][k]
/// A vector is two rows of `terms` bytes, or the tile row by row; the second
/// factors are signed.
struct MatrixProduct {
  /// LLVM's intrinsics for first factors of either kind.
  std::string ofUnsigned, ofSigned;
  int64_t terms = 8;

  DotProduct get(bool isUnsigned) const {
    return {isUnsigned ? ofUnsigned : ofSigned, terms, /*bits=*/8, isUnsigned,
            /*accumulates=*/true};
  }
};

/// Sums of products of bytes by way of sums of 16 bits, two for each sum of 32
/// bits. Products that were added up are added in pairs to the wide sums. Only
/// weights that keep every sum of 16 bits within its limits, whatever the other
/// factors are, may be multiplied so.
struct NarrowProduct {
  /// The `terms` products that one instruction adds to a pair of narrow sums;
  /// the intrinsic makes vectors of 16 bits of vectors of bytes.
  DotProduct products;
  /// Adds up the pairs of a vector of 16 bits.
  DotProduct pairs;
  /// The pairs are sums of products, too, whose second factors are ones.
  bool hasUnitFactors = false;
};

/// Sums of products of bytes in registers of 32 bits, for machines that have no
/// vectors of bytes. Bytes 0 and 2 of a word, or 1 and 3 once it is rotated,
/// become a pair of 16 bits each; the products of two pairs are added to a sum.
struct PairProduct {
  /// LLVM's intrinsics, all of words: pair(word) for bytes of either kind, and
  /// sum(pair, pair, sum).
  std::string widenSigned, widenUnsigned, multiplyAdd;
  /// Products of a word of bytes.
  static constexpr int64_t terms = 4;
};

/// A processor, described by what the kernels need to know of it.
struct Machine {
  /// What LLVM's target machine is made from.
  std::string triple, cpu, features;

  /// Bits of a vector register that float arithmetic should use.
  int64_t vectorBits = 128;
  /// Architectural vector registers.
  int64_t vectorRegisters = 16;
  /// A fused multiply-add instruction exists for float32.
  bool hasFusedMultiplyAdd = false;
  /// Conversions between float16 and float32 are instructions.
  bool hasFloat16Conversion = false;
  /// Arithmetic on vectors of float16 is instructions, twice as many lanes of
  /// which are as fast as those of float32.
  bool hasFloat16Arithmetic = false;
  /// Multiply-adds take one lane of a vector as the factor of all lanes.
  bool hasLaneProducts = false;
  /// Rounding a float32 to an integral float32 is an instruction.
  bool hasRounding = false;
  /// Sums of products of bytes, if there is an instruction, and of numbers of
  /// 16 bits.
  std::optional<DotProduct> byteProduct;
  DotProduct wordProduct;
  /// Sums of products of bytes for tiles of pixels and channels, where they are
  /// faster than `byteProduct`.
  std::optional<MatrixProduct> matrixProduct;
  /// What sums of bytes may be instead where there is no such instruction.
  std::optional<NarrowProduct> narrowProduct;
  /// What sums of bytes are in registers of 32 bits, if that is fastest.
  std::optional<PairProduct> pairProduct;
  /// Bits of an address.
  int64_t pointerBits = 64;
  /// Bits of the widest float that a register of the machine's own calling
  /// convention holds; 0 if floats are passed as integers.
  int64_t floatArgumentBits = 64;
  /// LLVM's readcyclecounter reads a counter of constant rate that programs
  /// have access to: the time stamp counter of x86, the virtual counter of
  /// AArch64.
  bool hasTickCounter = false;
  /// Bytes of data caches one core uses; 0 where there is none.
  int64_t level1Bytes = 32 << 10, level2Bytes = 256 << 10,
          level3Bytes = 2 << 20;

  /// Sums of products of bytes for `pixels` neighbours, each of which adds up
  /// `channels` channels: of tiles if these are whole and there are two pixels.
  /// Nothing if there is no instruction.
  std::optional<DotProduct> getByteProduct(bool isUnsigned, int64_t channels,
                                           int64_t pixels) const;

  /// Elements of `bits` bits in one vector register.
  int64_t getLanes(int64_t bits = 32) const { return vectorBits / bits; }

  /// Channels of a block of an image of bytes: a vector of sums, or a word.
  int64_t getByteLanes() const {
    return pairProduct ? PairProduct::terms : getLanes();
  }

  /// The machine this program runs on.
  static Machine getHost();

  /// The machine LLVM knows by these names. An empty triple means the host's;
  /// an empty cpu means the host's for the host's triple and a baseline for
  /// others (x86-64-v3, generic aarch64, cortex-a7 with neon, the first
  /// Cortex-M of an architecture, rv64gc). `features` is LLVM's comma-separated
  /// list, "+avx2,-fma". An unknown triple, cpu or feature is an error that
  /// lists what is accepted; only machines of little endian are.
  static llvm::Expected<Machine> get(llvm::StringRef triple,
                                     llvm::StringRef cpu = "",
                                     llvm::StringRef features = "");

  /// The machine of the module's `cnn.target` attribute, or the host.
  static llvm::Expected<Machine> get(ModuleOp module);

  /// Records the machine in the module's `cnn.target` attribute.
  void setOn(ModuleOp module) const;
};

} // namespace cnn
} // namespace mlir

#endif // CNNC_SUPPORT_MACHINE_H
