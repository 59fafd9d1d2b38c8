//===- ModelInterface.h - What callers of a model must know -----*- C++ -*-===//
//
// The entry's tensors as they were before lowering, carried by attributes of
// the entry from `--record-interface` to the header and to NAME_info.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_MODELINTERFACE_H
#define CNNC_SUPPORT_MODELINTERFACE_H

#include "cnnc/Support/KernelInfo.h"
#include "cnnc/Support/Machine.h"
#include "cnnc/Support/Tensor.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <string>

namespace mlir {
class DictionaryAttr;
class MLIRContext;
class Operation;
namespace cnn {

/// Which output, an int64 scalar, says how many of the first rows of a
/// dimension of another output are valid.
struct OutputLength {
  std::string output;
  int64_t dimension = 0;
};

/// Names of the attributes that carry the interface.
namespace interface {
inline constexpr StringLiteral inputs = "cnn.inputs";
inline constexpr StringLiteral outputs = "cnn.outputs";
inline constexpr StringLiteral dynamicBatch = "cnn.dynamic_batch";
inline constexpr StringLiteral arenaSize = "cnn.arena_size";
/// The most bytes of buffers that live at one time.
inline constexpr StringLiteral arenaLowerBound = "cnn.arena_lower_bound";
inline constexpr StringLiteral weights = "cnn.weights";
/// Of the entry: the bytes that compressed weights are decoded to.
inline constexpr StringLiteral decodedWeights = "cnn.decoded_weights";
inline constexpr StringLiteral threads = "cnn.threads";
/// Of calls of kernels, where they will be timed: a KernelInfo; then all of
/// them, of the entry, with the place of the table of ticks in the arena.
inline constexpr StringLiteral kernel = "cnn.kernel";
inline constexpr StringLiteral kernels = "cnn.kernels";
inline constexpr StringLiteral ticksOffset = "cnn.ticks_offset";
/// Of the entry: the threads that have rows of their own in that table.
inline constexpr StringLiteral ticksThreads = "cnn.ticks_threads";
/// The function in which threads wait for each other.
inline constexpr StringLiteral barrier = "GOMP_barrier";
/// Of a parallel loop: it neither uses what the parallel loop before it writes
/// nor writes what that uses.
inline constexpr StringLiteral independent = "cnn.independent";
/// Of a result of the entry, and of a row of `outputs`.
inline constexpr StringLiteral length = "cnn.length";

/// A length as an attribute: {dimension = 0 : i64, output = "boxes_count"}.
DictionaryAttr makeLength(const OutputLength &length, MLIRContext *context);
/// The length in an attribute, which may be null; nothing if it is none.
std::optional<OutputLength> readLength(Attribute attribute);
} // namespace interface

/// The bytes buffers in the arena and in the weights are aligned to.
inline constexpr int64_t bufferAlignment = 64;

/// One input or output of a model.
struct ModelTensor {
  std::string name;
  ElementType type;
  /// The first extent is ShapedType::kDynamic where the batch is dynamic.
  SmallVector<int64_t> shape;
  /// Set if only a part of an output is valid.
  std::optional<OutputLength> length;

  bool hasDynamicBatch() const;
  /// Bytes of one image where the batch is dynamic, of all otherwise.
  int64_t getByteSize() const;
};

struct ModelInterface {
  std::string name;
  SmallVector<ModelTensor> inputs, outputs;
  bool dynamicBatch = false;
  bool threads = false;
  int64_t arenaBytes = 0;
  /// Of a network whose weights are decoded when it is loaded: their bytes.
  std::optional<int64_t> decodedWeights;
  /// Of a network whose kernels are timed.
  std::optional<KernelProfile> profile;
  Machine machine;

  /// Reads the attributes of `entry`; reports what is missing.
  static FailureOr<ModelInterface> get(Operation *entry);

  /// Where in the memory that NAME_load_weights is given the decoder's own
  /// memory begins, and how large all of it is.
  int64_t getDecoderOffset() const;
  int64_t getWeightsMemory() const;

  /// The text NAME_info returns.
  std::string toJSON() const;
};

/// The function that holds the network: the one with an interface, or else the
/// only public one with a body. Reports why there is none.
FailureOr<Operation *> findEntry(ModuleOp module);

} // namespace cnn
} // namespace mlir

#endif // CNNC_SUPPORT_MODELINTERFACE_H
