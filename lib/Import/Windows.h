//===- Windows.h - Attributes of sliding windows ----------------*- C++ -*-===//

#ifndef CNNC_LIB_IMPORT_WINDOWS_H
#define CNNC_LIB_IMPORT_WINDOWS_H

#include "Node.h"

namespace mlir::cnn {

/// The attributes that convolutions and pools share.
struct WindowAttributes {
  SmallVector<int64_t> kernel, strides, dilations, pads;
  StringRef autoPad;
};

/// Reads the attributes; `kernel` is the shape of the filter or empty for
/// pools, whose shape is an attribute.
WindowAttributes readWindow(Node &node, Value input, ArrayRef<int64_t> kernel);

/// Replaces auto_pad by pads: SAME makes ceil(extent / stride) outputs.
void resolveAutoPad(Node &node, WindowAttributes &window, Value input);

/// Ops leave out lists that say nothing.
void omitDefaults(WindowAttributes &window);

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_WINDOWS_H
