//===- MultiplyAdds.cpp - What the layers of a network compute ------------===//

#include "cnnc/Analysis/MultiplyAdds.h"

#include "cnnc/Dialect/CNN/CNN.h"

#include "llvm/ADT/TypeSwitch.h"

namespace mlir::cnn {
namespace {

ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

double count(Value value) { return static_cast<double>(countElements(value)); }

/// The weights of each extent of the first dimension.
double countPerFirst(Value weights) {
  return count(weights) / static_cast<double>(getShape(weights)[0]);
}

double countTaps(ArrayRef<int64_t> kernel) {
  double taps = 1;
  for (int64_t extent : kernel)
    taps *= static_cast<double>(extent);
  return taps;
}

/// Of each element of the result of a layer or an op on elements, beside
/// multiply-adds.
double countPerResult(Operation *op) {
  auto layer = dyn_cast<ActivatedOp>(op);
  double activation = layer && layer.getActivationAttr() ? 1 : 0;
  return llvm::TypeSwitch<Operation *, double>(op)
      .Case<ConvOp, WinogradConvOp>(
          [&](auto conv) { return activation + (conv.getResidual() ? 1 : 0); })
      .Case<ConvTransposeOp, GemmOp>([&](auto) { return activation; })
      .Case<UnaryOp, BinaryOp, CompareOp, SelectOp>([](auto) { return 1.0; })
      // A factor and a summand per channel.
      .Case<BatchNormOp, DequantizeOp>([](auto) { return 2.0; })
      // Factor, zero point, rounding.
      .Case<QuantizeOp, RequantizeOp>([](auto) { return 3.0; })
      // The mean; difference, square and sum of the variance; factor, summand.
      .Case<InstanceNormOp, LayerNormOp>([](auto) { return 6.0; })
      // The maximum, difference, exponential, sum, quotient.
      .Case([](SoftmaxOp) { return 5.0; })
      // The square and size - 1 sums; factor, summand, power, quotient.
      .Case([](LRNOp lrn) { return static_cast<double>(lrn.getSize()) + 4; })
      .Case([](MaxPoolOp pool) { return countTaps(pool.getKernel()) - 1; })
      // The sum and a quotient.
      .Case([](AvgPoolOp pool) { return countTaps(pool.getKernel()); })
      .Case([](ResizeOp resize) {
        double neighbours = resize.getMode() == ResizeMode::nearest  ? 0
                            : resize.getMode() == ResizeMode::linear ? 2
                                                                     : 4;
        double sum = neighbours > 0 ? 2 : 0;
        for (int64_t dim = 0; dim < resize.getOutput().getType().getRank();
             ++dim)
          sum *= resize.isResized(dim) ? neighbours : 1;
        return sum;
      })
      .Default([](Operation *) { return 0.0; });
}

} // namespace

int64_t countElements(Value value) {
  int64_t elements = 1;
  for (int64_t extent : getShape(value))
    elements *= ShapedType::isDynamic(extent) ? 1 : extent;
  return elements;
}

double countMultiplyAdds(Operation *op) {
  return llvm::TypeSwitch<Operation *, double>(op)
      .Case<ConvOp, ConvIntegerOp, WinogradConvOp>([](auto conv) {
        return count(conv.getOutput()) * countPerFirst(conv.getFilter());
      })
      .Case([](ConvTransposeOp conv) {
        return count(conv.getInput()) * countPerFirst(conv.getFilter());
      })
      .Case([](GemmOp gemm) {
        return count(gemm.getOutput()) /
               static_cast<double>(getShape(gemm.getOutput()).back()) *
               count(gemm.getRhs());
      })
      .Case<MatmulOp, MatmulIntegerOp>([](auto matmul) {
        return count(matmul.getOutput()) *
               static_cast<double>(getShape(matmul.getLhs()).back());
      })
      .Default([](Operation *) { return 0.0; });
}

double countMultiplyAdds(ModuleOp module) {
  double sum = 0;
  module.walk([&](Operation *op) { sum += countMultiplyAdds(op); });
  return sum;
}

double countOperations(Operation *op) {
  // The sum, and for a mean the quotient, over what is read.
  if (isa<ReduceOp, ArgReduceOp, CumulativeSumOp>(op))
    return count(op->getOperand(0));
  double perResult = countPerResult(op);
  return 2 * countMultiplyAdds(op) +
         (perResult > 0 ? perResult * count(op->getResult(0)) : 0);
}

} // namespace mlir::cnn
