//===- DropSigns.cpp - Signless integers in kernels -----------------------===//

#include "TensorBuilders.h"
#include "cnnc/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_DROPSIGNS
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// The type with a signless integer in place of one with a sign.
Type dropSign(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped ? shaped.clone(getSignless(shaped.getElementType()))
                : getSignless(type);
}

/// A constant with the same bytes.
TypedAttr dropSign(TypedAttr value) {
  Type type = dropSign(value.getType());
  if (type == value.getType())
    return value;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(cast<ShapedType>(type),
                                          resource.getRawHandle());
  if (auto integer = dyn_cast<IntegerAttr>(value))
    return IntegerAttr::get(type, integer.getValue());
  return cast<DenseElementsAttr>(value).bitcast(getElementTypeOrSelf(type));
}

void dropSigns(ValueRange values) {
  for (Value value : values)
    value.setType(dropSign(value.getType()));
}

struct DropSigns : impl::DropSignsBase<DropSigns> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    function->walk([](Operation *op) {
      dropSigns(op->getResults());
      for (Region &region : op->getRegions())
        for (Block &block : region)
          dropSigns(block.getArguments());
      if (auto constant = dyn_cast<arith::ConstantOp>(op))
        constant.setValueAttr(dropSign(constant.getValue()));
    });
    function.walk([](UnrealizedConversionCastOp cast) {
      if (cast->getOperandTypes() != cast->getResultTypes())
        return;
      cast->replaceAllUsesWith(cast->getOperands());
      cast.erase();
    });
    SmallVector<Type> arguments(llvm::map_range(
        function.getArgumentTypes(), [](Type type) { return dropSign(type); }));
    SmallVector<Type> results(llvm::map_range(
        function.getResultTypes(), [](Type type) { return dropSign(type); }));
    function.setFunctionType(
        FunctionType::get(&getContext(), arguments, results));
  }
};

} // namespace
} // namespace mlir::cnn
