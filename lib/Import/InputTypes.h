//===- InputTypes.h - The inputs of a model ---------------------*- C++ -*-===//

#ifndef CNNC_LIB_IMPORT_INPUTTYPES_H
#define CNNC_LIB_IMPORT_INPUTTYPES_H

#include "cnnc/Import/Import.h"

#include "llvm/Support/Error.h"

#include "onnx.pb.h"

namespace mlir::cnn {

/// Fails unless the shapes that `options` gives are those of inputs.
llvm::Error checkInputShapes(const onnx::GraphProto &graph,
                             const ImportOptions &options);

/// The type of `input` by the file and by `options`, or an error that says what
/// a user would type to give a shape.
llvm::Expected<RankedTensorType> getInputType(const onnx::ValueInfoProto &input,
                                              const onnx::GraphProto &graph,
                                              const ImportOptions &options,
                                              MLIRContext *context);

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_INPUTTYPES_H
