//===- CNNDialect.cpp - The cnn dialect -----------------------------------===//

#include "cnnc/Dialect/CNN/CNN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/TypeUtilities.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::cnn;

#include "cnnc/Dialect/CNN/CNNDialect.cpp.inc"
#include "cnnc/Dialect/CNN/CNNEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "cnnc/Dialect/CNN/CNNAttributes.cpp.inc"
#include "cnnc/Dialect/CNN/CNNInterfaces.cpp.inc"
#define GET_OP_CLASSES
#include "cnnc/Dialect/CNN/CNNOps.cpp.inc"

void CNNDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "cnnc/Dialect/CNN/CNNAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "cnnc/Dialect/CNN/CNNOps.cpp.inc"
      >();
}

/// Folded constants become arith.constant, the dialect's only constant.
Operation *CNNDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                           Type type, Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}
