//===- ModelFile.h - Where an ONNX model is written -------------*- C++ -*-===//

#ifndef CNNC_LIB_EXPORT_MODELFILE_H
#define CNNC_LIB_EXPORT_MODELFILE_H

#include "GraphWriter.h"

namespace mlir::cnn {

/// Adds the constants of `graph` to `model` as initializers and writes it to
/// `path`, and to `path`.data if the constants are external. Files that were
/// there are replaced only when all is written.
llvm::Error writeModelFile(onnx::ModelProto &model, const GraphWriter &graph,
                           StringRef path);

} // namespace mlir::cnn

#endif // CNNC_LIB_EXPORT_MODELFILE_H
