//===- PackageTexts.h - The text files of a package -------------*- C++ -*-===//

#ifndef CNNC_LIB_TARGET_PACKAGETEXTS_H
#define CNNC_LIB_TARGET_PACKAGETEXTS_H

#include "cnnc/Target/Target.h"

#include <string>
#include <utility>
#include <vector>

namespace mlir::cnn {

/// The first line of a package's CMakeLists.txt, by which one is known.
inline constexpr StringLiteral packageMark = "# Written by cnnc.";

/// The files of a package that are text, but for the header: their paths in it
/// and contents, which are lib/Target/Package/*.in filled in.
/// `noSharedLibrary` says why there is no shared library; empty if there is.
std::vector<std::pair<std::string, std::string>>
makePackageTexts(const NativeInterface &model, StringRef noSharedLibrary);

} // namespace mlir::cnn

#endif // CNNC_LIB_TARGET_PACKAGETEXTS_H
