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
  return integers[value] = createLimits(result, {}, value);
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

Value IntegerRewriter::createRequantized(Value value, Value target) {
  QuantizationParameters parameters = plan.getParameters(target);
  if (plan.getParameters(value) == parameters)
    return getIntegers(value);
  Value result =
      QuantizeOp::create(builder, getFloats(value), createScale(parameters),
                         createInteger(parameters.zeroPoint));
  return createLimits(result, {}, target);
}

Value IntegerRewriter::createLimits(Value integers, FunctionAttr function,
                                    Value target) {
  QuantizationParameters parameters = plan.getParameters(target);
  NumberFormat limits = plan.getFormat(target);
  auto toInteger = [&](double number) {
    double integer = std::nearbyint(number / parameters.scale);
    return static_cast<int64_t>(
        std::clamp(integer + static_cast<double>(parameters.zeroPoint),
                   static_cast<double>(limits.least),
                   static_cast<double>(limits.largest)));
  };
  bool isClip = function && function.getKind() == FunctionKind::clip;
  int64_t low = limits.least, high = limits.largest;
  if (function)
    low = toInteger(isClip ? function.getAlpha() : 0);
  if (isClip)
    high = toInteger(function.getBeta());
  if (low > format.least)
    integers = BinaryOp::create(builder, BinaryKind::max, integers,
                                createInteger(low));
  if (high < format.largest)
    integers = BinaryOp::create(builder, BinaryKind::min, integers,
                                createInteger(high));
  return integers;
}

Value IntegerRewriter::createFloat(double value) {
  auto type = RankedTensorType::get({}, builder.getF32Type());
  return createConstant(builder, builder.getLoc(), type,
                        static_cast<float>(value));
}

Value IntegerRewriter::createInteger(int64_t value) {
  APInt bits(element.getIntOrFloatBitWidth(), value, /*isSigned=*/false,
             /*implicitTrunc=*/true);
  return createConstant(
      builder, builder.getLoc(),
      DenseElementsAttr::get(RankedTensorType::get({}, element), bits));
}

Value IntegerRewriter::createZeroPoint(
    const QuantizationParameters &parameters) {
  return parameters.zeroPoint ? createInteger(parameters.zeroPoint) : Value();
}
