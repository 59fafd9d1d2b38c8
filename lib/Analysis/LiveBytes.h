//===- LiveBytes.h - What lives while the ops of a network run --*- C++ -*-===//

#ifndef CNNC_LIB_ANALYSIS_LIVEBYTES_H
#define CNNC_LIB_ANALYSIS_LIVEBYTES_H

#include "mlir/IR/Block.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::cnn {

/// Of a tensor, for one image.
int64_t countBytes(Value value);

/// For every op of `block`, in its order, the bytes of the values that
/// `isActivation` holds of and that live while it runs. Arguments live from the
/// beginning; the result of a reshape is its operand.
llvm::DenseMap<Operation *, int64_t>
getLiveBytes(Block &block, llvm::function_ref<bool(Value)> isActivation);

} // namespace mlir::cnn

#endif // CNNC_LIB_ANALYSIS_LIVEBYTES_H
