//===- Dispatch.h - Several versions of a network in one ---------*- C++
//-*-===//

#ifndef CNNC_LIB_TARGET_DISPATCH_H
#define CNNC_LIB_TARGET_DISPATCH_H

#include "Dispatch/Words.h"

#include "cnnc/Support/ModelInterface.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include <array>

namespace mlir::cnn {

/// The bits that a version needs, by `dispatch::Word`.
using NeededWords = std::array<uint64_t, dispatch::wordCount>;

/// What the processor and the operating system must have to run code for the
/// machine. An error for machines that programs cannot tell from others.
llvm::Expected<NeededWords> getNeededWords(const Machine &machine);

/// What the functions of a version are called instead of NAME_...: NAME,
/// followed by the processor as a name in C.
std::string getVersionName(StringRef network, StringRef cpu);

/// The functions of the C interface of `model`, each of which calls that of the
/// version that suits the processor. `versions` are the machines, best first,
/// of hidden functions called after `getVersionName`.
llvm::Expected<std::unique_ptr<llvm::Module>>
makeDispatcher(const ModelInterface &model, ArrayRef<Machine> versions,
               llvm::LLVMContext &context);

} // namespace mlir::cnn

#endif // CNNC_LIB_TARGET_DISPATCH_H
