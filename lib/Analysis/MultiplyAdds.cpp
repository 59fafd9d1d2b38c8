//===- MultiplyAdds.cpp - What the layers of a network multiply -----------===//

#include "cnnc/Analysis/MultiplyAdds.h"

#include "cnnc/Dialect/CNN/CNN.h"

#include "llvm/ADT/TypeSwitch.h"

namespace mlir::cnn {
namespace {

ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// An open extent is 1.
double countElements(Value value) {
  double count = 1;
  for (int64_t extent : getShape(value))
    count *= ShapedType::isDynamic(extent) ? 1 : static_cast<double>(extent);
  return count;
}

/// The weights of each extent of the first dimension.
double countPerFirst(Value weights) {
  return countElements(weights) / static_cast<double>(getShape(weights)[0]);
}

double countProducts(Operation *op) {
  return llvm::TypeSwitch<Operation *, double>(op)
      .Case<ConvOp, ConvIntegerOp>([](auto conv) {
        return countElements(conv.getOutput()) *
               countPerFirst(conv.getFilter());
      })
      .Case([](ConvTransposeOp conv) {
        return countElements(conv.getInput()) * countPerFirst(conv.getFilter());
      })
      .Case([](GemmOp gemm) {
        return countElements(gemm.getOutput()) /
               static_cast<double>(getShape(gemm.getOutput()).back()) *
               countElements(gemm.getRhs());
      })
      .Case<MatmulOp, MatmulIntegerOp>([](auto matmul) {
        return countElements(matmul.getOutput()) *
               static_cast<double>(getShape(matmul.getLhs()).back());
      })
      .Default([](Operation *) { return 0.0; });
}

} // namespace

double countMultiplyAdds(ModuleOp module) {
  double sum = 0;
  module.walk([&](Operation *op) { sum += countProducts(op); });
  return sum;
}

} // namespace mlir::cnn
