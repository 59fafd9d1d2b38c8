//===- Stepwise.cpp - Networks run part by part ---------------------------===//

#include "cnnc/Calibration/Stepwise.h"

#include "cnnc/Calibration/Layers.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Error;
using llvm::Expected;

Expected<StepwiseRun> StepwiseRun::open(func::FuncOp function,
                                        const CalibrationImages &images,
                                        const CalibrationOptions &options) {
  StepwiseRun result(function, options);
  std::vector<Tensor> &inputs = result.tensors[function.getArgument(0)];
  Error error =
      images.forEachRun("reading images", [&](const Tensor &input) -> Error {
        inputs.push_back(input);
        return Error::success();
      });
  if (error)
    return std::move(error);
  result.runs = inputs.size();
  return result;
}

bool StepwiseRun::isNeeded(Value value, Operation *op) const {
  return retained.contains(value) ||
         llvm::any_of(value.getUsers(), [&](Operation *user) {
           return user == op || op->isBeforeInBlock(user);
         });
}

void StepwiseRun::release(Value value) {
  retained.erase(value);
  if (!isNeeded(value, next))
    tensors.erase(value);
}

/// A function of tensors that computes `wanted` by copies of `ops`.
static OwningOpRef<ModuleOp> makePart(ArrayRef<Operation *> ops,
                                      ArrayRef<Value> inputs,
                                      ArrayRef<Type> types,
                                      ArrayRef<Value> wanted) {
  Location loc = ops.front()->getLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  auto function = func::FuncOp::create(builder, loc, "part",
                                       builder.getFunctionType(types, {}));
  Block *block = function.addEntryBlock();
  builder.setInsertionPointToStart(block);
  IRMapping mapping;
  mapping.map(inputs, block->getArguments());
  for (Operation *op : ops) {
    for (Value operand : op->getOperands())
      if (!mapping.contains(operand))
        mapping.map(operand,
                    builder.clone(*operand.getDefiningOp())->getResult(0));
    Operation *copy = builder.clone(*op, mapping);
    // A batch that is not known has become one that is.
    if (!isa<arith::ConstantOp>(copy))
      inferResultTypes(copy);
  }
  func::ReturnOp::create(builder, loc,
                         llvm::map_to_vector(wanted, [&](Value value) {
                           return mapping.lookup(value);
                         }));
  setResults(*module, block->getTerminator()->getOperands());
  return module;
}

Expected<StepwiseRun::Results> StepwiseRun::run(ArrayRef<Operation *> ops,
                                                ArrayRef<Value> wanted) const {
  llvm::SmallSetVector<Value, 4> inputs;
  for (Operation *op : ops)
    for (Value operand : op->getOperands())
      if (tensors.contains(operand))
        inputs.insert(operand);
  SmallVector<Type> types;
  for (Value input : inputs)
    types.push_back(RankedTensorType::get(
        get(input).front().getShape(),
        cast<RankedTensorType>(input.getType()).getElementType()));
  OwningOpRef<ModuleOp> module =
      makePart(ops, inputs.getArrayRef(), types, wanted);
  Expected<RunFunction> compiled = loadNetwork(*module, *options);
  if (!compiled)
    return compiled.takeError();
  Results results;
  for (size_t i = 0; i < runs; ++i) {
    std::vector<Tensor> arguments;
    for (Value input : inputs)
      arguments.push_back(get(input)[i]);
    Expected<std::vector<Tensor>> outputs = (*compiled)(arguments);
    if (!outputs)
      return outputs.takeError();
    for (auto [value, tensor] : llvm::zip_equal(wanted, *outputs))
      results[value].push_back(std::move(tensor));
  }
  return results;
}

Error StepwiseRun::runBefore(Operation *op) {
  SmallVector<Operation *> ops;
  for (; next != op && next->isBeforeInBlock(op); next = next->getNextNode())
    if (!isa<arith::ConstantOp>(next))
      ops.push_back(next);
  if (ops.empty())
    return Error::success();
  SmallVector<Value> wanted;
  for (Operation *done : ops)
    for (Value result : done->getResults())
      if (isNeeded(result, next))
        wanted.push_back(result);
  Expected<Results> results = run(ops, wanted);
  if (!results)
    return results.takeError();
  for (auto &[value, computed] : *results)
    tensors[value] = std::move(computed);
  SmallVector<Value> unneeded;
  for (auto &[value, kept] : tensors)
    if (!isNeeded(value, next))
      unneeded.push_back(value);
  for (Value value : unneeded)
    tensors.erase(value);
  return Error::success();
}

Expected<std::vector<Tensor>> StepwiseRun::evaluate(Operation *op) const {
  Expected<Results> results = run(op, op->getResult(0));
  if (!results)
    return results.takeError();
  return std::move((*results)[op->getResult(0)]);
}
