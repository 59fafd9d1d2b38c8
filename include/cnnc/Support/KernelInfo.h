//===- KernelInfo.h - What is known of one kernel of a network --*- C++ -*-===//
//
// A network compiled with its profile says, kernel by kernel, what it runs.
// The description travels as an attribute from `--outline-kernels`, which still
// sees layers, to NAME_info.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_KERNELINFO_H
#define CNNC_SUPPORT_KERNELINFO_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/JSON.h"

#include <optional>
#include <string>

namespace mlir {
class Attribute;
class DictionaryAttr;
class MLIRContext;
namespace cnn {

/// One call of a kernel.
struct KernelInfo {
  /// The ONNX node it computes, which may stand for others that are fused.
  std::string layer;
  /// The algorithm: "direct_conv", "winograd_conv", "pool", "generic", ...
  std::string kernel;
  /// Its parameters, for people: "3x3/2 C64".
  std::string detail;
  /// Of what it writes; blocked images are shown as N x C x H x W, with the
  /// channels of whole blocks.
  SmallVector<int64_t> shape;
  /// Multiplications and additions. A convolution counts as direct convolution
  /// whatever its algorithm, so that rates can be compared.
  int64_t operations = 0;
  /// Of everything read and of what is written, each byte once. Scratch memory
  /// does not count.
  int64_t bytes = 0;
  /// Operations that fused multiply-adds at their peak do in the time that the
  /// cost model expects; 0 if it knows nothing of the kernel.
  int64_t work = 0;
  /// The most operations that its arithmetic can do, over those that fused
  /// multiply-adds of float32 can: 2 for float16 that is computed as such, and
  /// what the machine's sums of products of integers are.
  double peakFactor = 1;

  DictionaryAttr toAttribute(MLIRContext *context) const;
  /// Nothing if the attribute, which may be null, is no description.
  static std::optional<KernelInfo> get(Attribute attribute);

  llvm::json::Object toJSON() const;
};

/// What a network compiled with its profile leaves behind a run: a table in the
/// arena of one int64 before the first kernel and one after each, when the last
/// thread is done; then, kernel by kernel, one for each of the first threads,
/// when it is done with its share.
struct KernelProfile {
  /// Bytes from the start of the arena to the table.
  int64_t ticksOffset = 0;
  /// The threads that leave a row for themselves; 0 if the network has none.
  int64_t threads = 0;
  SmallVector<KernelInfo> kernels;

  /// Rows of the table that are between kernels, and all of them.
  size_t countBoundaries() const { return kernels.size() + 1; }
  size_t countTicks() const {
    return countBoundaries() + kernels.size() * static_cast<size_t>(threads);
  }
};

} // namespace cnn
} // namespace mlir

#endif // CNNC_SUPPORT_KERNELINFO_H
