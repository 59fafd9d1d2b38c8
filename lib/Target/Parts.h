//===- Parts.h - A module as parts that compile in parallel -----*- C++ -*-===//

#ifndef CNNC_LIB_TARGET_PARTS_H
#define CNNC_LIB_TARGET_PARTS_H

#include "CodeGeneration.h"

#include "llvm/ADT/SmallVector.h"

#include <string>
#include <vector>

namespace mlir::cnn {

/// A part of a module as bitcode, which any thread can read.
using ModulePart = llvm::SmallVector<char, 0>;

/// Deals out kernels, the internal functions that are not inlined, to `count`
/// parts of about the same size; all else is in the first. Kernels become
/// hidden symbols; `module` is left with them so. Does not depend on the number
/// of processors.
std::vector<ModulePart> splitModule(llvm::Module &module, unsigned count);

/// Optimises every part, each on a thread.
llvm::Error optimizeParts(std::vector<ModulePart> &parts,
                          const Machine &machine);

/// The parts as one module again, with its kernels internal.
llvm::Expected<std::unique_ptr<llvm::Module>>
joinParts(llvm::ArrayRef<ModulePart> parts, llvm::LLVMContext &context);

/// Compiles every part, each on a thread, to assembly that can be assembled as
/// one file: kernels are local symbols, and labels are apart.
llvm::Expected<std::string> compileParts(llvm::ArrayRef<ModulePart> parts,
                                         const Machine &machine);

} // namespace mlir::cnn

#endif // CNNC_LIB_TARGET_PARTS_H
