//===- LowRankRemarks.h - What --low-rank says ------------------*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_LOWRANKREMARKS_H
#define CNNC_LIB_COMPRESSION_LOWRANKREMARKS_H

#include "mlir/IR/Operation.h"
#include "mlir/IR/Remarks.h"

namespace mlir::cnn {

inline remark::RemarkOpts getLowRankRemark() {
  return remark::RemarkOpts::name("LowRank").category("cnn");
}

/// Remarks why a layer stays as it is, or is not treated as asked.
inline void remarkMissed(Location loc, const Twine &why) {
  remark::missed(loc, getLowRankRemark()) << why.str();
}

/// Remarks what has become of a layer.
inline void remarkApplied(Location loc, const Twine &what) {
  remark::passed(loc, getLowRankRemark()) << what.str();
}

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_LOWRANKREMARKS_H
