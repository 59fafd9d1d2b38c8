//===- Remarks.h - What --quantize says -------------------------*- C++ -*-===//

#ifndef CNNC_LIB_QUANTIZATION_REMARKS_H
#define CNNC_LIB_QUANTIZATION_REMARKS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Remarks.h"

namespace mlir::cnn {

inline remark::RemarkOpts getQuantizeRemark() {
  return remark::RemarkOpts::name("Quantize").category("cnn");
}

/// While it lives nothing is said of the ops of a function, which is only
/// tried.
class SilentRemarks {
public:
  static constexpr StringLiteral attribute = "cnn.silent";

  explicit SilentRemarks(func::FuncOp function) : function(function) {
    function->setAttr(attribute, UnitAttr::get(function.getContext()));
  }
  ~SilentRemarks() { function->removeAttr(attribute); }
  SilentRemarks(const SilentRemarks &) = delete;
  SilentRemarks &operator=(const SilentRemarks &) = delete;

  static bool isSilent(Operation *op) {
    auto function = op->getParentOfType<func::FuncOp>();
    return function && function->hasAttr(attribute);
  }

private:
  func::FuncOp function;
};

/// Remarks what has become of `op`.
inline void remarkApplied(Operation *op, const Twine &what) {
  if (!SilentRemarks::isSilent(op))
    remark::passed(op->getLoc(), getQuantizeRemark()) << what.str();
}

/// Remarks why `op` stays in float.
inline void remarkMissed(Operation *op, const Twine &why) {
  if (!SilentRemarks::isSilent(op))
    remark::missed(op->getLoc(), getQuantizeRemark()) << why.str();
}

} // namespace mlir::cnn

#endif // CNNC_LIB_QUANTIZATION_REMARKS_H
