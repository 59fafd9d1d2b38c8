//===- Registration.h - Everything a tool can name --------------*- C++ -*-===//

#ifndef CNNC_PIPELINE_REGISTRATION_H
#define CNNC_PIPELINE_REGISTRATION_H

namespace mlir {
class DialectRegistry;
namespace cnn {

/// Adds the project's and all upstream dialects, their extensions and their
/// translations to LLVM IR.
void registerAllDialects(DialectRegistry &registry);

/// Makes the project's own passes known by their flags.
void registerNetworkPasses();

/// Makes every pass, of the project and upstream, known by its flag.
void registerAllPasses();

} // namespace cnn
} // namespace mlir

#endif // CNNC_PIPELINE_REGISTRATION_H
