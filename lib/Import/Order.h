//===- Order.h - The order of nodes -----------------------------*- C++ -*-===//

#ifndef CNNC_LIB_IMPORT_ORDER_H
#define CNNC_LIB_IMPORT_ORDER_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include "onnx.pb.h"

namespace mlir::cnn {

using NodeList = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

/// How users call a node: by its name, or else by its operator and result.
std::string getNodeName(const onnx::NodeProto &node);

/// Positions of `nodes`, so that each comes after those whose results it or a
/// graph inside it uses; as they stand wherever that is so. Names for which
/// `isBound` are defined before the first node. Fails with the nodes of a
/// cycle.
llvm::Expected<std::vector<int>>
getOrder(const NodeList &nodes, llvm::function_ref<bool(StringRef)> isBound);

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_ORDER_H
