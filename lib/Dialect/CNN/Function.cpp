//===- Function.cpp - Functions of one and two numbers --------------------===//

#include "cnnc/Dialect/CNN/CNN.h"

#include "mlir/IR/DialectImplementation.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

/// How many parameters a function has: 0, 1 or 2.
static int getParameterCount(FunctionKind kind) {
  switch (kind) {
  case FunctionKind::clip:
  case FunctionKind::selu:
  case FunctionKind::hard_sigmoid:
  case FunctionKind::shrink:
    return 2;
  case FunctionKind::leaky_relu:
  case FunctionKind::elu:
  case FunctionKind::celu:
  case FunctionKind::thresholded_relu:
    return 1;
  default:
    return 0;
  }
}

Attribute FunctionAttr::parse(AsmParser &parser, Type) {
  StringRef keyword;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseKeyword(&keyword))
    return {};
  std::optional<FunctionKind> kind = symbolizeFunctionKind(keyword);
  if (!kind) {
    parser.emitError(loc) << "unknown function '" << keyword << "'";
    return {};
  }
  double parameters[2] = {0.0, 0.0};
  for (int i = 0; i < getParameterCount(*kind); ++i)
    if (parser.parseComma() || parser.parseFloat(parameters[i]))
      return {};
  if (parser.parseGreater())
    return {};
  return FunctionAttr::get(parser.getContext(), *kind, parameters[0],
                           parameters[1]);
}

void FunctionAttr::print(AsmPrinter &printer) const {
  printer << "<" << stringifyFunctionKind(getKind());
  int count = getParameterCount(getKind());
  if (count > 0)
    printer << ", " << getFirst();
  if (count > 1)
    printer << ", " << getSecond();
  printer << ">";
}

static double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

/// log(1 + exp(x)) without overflow.
static double softplus(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

/// NaN stays NaN, which std::min and std::max do not promise.
static double clamp(double x, double low, double high) {
  return x < low ? low : x > high ? high : x;
}

double FunctionAttr::evaluate(double x) const {
  double alpha = getAlpha(), beta = getBeta();
  switch (getKind()) {
  case FunctionKind::relu:
    return x < 0 ? 0 : x;
  case FunctionKind::leaky_relu:
    return x < 0 ? alpha * x : x;
  case FunctionKind::clip:
    return clamp(x, alpha, beta);
  case FunctionKind::elu:
    return x < 0 ? alpha * std::expm1(x) : x;
  case FunctionKind::selu:
    return beta * (x < 0 ? alpha * std::expm1(x) : x);
  case FunctionKind::celu:
    return x < 0 ? alpha * std::expm1(x / alpha) : x;
  case FunctionKind::thresholded_relu:
    return x <= alpha ? 0 : x;
  case FunctionKind::sigmoid:
    return sigmoid(x);
  case FunctionKind::hard_sigmoid:
    return clamp(alpha * x + beta, 0, 1);
  case FunctionKind::hard_swish:
    return x * clamp(x / 6 + 0.5, 0, 1);
  case FunctionKind::silu:
    return x * sigmoid(x);
  case FunctionKind::mish:
    return x * std::tanh(softplus(x));
  case FunctionKind::tanh:
    return std::tanh(x);
  case FunctionKind::softplus:
    return softplus(x);
  case FunctionKind::softsign:
    return x / (1 + std::fabs(x));
  case FunctionKind::gelu:
    return x * (1 + std::erf(x / std::sqrt(2.0))) / 2;
  case FunctionKind::gelu_tanh:
    return x *
           (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))) /
           2;
  case FunctionKind::exp:
    return std::exp(x);
  case FunctionKind::log:
    return std::log(x);
  case FunctionKind::sqrt:
    return std::sqrt(x);
  case FunctionKind::reciprocal:
    return 1 / x;
  case FunctionKind::erf:
    return std::erf(x);
  case FunctionKind::abs:
    return std::fabs(x);
  case FunctionKind::neg:
    return -x;
  case FunctionKind::floor:
    return std::floor(x);
  case FunctionKind::ceil:
    return std::ceil(x);
  case FunctionKind::round:
    return std::nearbyint(x);
  case FunctionKind::sign:
    return x > 0 ? 1 : x < 0 ? -1 : x;
  case FunctionKind::sin:
    return std::sin(x);
  case FunctionKind::cos:
    return std::cos(x);
  case FunctionKind::tan:
    return std::tan(x);
  case FunctionKind::asin:
    return std::asin(x);
  case FunctionKind::acos:
    return std::acos(x);
  case FunctionKind::atan:
    return std::atan(x);
  case FunctionKind::sinh:
    return std::sinh(x);
  case FunctionKind::cosh:
    return std::cosh(x);
  case FunctionKind::asinh:
    return std::asinh(x);
  case FunctionKind::acosh:
    return std::acosh(x);
  case FunctionKind::atanh:
    return std::atanh(x);
  case FunctionKind::shrink:
    return x < -alpha ? x + beta : x > alpha ? x - beta : 0;
  case FunctionKind::bit_not:
    break;
  }
  llvm_unreachable("every function of floats is handled");
}

/// The remainder of the quotient rounded down.
static double getModulus(double lhs, double rhs) {
  double remainder = std::fmod(lhs, rhs);
  return remainder != 0 && (remainder < 0) != (rhs < 0) ? remainder + rhs
                                                        : remainder;
}

double mlir::cnn::evaluate(BinaryKind kind, double lhs, double rhs) {
  switch (kind) {
  case BinaryKind::add:
    return lhs + rhs;
  case BinaryKind::sub:
    return lhs - rhs;
  case BinaryKind::mul:
    return lhs * rhs;
  case BinaryKind::div:
    return lhs / rhs;
  case BinaryKind::pow:
    return std::pow(lhs, rhs);
  case BinaryKind::min:
    return rhs < lhs || std::isnan(rhs) ? rhs : lhs;
  case BinaryKind::max:
    return rhs > lhs || std::isnan(rhs) ? rhs : lhs;
  case BinaryKind::prelu:
    return lhs < 0 ? rhs * lhs : lhs;
  case BinaryKind::mod:
    return getModulus(lhs, rhs);
  case BinaryKind::rem:
    return std::fmod(lhs, rhs);
  case BinaryKind::bit_and:
  case BinaryKind::bit_or:
  case BinaryKind::bit_xor:
  case BinaryKind::shift_left:
  case BinaryKind::shift_right:
    break;
  }
  llvm_unreachable("every function of floats is handled");
}
