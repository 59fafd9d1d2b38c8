//===- TargetNames.h - Names of machines as people write them ---*- C++ -*-===//

#ifndef CNNC_LIB_SUPPORT_TARGETNAMES_H
#define CNNC_LIB_SUPPORT_TARGETNAMES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/TargetParser/Triple.h"

#include <string>

namespace llvm {
class MCSubtargetInfo;
class Target;
} // namespace llvm

namespace mlir::cnn {

/// An error unless code can be generated for what `name` says, of which
/// `triple` is what LLVM makes: the architecture is one of ours, and the system
/// and environment have names. The error has the nearest name of a target.
llvm::Error checkTriple(llvm::StringRef name, const llvm::Triple &triple);

/// An error unless the target knows the processor and each of the features,
/// "+a,-b"; it has the nearest names, and where the processor is another
/// machine's, that machine.
llvm::Error checkNames(const llvm::Target &target, const llvm::Triple &triple,
                       llvm::StringRef cpu, llvm::StringRef features);

/// " (did you mean 'a' or 'b'?)", with those of the names that are nearest to
/// what was written, or nothing if none is near.
std::string suggest(llvm::StringRef written,
                    llvm::ArrayRef<llvm::StringRef> names);

} // namespace mlir::cnn

#endif // CNNC_LIB_SUPPORT_TARGETNAMES_H
