//===- Rewrite.cpp - A function in integers -------------------------------===//

#include "Rewrite.h"
#include "Remarks.h"

#include "cnnc/Support/Weights.h"

#include "mlir/IR/IRMapping.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

IntegerRewriter::IntegerRewriter(func::FuncOp function, const Plan &plan,
                                 const Statistics &statistics,
                                 const QuantizationOptions &options)
    : function(function), plan(plan), statistics(statistics), options(options),
      builder(function.getLoc(), function.getContext()),
      format(getFormat(options.activations)),
      element(cnn::getElementType(options.activations, function.getContext())) {
}

void IntegerRewriter::run() {
  SmallVector<Operation *> ops;
  for (Operation &op : function.front())
    ops.push_back(&op);
  for (Operation *op : ops)
    rewrite(*op);
  for (Operation *op : llvm::reverse(replaced))
    op->erase();
  for (Operation *op : ops)
    if (!llvm::is_contained(replaced, op) && isa<arith::ConstantOp>(op) &&
        op->use_empty())
      op->erase();
}

void IntegerRewriter::rewrite(Operation &op) {
  if (isa<arith::ConstantOp>(op))
    return;
  builder.setInsertionPoint(&op);
  builder.setLoc(op.getLoc());
  if (auto unary = dyn_cast<UnaryOp>(op); unary && plan.isAbsorbed(unary)) {
    replaced.push_back(&op);
    return;
  }
  if (!plan.isInteger(&op))
    return rewriteFloat(&op);
  replaced.push_back(&op);
  StringRef why;
  if (std::optional<Layer> layer = getLayer(&op, why))
    return rewriteLayer(&op, *layer);
  if (plan.isCarrier(&op))
    return rewriteCarrier(&op);
  rewriteMap(&op);
}

void IntegerRewriter::rewriteFloat(Operation *op) {
  for (OpOperand &operand : op->getOpOperands())
    operand.set(getFloats(operand.get()));
}

void IntegerRewriter::rewriteCarrier(Operation *op) {
  IRMapping mapping;
  mapping.map(op->getOperand(0), getIntegers(op->getOperand(0)));
  Operation *copy = builder.clone(*op, mapping);
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  copy->getResult(0).setType(type.clone(element));
  integers[op->getResult(0)] = copy->getResult(0);
  remarkApplied(op, "moves integers");
}

Value IntegerRewriter::getIntegers(Value value) {
  Value &known = integers[value];
  if (known)
    return known;
  QuantizationParameters parameters = plan.getParameters(value);
  Value result =
      QuantizeOp::create(builder, getFloats(value), createScale(parameters),
                         createInteger(parameters.zeroPoint));
  return integers[value] = result;
}

Value IntegerRewriter::getFloats(Value value) {
  if (Value known = floats.lookup(value))
    return known;
  Value known = integers.lookup(value);
  if (!known)
    return value;
  // Of a tensor that was made from floats they are at hand.
  Operation *op = value.getDefiningOp();
  if (!op || !plan.isInteger(op)) {
    auto unary = dyn_cast_if_present<UnaryOp>(op);
    if (!unary || !plan.isAbsorbed(unary))
      return value;
  }
  QuantizationParameters parameters = plan.getParameters(value);
  Value result = DequantizeOp::create(builder, known, createScale(parameters),
                                      createZeroPoint(parameters));
  return floats[value] = result;
}

Value IntegerRewriter::createRequantized(Value value,
                                         const QuantizationParameters &target) {
  if (plan.getParameters(value) == target)
    return getIntegers(value);
  return QuantizeOp::create(builder, getFloats(value), createScale(target),
                            createInteger(target.zeroPoint));
}

Value IntegerRewriter::createLimits(Value value, FunctionAttr function,
                                    const QuantizationParameters &parameters) {
  if (!function)
    return value;
  auto toInteger = [&](double number) {
    double integer = std::nearbyint(number / parameters.scale);
    return std::clamp(integer + static_cast<double>(parameters.zeroPoint),
                      static_cast<double>(format.least),
                      static_cast<double>(format.largest));
  };
  bool isClip = function.getKind() == FunctionKind::clip;
  auto low = static_cast<int64_t>(toInteger(isClip ? function.getAlpha() : 0));
  if (low > format.least)
    value =
        BinaryOp::create(builder, BinaryKind::max, value, createInteger(low));
  if (!isClip)
    return value;
  auto high = static_cast<int64_t>(toInteger(function.getBeta()));
  if (high < format.largest)
    value =
        BinaryOp::create(builder, BinaryKind::min, value, createInteger(high));
  return value;
}

Value IntegerRewriter::createFloat(double value) {
  auto type = RankedTensorType::get({}, builder.getF32Type());
  return createConstant(builder, builder.getLoc(), type,
                        static_cast<float>(value));
}

Value IntegerRewriter::createInteger(int64_t value) {
  auto byte = static_cast<char>(value);
  return createConstant(
      builder, builder.getLoc(),
      makeConstant(RankedTensorType::get({}, element), ArrayRef<char>(byte)));
}

Value IntegerRewriter::createZeroPoint(
    const QuantizationParameters &parameters) {
  return parameters.zeroPoint ? createInteger(parameters.zeroPoint) : Value();
}
