//===- Options.h - The command line of cnn-run ------------------*- C++ -*-===//

#ifndef CNNC_TOOLS_CNNRUN_OPTIONS_H
#define CNNC_TOOLS_CNNRUN_OPTIONS_H

#include "cnnc/Runner/Run.h"

#include <optional>

namespace mlir::cnn {

/// Reads the command line. Prints what is wrong and returns nothing if it is
/// not understood; prints the help and exits if that is asked for.
std::optional<RunOptions> parseOptions(int argumentCount, char **arguments);

} // namespace mlir::cnn

#endif // CNNC_TOOLS_CNNRUN_OPTIONS_H
