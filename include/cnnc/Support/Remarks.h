//===- Remarks.h - What remarks have in common ------------------*- C++ -*-===//

#ifndef CNNC_SUPPORT_REMARKS_H
#define CNNC_SUPPORT_REMARKS_H

#include "llvm/ADT/StringRef.h"

namespace mlir::cnn {

/// Subcategory of remarks, on a layer that ends there, that another layer
/// computes it from now on.
inline constexpr llvm::StringLiteral fusedRemark = "fused";

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_REMARKS_H
