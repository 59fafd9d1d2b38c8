//===- CodeGeneration.h - Driving LLVM --------------------------*- C++ -*-===//

#ifndef CNNC_LIB_TARGET_CODEGENERATION_H
#define CNNC_LIB_TARGET_CODEGENERATION_H

#include "cnnc/Support/ModelInterface.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/CodeGen.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

namespace mlir::cnn {

/// The code generator for the machine. For `text`, assembly written by hand
/// stays as it is, .incbin in particular.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const Machine &machine, bool text = false);

/// Tells the code generator about the machine on every function.
void setFunctionAttributes(llvm::Module &module, const Machine &machine);

/// Tells functions what all their calls pass them: addresses of weights mostly.
/// Only a whole module shows it.
void propagateArguments(llvm::Module &module, llvm::TargetMachine &target);

/// LLVM's -O3 without knowledge of any library: no call may appear.
void optimize(llvm::Module &module, llvm::TargetMachine &target);

/// Assembles or compiles; the module is used up.
llvm::Error generate(llvm::Module &module, llvm::TargetMachine &target,
                     llvm::CodeGenFileType type,
                     llvm::raw_pwrite_stream &stream);

/// A static library of one object.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
makeArchive(const ModelInterface &model, llvm::MemoryBufferRef object);

/// The functions that the object calls, in order of their names. An error names
/// the first that is neither found at run time nor arithmetic that the
/// compilers for a machine of 32 bits bring along (`__aeabi_ldivmod` and its
/// like).
llvm::Expected<std::vector<std::string>>
getCalledFunctions(llvm::MemoryBufferRef object, const Machine &machine);

/// The function is one of libgomp and libomp, which `--threads` needs, or
/// `getauxval`, which AArch64 has instead of an instruction that names
/// extensions.
bool isFoundAtRunTime(llvm::StringRef name);

} // namespace mlir::cnn

#endif // CNNC_LIB_TARGET_CODEGENERATION_H
