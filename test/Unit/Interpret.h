//===- Interpret.h - Running small networks in tests ------------*- C++ -*-===//

#ifndef CNNC_TEST_UNIT_INTERPRET_H
#define CNNC_TEST_UNIT_INTERPRET_H

#include "cnnc/Reference/Interpreter.h"

#include "mlir/IR/BuiltinOps.h"

#include <memory>

namespace mlir::cnn::test {

/// A module parsed from text, and the function in it.
class Network {
public:
  explicit Network(StringRef text);

  func::FuncOp getFunction();
  /// The results, or one error message.
  llvm::Expected<std::vector<Tensor>>
  run(ArrayRef<Tensor> inputs, const InterpreterOptions &options = {});

private:
  std::unique_ptr<MLIRContext> context;
  OwningOpRef<ModuleOp> module;
};

/// The elements of the only result of `op` applied to %x, %y, ...; `op` is
/// "cnn.something %x, %y : types", `result` its type.
std::vector<double> evaluate(StringRef op, StringRef result,
                             ArrayRef<Tensor> inputs);

/// 0, 1, 2, ... as a float32 tensor.
Tensor count(ArrayRef<int64_t> shape, float first = 0);

/// Numbers from -1 to 1 that are always the same for a seed.
Tensor getRandom(ArrayRef<int64_t> shape, unsigned seed);

} // namespace mlir::cnn::test

#endif // CNNC_TEST_UNIT_INTERPRET_H
