//===- Upgrade.h - Operators of opsets before 7 -----------------*- C++ -*-===//

#ifndef CNNC_LIB_IMPORT_UPGRADE_H
#define CNNC_LIB_IMPORT_UPGRADE_H

#include "Graph.h"

namespace mlir::cnn {

/// Importing functions know operators from this opset on.
inline constexpr int64_t upgradedOpset = 7;

/// Rewrites `node`, whose opset is older, as `upgradedOpset` would have it, and
/// imports what its inputs need for that. Refuses what opset 7 cannot say.
llvm::Error upgradeNode(Graph &graph, onnx::NodeProto &node);

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_UPGRADE_H
