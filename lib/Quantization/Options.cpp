//===- Options.cpp - How a network is quantized ---------------------------===//

#include "cnnc/Quantization/Options.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Error;

namespace {

template <typename T>
struct Choice {
  StringRef name;
  T value;
};

/// Sets `result` to what `text` names.
template <typename T, size_t N>
Error choose(StringRef key, StringRef text, const Choice<T> (&choices)[N],
             T &result) {
  std::string names;
  for (const Choice<T> &choice : choices) {
    if (choice.name == text) {
      result = choice.value;
      return Error::success();
    }
    names += (names.empty() ? "" : ", ") + choice.name.str();
  }
  return createStringError("expected " + key + " of --quantize to be one of " +
                           names + "; got '" + text + "'");
}

/// Sets `result` to a number in (low, high).
Error readNumber(StringRef key, StringRef text, const NumberRange &range,
                 double &result) {
  if (!text.getAsDouble(result) && result > range.low && result < range.high)
    return Error::success();
  return createStringError(
      "expected " + key + " of --quantize to be a number between " +
      std::to_string(static_cast<int64_t>(range.low)) + " and " +
      std::to_string(static_cast<int64_t>(range.high)) + "; got '" + text +
      "'");
}

constexpr Choice<ActivationType> activationTypes[] = {
    {"uint8", ActivationType::UInt8},
    {"int8", ActivationType::Int8},
    {"int16", ActivationType::Int16}};
constexpr Choice<int64_t> weightTypes[] = {
    {"int8", 8}, {"int7", 7}, {"int6", 6}, {"int4", 4}};
constexpr Choice<RangeMethod> rangeMethods[] = {
    {"minmax", RangeMethod::MinMax},
    {"moving-average", RangeMethod::MovingAverage},
    {"percentile", RangeMethod::Percentile},
    {"entropy", RangeMethod::Entropy},
    {"mse", RangeMethod::MeanSquaredError}};
constexpr Choice<bool> layerTypes[] = {{"float", true}, {"integer", false}};
constexpr Choice<bool> slowLayers[] = {{"float", false}, {"integer", true}};
constexpr Choice<bool> roundings[] = {{"nearest", false}, {"adaptive", true}};
constexpr Choice<bool> switches[] = {{"on", true}, {"off", false}};
constexpr Choice<bool> engines[] = {{"reference", true}, {"compiled", false}};

Error readOption(StringRef key, StringRef value, QuantizationOptions &options) {
  if (key == "activations")
    return choose(key, value, activationTypes, options.activations);
  if (key == "weights")
    return choose(key, value, weightTypes, options.weightBits);
  if (key == "range")
    return choose(key, value, rangeMethods, options.range.method);
  if (key == "percentile")
    return readNumber(key, value, {50, 100}, options.range.percentile);
  if (key == "momentum")
    return readNumber(key, value, {0, 1}, options.range.momentum);
  if (key == "first")
    return choose(key, value, layerTypes, options.firstInFloat);
  if (key == "last")
    return choose(key, value, layerTypes, options.lastInFloat);
  if (key == "slow")
    return choose(key, value, slowLayers, options.quantizesSlow);
  if (key == "rounding")
    return choose(key, value, roundings, options.roundsAdaptively);
  if (key == "max-drop")
    return readNumber(key, value, {0, 100}, options.maxDrop.emplace());
  if (key == "equalize")
    return choose(key, value, switches, options.equalizes);
  if (key == "bias-correction")
    return choose(key, value, switches, options.correctBias);
  if (key == "engine")
    return choose(key, value, engines, options.calibration.useReference);
  if (key != "keep")
    return createStringError(
        "unknown option '" + key +
        "' of --quantize; expected activations, "
        "weights, range, percentile, momentum, rounding, first, last, slow, "
        "keep, max-drop, equalize, bias-correction or engine");
  options.keptInFloat.push_back(value.str());
  return Error::success();
}

} // namespace

const char *const mlir::cnn::quantizationHelp =
    "Make layers of floats layers of integers, whose ranges --calibration "
    "shows. Options: activations=uint8|int8|int16, "
    "weights=int8|int7|int6|int4, "
    "range=mse|minmax|moving-average|percentile|entropy, percentile=99.99, "
    "momentum=0.9, rounding=nearest|adaptive, first=integer|float and "
    "last=integer|float for the layers next to inputs and outputs, "
    "slow=float|integer for layers that integers would make slower on the "
    "machine that is compiled for, keep=NAME for a layer that stays in float "
    "(may be repeated), max-drop=PERCENT of "
    "loss on the calibration images, for which the worst layers stay in float "
    "(no default), equalize=off|on, bias-correction=off|on, "
    "engine=compiled|reference for "
    "what runs the calibration; the first of each is the default";

Error mlir::cnn::parseQuantization(StringRef text,
                                   QuantizationOptions &options) {
  for (StringRef part : llvm::split(text, ',')) {
    if (part.empty())
      continue;
    auto [key, value] = part.split('=');
    if (Error error = readOption(key, value, options))
      return error;
  }
  return Error::success();
}

NumberFormat mlir::cnn::getFormat(ActivationType type) {
  switch (type) {
  case ActivationType::UInt8:
    return {0, 255, /*isSymmetric=*/false};
  case ActivationType::Int8:
    return {-128, 127, /*isSymmetric=*/true};
  case ActivationType::Int16:
    return {-32768, 32767, /*isSymmetric=*/true};
  }
  llvm_unreachable("every type is handled");
}

Type mlir::cnn::getElementType(ActivationType type, MLIRContext *context) {
  switch (type) {
  case ActivationType::UInt8:
    return IntegerType::get(context, 8, IntegerType::Unsigned);
  case ActivationType::Int8:
    return IntegerType::get(context, 8);
  case ActivationType::Int16:
    return IntegerType::get(context, 16);
  }
  llvm_unreachable("every type is handled");
}
