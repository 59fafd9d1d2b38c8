//===- Escape.h - Text as part of a page ------------------------*- C++ -*-===//

#ifndef CNNC_LIB_REPORT_ESCAPE_H
#define CNNC_LIB_REPORT_ESCAPE_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace mlir::cnn {

/// Text that stands for itself between the tags of HTML and SVG and between
/// quotes within a tag, whatever it was: of bytes that are no UTF-8, and of
/// control characters, the replacement character stays.
std::string escape(StringRef text);

} // namespace mlir::cnn

#endif // CNNC_LIB_REPORT_ESCAPE_H
