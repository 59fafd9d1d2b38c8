//===- ShareWeights.h - Layers whose weights share values -------*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_SHAREWEIGHTS_H
#define CNNC_LIB_COMPRESSION_SHAREWEIGHTS_H

#include "cnnc/Compression/Clustering.h"
#include "cnnc/Compression/Context.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

#include <string>

namespace mlir::cnn {

/// Numbers, of which the first is zero, and the code of every weight.
struct SharedValues {
  std::vector<float> numbers;
  std::vector<uint8_t> codes;
};

/// Chooses the numbers for the weights of `layer`, all of one output channel or
/// all of the layer.
using ShareFunction =
    llvm::function_ref<SharedValues(Operation *layer, ArrayRef<float>)>;

/// Which layers a pass changes, and how it is called.
struct SharingOptions {
  /// The class of the pass, which remarks begin with, and its flag.
  StringRef pass, flag;
  CodebookScope scope = CodebookScope::layer;
  /// Output channels keep the sum of their weights (`balanceCodes`).
  bool isBalanced = false;
  /// Names of layers; empty means all.
  ArrayRef<std::string> layers;
};

/// Appends the names in a location.
void collectNames(Location location, SmallVectorImpl<StringRef> &names);

/// Replaces the constant weights of layers by codes and codebooks. A remark for
/// each layer says how large the difference is. Fails, with a diagnostic, if
/// there is no layer to change or a name names none.
LogicalResult shareWeights(func::FuncOp function, const SharingOptions &options,
                           CompressionContext *context, ShareFunction share);

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_SHAREWEIGHTS_H
