//===- Interpreter.cpp - What a network computes --------------------------===//

#include "cnnc/Reference/Interpreter.h"

#include "Evaluate.h"

#include "cnnc/Support/Weights.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/TypeSwitch.h"

#include <thread>

using namespace mlir;
using namespace mlir::cnn;

namespace {

template <typename T>
std::string print(const T &object) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  object.print(stream);
  return text;
}

/// An error at an op, naming its location, which is that of an ONNX node.
llvm::Error makeError(Operation *op, const Twine &message) {
  return llvm::createStringError(print(op->getLoc()) + ": " +
                                 op->getName().getStringRef() + ": " + message);
}

/// "input 0 'data'"
std::string describeInput(func::FuncOp function, unsigned index) {
  std::string text = "input " + std::to_string(index);
  if (auto name = function.getArgAttrOfType<StringAttr>(index, "cnn.name"))
    text += " '" + name.str() + "'";
  return text;
}

/// A tensor matches a type if its element type is the same and its shape is one
/// of the type's.
bool matches(const Tensor &tensor, RankedTensorType type) {
  return getElementType(type.getElementType()) == tensor.getType() &&
         succeeded(verifyCompatibleShape(tensor.getShape(), type.getShape()));
}

llvm::Error checkInputs(func::FuncOp function, ArrayRef<Tensor> inputs) {
  if (function.getBlocks().size() != 1)
    return llvm::createStringError("function '" + function.getSymName() +
                                   "': expected a body of one block, got " +
                                   Twine(function.getBlocks().size()));
  if (inputs.size() != function.getNumArguments())
    return llvm::createStringError("function '" + function.getSymName() +
                                   "': expected " +
                                   Twine(function.getNumArguments()) +
                                   " inputs, got " + Twine(inputs.size()));
  std::optional<int64_t> batch;
  for (auto [i, tensor] : llvm::enumerate(inputs)) {
    auto type = dyn_cast<RankedTensorType>(function.getArgumentTypes()[i]);
    if (!type || !matches(tensor, type))
      return llvm::createStringError(
          describeInput(function, i) + ": expected " +
          print(function.getArgumentTypes()[i]) + ", got " + describe(tensor));
    if (type.getRank() == 0 || !type.isDynamicDim(0))
      continue;
    if (batch && *batch != tensor.getShape()[0])
      return llvm::createStringError(describeInput(function, i) +
                                     ": expected a batch of " + Twine(*batch) +
                                     " as before, got " + describe(tensor));
    batch = tensor.getShape()[0];
  }
  return llvm::Error::success();
}

bool isDynamic(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped && !shaped.hasStaticShape();
}

/// Infers the result types of `op` again, from operands whose types changed.
LogicalResult inferAgain(Operation *op) {
  if (op->getNumResults() == 0 ||
      !llvm::any_of(op->getResultTypes(), isDynamic))
    return success();
  auto inferring = dyn_cast<InferTypeOpInterface>(op);
  if (!inferring)
    return op->emitError(
        "has a result of dynamic shape that cannot be inferred");
  SmallVector<Type> types;
  if (failed(inferring.inferReturnTypes(
          op->getContext(), op->getLoc(), op->getOperands(),
          op->getRawDictionaryAttrs(), op->getPropertiesStorage(),
          op->getRegions(), types)))
    return failure();
  for (auto [result, type] : llvm::zip_equal(op->getResults(), types))
    result.setType(type);
  return success();
}

/// A copy of a function whose dynamic batch has become that of the inputs.
class Specialization {
public:
  /// Copies the function only if it is dynamic.
  static llvm::Expected<Specialization> get(func::FuncOp function,
                                            ArrayRef<Tensor> inputs) {
    Specialization result;
    result.function = function;
    bool dynamic = llvm::any_of(function.getArgumentTypes(), isDynamic);
    if (!dynamic)
      return result;
    IRMapping mapping;
    result.clone = cast<func::FuncOp>(function->clone(mapping));
    result.function = *result.clone;
    for (auto [original, copy] : mapping.getOperationMap())
      result.originals[copy] = original;
    std::string message;
    ScopedDiagnosticHandler handler(function.getContext(),
                                    [&](Diagnostic &diagnostic) {
                                      message += diagnostic.str() + "\n";
                                      return success();
                                    });
    Block &body = result.function.getBody().front();
    for (auto [argument, tensor] : llvm::zip_equal(body.getArguments(), inputs))
      argument.setType(
          cast<RankedTensorType>(argument.getType()).clone(tensor.getShape()));
    for (Operation &op : body)
      if (failed(inferAgain(&op)))
        return makeError(&op, StringRef(message).rtrim());
    return result;
  }

  func::FuncOp getFunction() const { return function; }

  /// The op of the function that was copied.
  Operation *getOriginal(Operation *op) const {
    Operation *original = originals.lookup(op);
    return original ? original : op;
  }

private:
  func::FuncOp function;
  OwningOpRef<func::FuncOp> clone;
  llvm::DenseMap<Operation *, Operation *> originals;
};

llvm::Expected<Tensor> evaluateConstant(arith::ConstantOp op) {
  auto attribute = dyn_cast<ElementsAttr>(op.getValue());
  std::optional<Tensor> tensor;
  if (attribute)
    tensor = getTensor(attribute);
  if (!tensor)
    return llvm::createStringError(
        "expected a constant with data of a supported type, got " +
        print(op.getType()) +
        "; were the weights left out when it was printed?");
  return std::move(*tensor);
}

llvm::Expected<Tensor> evaluateOp(Operation *op,
                                  const reference::Operands &operands) {
  auto isSupported = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.hasStaticShape() &&
           getElementType(tensor.getElementType());
  };
  if (op->getNumResults() != 1 || !isSupported(op->getResult(0).getType()))
    return llvm::createStringError(
        "expected one result that is a tensor of static shape and of floats or "
        "integers of whole bytes");
  // Nothing is computed of a result without elements.
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (type.getNumElements() == 0)
    return Tensor(*getElementType(type.getElementType()), type.getShape());
  using Result = llvm::Expected<Tensor>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case(
          [](arith::ConstantOp constant) { return evaluateConstant(constant); })
      .Case<
#define GET_OP_LIST
#include "cnnc/Dialect/CNN/CNNOps.cpp.inc"
          >([&](auto layer) -> Result {
        return reference::evaluate(layer, operands);
      })
      .Default([](Operation *) -> Result {
        return llvm::createStringError(
            "expected cnn ops, arith.constant and return");
      });
}

/// Runs the ops of a function one by one.
class Frame {
public:
  Frame(const InterpreterOptions &options)
      : options(options),
        threads(options.threads ? options.threads
                                : std::thread::hardware_concurrency()) {}

  /// Sets the value of an argument or result, unless nobody needs it.
  void set(Value value, Tensor tensor) {
    int64_t uses = llvm::range_size(value.getUses());
    if (uses == 0)
      return;
    remainingUses[value] = uses;
    values[value] = std::move(tensor);
  }

  llvm::Error run(Operation &op, Operation *original) {
    auto result = evaluateOp(&op, reference::Operands(values, threads));
    if (!result)
      return makeError(&op, llvm::toString(result.takeError()));
    if (options.observer)
      options.observer(original, *result);
    release(op);
    set(op.getResult(0), std::move(*result));
    return llvm::Error::success();
  }

  std::vector<Tensor> getResults(Operation &terminator) {
    std::vector<Tensor> results;
    for (Value operand : terminator.getOperands())
      results.push_back(values[operand]);
    return results;
  }

private:
  /// Frees the operands whose last user has run.
  void release(Operation &op) {
    for (Value operand : op.getOperands())
      if (--remainingUses[operand] == 0)
        values.erase(operand);
  }

  const InterpreterOptions &options;
  unsigned threads;
  llvm::DenseMap<Value, Tensor> values;
  llvm::DenseMap<Value, int64_t> remainingUses;
};

} // namespace

llvm::Expected<std::vector<Tensor>>
mlir::cnn::interpret(func::FuncOp function, ArrayRef<Tensor> inputs,
                     const InterpreterOptions &options) {
  using Results = llvm::Expected<std::vector<Tensor>>;
  if (llvm::Error error = checkInputs(function, inputs))
    return Results(std::move(error));
  auto specialization = Specialization::get(function, inputs);
  if (!specialization)
    return specialization.takeError();
  Block &body = specialization->getFunction().getBody().front();
  Frame frame(options);
  for (auto [argument, input] : llvm::zip_equal(body.getArguments(), inputs))
    frame.set(argument, input);
  for (Operation &op : body.without_terminator())
    if (llvm::Error error = frame.run(op, specialization->getOriginal(&op)))
      return Results(std::move(error));
  return frame.getResults(*body.getTerminator());
}
