//===- Batch.h - Values once per image --------------------------*- C++ -*-===//

#ifndef CNNC_LIB_IMPORT_BATCH_H
#define CNNC_LIB_IMPORT_BATCH_H

#include "Node.h"

namespace mlir::cnn {

/// `value`, whose first extent is 1, once per image of the dynamic batch.
Value buildCopyPerImage(Node &node, Value value);

/// The integers of an input that is a shape or repeats, with 1 for a batch in
/// front, which `isPerImage` says.
SmallVector<int64_t> readExtents(Node &node, int64_t index, bool &isPerImage);

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_BATCH_H
