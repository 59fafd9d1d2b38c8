//===- ModelInterface.h - What callers of a model must know -----*- C++ -*-===//
//
// The entry's tensors as they were before lowering, carried by attributes of
// the entry from `--record-interface` to the header and to NAME_info.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_MODELINTERFACE_H
#define CNNC_SUPPORT_MODELINTERFACE_H

#include "cnnc/Support/Machine.h"
#include "cnnc/Support/Tensor.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"

#include <string>

namespace mlir {
class Operation;
namespace cnn {

/// Names of the attributes that carry the interface.
namespace interface {
inline constexpr StringLiteral inputs = "cnn.inputs";
inline constexpr StringLiteral outputs = "cnn.outputs";
inline constexpr StringLiteral dynamicBatch = "cnn.dynamic_batch";
inline constexpr StringLiteral arenaSize = "cnn.arena_size";
inline constexpr StringLiteral weights = "cnn.weights";
inline constexpr StringLiteral threads = "cnn.threads";
} // namespace interface

/// The bytes buffers in the arena and in the weights are aligned to.
inline constexpr int64_t bufferAlignment = 64;

/// One input or output of a model.
struct ModelTensor {
  std::string name;
  ElementType type;
  /// The first extent is ShapedType::kDynamic where the batch is dynamic.
  SmallVector<int64_t> shape;

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
  Machine machine;

  /// Reads the attributes of `entry`; reports what is missing.
  static FailureOr<ModelInterface> get(Operation *entry);

  /// The text NAME_info returns.
  std::string toJSON() const;
};

/// The function that holds the network: the one with an interface, or else the
/// only public one with a body. Reports why there is none.
FailureOr<Operation *> findEntry(ModuleOp module);

} // namespace cnn
} // namespace mlir

#endif // CNNC_SUPPORT_MODELINTERFACE_H
