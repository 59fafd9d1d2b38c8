//===- Registration.h - Everything a tool can name --------------*- C++ -*-===//

#ifndef CNNC_PIPELINE_REGISTRATION_H
#define CNNC_PIPELINE_REGISTRATION_H

#include "mlir/Support/LLVM.h"

#include <string>
#include <vector>

namespace mlir {
class DialectRegistry;
namespace cnn {

/// Adds the project's and all upstream dialects, their extensions and their
/// translations to LLVM IR.
void registerAllDialects(DialectRegistry &registry);

/// Makes the project's own passes known by their flags.
void registerNetworkPasses();

/// The flags of all passes that are known by now, sorted. To be called once,
/// and not by tools that parse flags of passes with LLVM's command line.
std::vector<std::string> listKnownPasses();

/// Makes every pass, of the project and upstream, known by its flag.
void registerAllPasses();

/// The pass of this argument changes results by more than rounding: it is one
/// of the project's, and its description says by how much.
bool isApproximate(StringRef argument);

} // namespace cnn
} // namespace mlir

#endif // CNNC_PIPELINE_REGISTRATION_H
