//===- TensorData.h - Constant data in ONNX files ---------------*- C++ -*-===//

#ifndef CNNC_LIB_IMPORT_TENSORDATA_H
#define CNNC_LIB_IMPORT_TENSORDATA_H

#include "cnnc/Support/Tensor.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/Error.h"

namespace onnx {
class SparseTensorProto;
class TensorProto;
} // namespace onnx

namespace mlir::cnn {

/// Tensors with more bytes than this are taken for a mistake in the file.
inline constexpr int64_t maxTensorBytes = int64_t(1) << 40;

/// The element type of an ONNX data type number, or an error that names it.
llvm::Expected<ElementType> getElementTypeOf(int32_t dataType);

/// The type of a tensor of `shape`, or an error if an extent is negative or the
/// tensor too large to exist.
llvm::Expected<RankedTensorType> getCheckedType(ArrayRef<int64_t> shape,
                                                Type elementType);

/// The constant a tensor of the file holds. Takes the data out of `tensor`
/// instead of copying them. External data are read from `folder`.
llvm::Expected<ElementsAttr> takeTensorData(onnx::TensorProto &tensor,
                                            StringRef folder,
                                            MLIRContext *context);

/// The same for a tensor that lists what is not zero.
llvm::Expected<ElementsAttr>
takeSparseData(const onnx::SparseTensorProto &sparse, StringRef folder,
               MLIRContext *context);

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_TENSORDATA_H
