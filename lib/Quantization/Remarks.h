//===- Remarks.h - What --quantize says -------------------------*- C++ -*-===//

#ifndef CNNC_LIB_QUANTIZATION_REMARKS_H
#define CNNC_LIB_QUANTIZATION_REMARKS_H

#include "mlir/IR/Operation.h"
#include "mlir/IR/Remarks.h"

namespace mlir::cnn {

inline remark::RemarkOpts getQuantizeRemark() {
  return remark::RemarkOpts::name("Quantize").category("cnn");
}

/// Remarks what has become of `op`.
inline void remarkApplied(Operation *op, const Twine &what) {
  remark::passed(op->getLoc(), getQuantizeRemark()) << what.str();
}

/// Remarks why `op` stays in float.
inline void remarkMissed(Operation *op, const Twine &why) {
  remark::missed(op->getLoc(), getQuantizeRemark()) << why.str();
}

} // namespace mlir::cnn

#endif // CNNC_LIB_QUANTIZATION_REMARKS_H
