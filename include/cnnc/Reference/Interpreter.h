//===- Interpreter.h - What a network computes ------------------*- C++ -*-===//
//
// Runs a function of cnn ops on tensors: the executable meaning of every op and
// the oracle of every numeric test. Each op is computed in double precision
// from its operands and rounded once to the element type of its result;
// arithmetic on integers is exact and wraps. Results do not depend on the
// number of threads.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_REFERENCE_INTERPRETER_H
#define CNNC_REFERENCE_INTERPRETER_H

#include "cnnc/Support/Tensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <vector>

namespace mlir::cnn {

struct InterpreterOptions {
  /// 0 stands for all cores.
  unsigned threads = 0;
  /// Called after every op of the function but its return, in order, with the
  /// op and the values of its results.
  std::function<void(Operation *, ArrayRef<Tensor>)> observer;
};

/// The results of `function` for `inputs`. Where the function has a dynamic
/// batch, that of the inputs decides. The error names the input or the op that
/// is wrong, what was expected and what came.
llvm::Expected<std::vector<Tensor>>
interpret(func::FuncOp function, ArrayRef<Tensor> inputs,
          const InterpreterOptions &options = {});

} // namespace mlir::cnn

#endif // CNNC_REFERENCE_INTERPRETER_H
