//===- Functions.cpp - Functions of one number as nodes -------------------===//

#include "OpWriter.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

namespace {

/// Operators that are the function itself, without attributes.
StringRef getPlainOperator(FunctionKind kind) {
  switch (kind) {
  case FunctionKind::relu:
    return "Relu";
  case FunctionKind::sigmoid:
    return "Sigmoid";
  case FunctionKind::tanh:
    return "Tanh";
  case FunctionKind::softplus:
    return "Softplus";
  case FunctionKind::softsign:
    return "Softsign";
  case FunctionKind::exp:
    return "Exp";
  case FunctionKind::log:
    return "Log";
  case FunctionKind::sqrt:
    return "Sqrt";
  case FunctionKind::reciprocal:
    return "Reciprocal";
  case FunctionKind::erf:
    return "Erf";
  case FunctionKind::abs:
    return "Abs";
  case FunctionKind::neg:
    return "Neg";
  case FunctionKind::floor:
    return "Floor";
  case FunctionKind::ceil:
    return "Ceil";
  case FunctionKind::round:
    return "Round";
  case FunctionKind::sign:
    return "Sign";
  case FunctionKind::sin:
    return "Sin";
  case FunctionKind::cos:
    return "Cos";
  case FunctionKind::tan:
    return "Tan";
  case FunctionKind::asin:
    return "Asin";
  case FunctionKind::acos:
    return "Acos";
  case FunctionKind::atan:
    return "Atan";
  case FunctionKind::sinh:
    return "Sinh";
  case FunctionKind::cosh:
    return "Cosh";
  case FunctionKind::asinh:
    return "Asinh";
  case FunctionKind::acosh:
    return "Acosh";
  case FunctionKind::atanh:
    return "Atanh";
  default:
    return {};
  }
}

/// Writes one function of one tensor.
class FunctionWriter {
public:
  FunctionWriter(OpWriter &writer, FunctionAttr function, Name x, Type type)
      : writer(writer), function(function), x(std::move(x)), type(type) {}

  Name write();

private:
  Name add(StringRef operatorName, std::vector<Name> inputs,
           NodeAttributes attributes = {}) {
    return writer.add(operatorName, std::move(inputs), std::move(attributes));
  }
  Name number(double value) { return writer.scalar(type, value); }

  Name writeClip();
  Name writeGelu();
  Name writeGeluTanh();
  Name writeHardSwish();
  Name writeMish();

  OpWriter &writer;
  FunctionAttr function;
  Name x;
  Type type;
};

/// A limit that the element type does not have is none.
Name FunctionWriter::writeClip() {
  double least = -INFINITY, largest = INFINITY;
  if (auto integer = dyn_cast<IntegerType>(type)) {
    double width = std::ldexp(1.0, integer.getWidth());
    least = integer.isUnsigned() ? 0 : -width / 2;
    largest = least + width - 1;
  }
  double low = function.getAlpha(), high = function.getBeta();
  return add("Clip", {x, low > least ? number(low) : Name(),
                      high < largest ? number(high) : Name()});
}

Name FunctionWriter::writeGelu() {
  if (writer.getOpset() >= 20)
    return add("Gelu", {x});
  Name scaled = add("Mul", {x, number(std::sqrt(0.5))});
  Name sum = add("Add", {add("Erf", {scaled}), number(1)});
  return add("Mul", {add("Mul", {x, sum}), number(0.5)});
}

Name FunctionWriter::writeGeluTanh() {
  if (writer.getOpset() >= 20)
    return add("Gelu", {x}, {{"approximate", "tanh"}});
  Name cube = add("Mul", {add("Mul", {x, x}), x});
  Name inner = add("Add", {x, add("Mul", {cube, number(0.044715)})});
  Name tanh = add("Tanh", {add("Mul", {inner, number(std::sqrt(2 / M_PI))})});
  Name sum = add("Add", {tanh, number(1)});
  return add("Mul", {add("Mul", {x, sum}), number(0.5)});
}

Name FunctionWriter::writeHardSwish() {
  if (writer.getOpset() >= 14)
    return add("HardSwish", {x});
  Name gate = add("HardSigmoid", {x}, {{"alpha", 1.0 / 6}, {"beta", 0.5}});
  return add("Mul", {x, gate});
}

Name FunctionWriter::writeMish() {
  if (writer.getOpset() >= 18)
    return add("Mish", {x});
  return add("Mul", {x, add("Tanh", {add("Softplus", {x})})});
}

Name FunctionWriter::write() {
  double alpha = function.getAlpha(), beta = function.getBeta();
  switch (function.getKind()) {
  case FunctionKind::leaky_relu:
    return add("LeakyRelu", {x}, {{"alpha", alpha}});
  case FunctionKind::elu:
    return add("Elu", {x}, {{"alpha", alpha}});
  case FunctionKind::selu:
    return add("Selu", {x}, {{"alpha", alpha}, {"gamma", beta}});
  case FunctionKind::celu:
    return add("Celu", {x}, {{"alpha", alpha}});
  case FunctionKind::thresholded_relu:
    return add("ThresholdedRelu", {x}, {{"alpha", alpha}});
  case FunctionKind::hard_sigmoid:
    return add("HardSigmoid", {x}, {{"alpha", alpha}, {"beta", beta}});
  case FunctionKind::shrink:
    return add("Shrink", {x}, {{"lambd", alpha}, {"bias", beta}});
  case FunctionKind::silu:
    return add("Mul", {x, add("Sigmoid", {x})});
  case FunctionKind::bit_not:
    return add(type.isInteger(1) ? "Not" : "BitwiseNot", {x});
  case FunctionKind::clip:
    return writeClip();
  case FunctionKind::gelu:
    return writeGelu();
  case FunctionKind::gelu_tanh:
    return writeGeluTanh();
  case FunctionKind::hard_swish:
    return writeHardSwish();
  case FunctionKind::mish:
    return writeMish();
  default:
    return add(getPlainOperator(function.getKind()), {x});
  }
}

} // namespace

Name mlir::cnn::writeFunction(OpWriter &writer, FunctionAttr function, Name x,
                              Type elementType) {
  return FunctionWriter(writer, function, std::move(x), elementType).write();
}
