//===- LinkRuntime.h - Functions of networks written in C++ -----*- C++ -*-===//

#ifndef CNNC_LIB_TARGET_LINKRUNTIME_H
#define CNNC_LIB_TARGET_LINKRUNTIME_H

#include "cnnc/Support/ModelInterface.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace mlir::cnn {

/// Defines `cnnc_decode_weights`, which the module of a network declares, as a
/// function of its own that no other module sees. To be called before the
/// attributes of functions are set.
llvm::Error linkDecoder(llvm::Module &module, const ModelInterface &model);

/// Defines `cnnc_choose_version` (Dispatch/Words.h) in the same way.
llvm::Error linkChooser(llvm::Module &module, const ModelInterface &model);

} // namespace mlir::cnn

#endif // CNNC_LIB_TARGET_LINKRUNTIME_H
