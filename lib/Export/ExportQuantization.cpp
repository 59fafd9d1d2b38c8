//===- ExportQuantization.cpp - Layers on quantized integers --------------===//

#include "OpWriter.h"

#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Between floats and integers
//===----------------------------------------------------------------------===//

namespace {

/// A scale and a zero point, which may be null, as inputs of QuantizeLinear and
/// DequantizeLinear: two numbers, or two lists along an axis.
struct Parameters {
  Name scale, zeroPoint;
  NodeAttributes attributes;
};

} // namespace

/// The dimension, of `rank`, along which a parameter has more than one number;
/// nothing if there are several.
static std::optional<int64_t> findAxis(Value parameter, int64_t rank,
                                       std::optional<int64_t> axis) {
  if (!parameter)
    return axis.value_or(-1);
  ArrayRef<int64_t> shape = getShape(parameter);
  int64_t found = axis.value_or(-1);
  for (auto [i, extent] : llvm::enumerate(shape)) {
    int64_t here = rank - shape.size() + i;
    if (extent == 1 || here == found)
      continue;
    if (found != -1)
      return std::nullopt;
    found = here;
  }
  return found;
}

/// A parameter in the shape [extent], or [] for -1. One number is repeated.
static Name alignParameter(OpWriter &writer, Value parameter, int64_t extent) {
  if (!parameter)
    return {};
  auto type = cast<RankedTensorType>(parameter.getType());
  SmallVector<int64_t> shape;
  if (extent != -1)
    shape.push_back(extent);
  if (type.getShape() == ArrayRef(shape))
    return writer.get(parameter);
  if (ElementsAttr constant = getConstant(parameter))
    if (std::optional<Tensor> tensor = getTensor(constant)) {
      auto aligned = RankedTensorType::get(shape, type.getElementType());
      ArrayRef<char> source = std::as_const(*tensor).getBytes();
      SmallVector<char> bytes;
      for (int64_t i = 0; i < aligned.getNumElements();
           i += type.getNumElements())
        llvm::append_range(bytes, source);
      return writer.constant(makeConstant(aligned, bytes));
    }
  if (extent <= 1 || type.getNumElements() != 1)
    return writer.add("Reshape",
                      {writer.get(parameter), writer.integers(shape)});
  Name one = writer.add("Reshape", {writer.get(parameter), writer.integers(1)});
  return writer.add("Expand", {one, writer.integers(shape)});
}

/// Nothing if the two do not lie along one axis.
static std::optional<Parameters> getParameters(OpWriter &writer, Value data,
                                               Value scale, Value zeroPoint) {
  int64_t rank = getShape(data).size();
  auto axis = findAxis(scale, rank, std::nullopt);
  if (axis)
    axis = findAxis(zeroPoint, rank, *axis);
  if (!axis)
    return std::nullopt;
  Parameters parameters;
  int64_t extent = *axis == -1 ? -1 : getShape(data)[*axis];
  parameters.scale = alignParameter(writer, scale, extent);
  parameters.zeroPoint = alignParameter(writer, zeroPoint, extent);
  if (*axis != -1)
    parameters.attributes.push_back({"axis", *axis});
  return parameters;
}

LogicalResult mlir::cnn::checkQuantizedWidth(OpWriter &writer, Value integers) {
  if (getElement(integers).getIntOrFloatBitWidth() != 16)
    return success();
  return writer.require(21, "a quantized tensor of 16 bits");
}

//===----------------------------------------------------------------------===//
// Sums and products of quantized tensors
//===----------------------------------------------------------------------===//

static bool isOneNumber(Value parameter) {
  return !parameter ||
         cast<RankedTensorType>(parameter.getType()).getNumElements() == 1;
}

/// The dequantize in front of an operand that QLinearAdd and QLinearMul, whose
/// tensors are all of the type `integer`, take.
static DequantizeOp getQuantizedOperand(Value operand, Type integer) {
  auto dequantize = operand.getDefiningOp<DequantizeOp>();
  bool fits = dequantize && getElement(dequantize.getInput()) == integer &&
              getElement(operand).isF32() &&
              isOneNumber(dequantize.getScale()) &&
              isOneNumber(dequantize.getZeroPoint());
  return fits ? dequantize : DequantizeOp();
}

/// The sum or product that ends in `op`, if all its tensors are quantized.
static BinaryOp matchQuantizedBinary(QuantizeOp op) {
  auto binary = op.getInput().getDefiningOp<BinaryOp>();
  Type integer = getElement(op.getOutput());
  bool fits = binary && integer.isInteger(8) && isOneNumber(op.getScale()) &&
              isOneNumber(op.getZeroPoint()) &&
              (binary.getKind() == BinaryKind::add ||
               binary.getKind() == BinaryKind::mul) &&
              getQuantizedOperand(binary.getLhs(), integer) &&
              getQuantizedOperand(binary.getRhs(), integer);
  return fits ? binary : BinaryOp();
}

SmallVector<Value> mlir::cnn::getQuantizedOperands(QuantizeOp op) {
  BinaryOp binary = matchQuantizedBinary(op);
  if (!binary)
    return SmallVector<Value>(op->getOperands());
  SmallVector<Value> operands = {op.getScale(), op.getZeroPoint()};
  for (Value operand : binary->getOperands())
    llvm::append_range(operands, operand.getDefiningOp()->getOperands());
  return operands;
}

static LogicalResult writeQuantizedBinary(OpWriter &writer, QuantizeOp op,
                                          BinaryOp binary) {
  std::vector<Name> inputs;
  for (Value operand : binary->getOperands()) {
    auto dequantize = operand.getDefiningOp<DequantizeOp>();
    inputs.push_back(writer.get(dequantize.getInput()));
    inputs.push_back(alignParameter(writer, dequantize.getScale(), -1));
    // ONNX Runtime refuses a missing one, though it is optional.
    inputs.push_back(dequantize.getZeroPoint()
                         ? alignParameter(writer, dequantize.getZeroPoint(), -1)
                         : writer.scalar(getElement(dequantize.getInput()), 0));
  }
  inputs.push_back(alignParameter(writer, op.getScale(), -1));
  inputs.push_back(alignParameter(writer, op.getZeroPoint(), -1));
  StringRef operatorName = binary.getKind() == BinaryKind::add
                               ? "com.microsoft.QLinearAdd"
                               : "com.microsoft.QLinearMul";
  return writer.finish(writer.add(operatorName, std::move(inputs)));
}

/// Writes `name` of the input with the op's parameters; `integers` is the side
/// that is quantized.
template <typename OpTy>
static LogicalResult writeWithParameters(OpWriter &writer, OpTy op,
                                         StringRef name, Value integers) {
  if (failed(checkQuantizedWidth(writer, integers)))
    return failure();
  if (!getElement(op.getScale()).isF32() &&
      failed(writer.require(19, "quantized 16-bit floats")))
    return failure();
  auto parameters =
      getParameters(writer, op.getInput(), op.getScale(), op.getZeroPoint());
  if (!parameters)
    return writer.fail("expects scales and zero points along one axis at most");
  return writer.finish(writer.add(
      name,
      {writer.get(op.getInput()), parameters->scale, parameters->zeroPoint},
      parameters->attributes));
}

static LogicalResult writeQuantize(OpWriter &writer, QuantizeOp op) {
  if (writer.getGraph().getOptions().quantized == QuantizedForm::qlinear)
    if (BinaryOp binary = matchQuantizedBinary(op))
      return writeQuantizedBinary(writer, op, binary);
  return writeWithParameters(writer, op, "QuantizeLinear", op.getOutput());
}

static LogicalResult writeDequantize(OpWriter &writer, DequantizeOp op) {
  return writeWithParameters(writer, op, "DequantizeLinear", op.getInput());
}

/// The largest code that may occur.
static int64_t getLargestCode(Value codes) {
  auto constant = getIntegers(codes);
  if (!constant || constant->empty())
    return 255;
  return *llvm::max_element(*constant);
}

/// Gather from all codebooks side by side. What stands for codes beyond the
/// last number is written out.
static LogicalResult writeLookup(OpWriter &writer, LookupOp op) {
  auto numbers = getFloats(op.getCodebook());
  if (!numbers)
    return writer.fail("expects a constant codebook");
  SmallVector<int64_t> books(getShape(op.getCodebook()));
  int64_t entries = books.pop_back_val();
  int64_t width = std::max(entries, getLargestCode(op.getInput()) + 1);
  int64_t count = ShapedType::getNumElements(books);
  std::vector<float> table;
  std::vector<int64_t> starts;
  for (int64_t book = 0; book < count; ++book) {
    starts.push_back(book * width);
    for (int64_t i = 0; i < width; ++i)
      table.push_back((*numbers)[book * entries + std::min(i, entries - 1)]);
  }
  MLIRContext *context = op.getContext();
  Type index = IntegerType::get(context, 32);
  Name position =
      writer.cast(writer.get(op.getInput()), getElement(op.getInput()), index);
  if (count > 1) {
    Name offsets = writer.constant(makeConstant(books, starts, context));
    offsets = writer.cast(offsets, IntegerType::get(context, 64), index);
    position = writer.add("Add", {position, offsets});
  }
  Name numbersName =
      writer.constant(makeConstant({count * width}, std::move(table), context));
  return writer.finish(writer.add("Gather", {numbersName, position}));
}

//===----------------------------------------------------------------------===//
// Sums of products
//===----------------------------------------------------------------------===//

/// The bias, one number per channel, is a sum of its own.
static Name addBias(OpWriter &writer, Name sum, Value bias, int64_t rank) {
  if (!bias)
    return sum;
  SmallVector<int64_t> aligned(rank - 1, 1);
  aligned[0] = getShape(bias)[0];
  Name column =
      writer.add("Reshape", {writer.get(bias), writer.integers(aligned)});
  return writer.add("Add", {sum, column});
}

namespace {

/// Bytes and their zero point, as inputs of ConvInteger and MatMulInteger.
struct Bytes {
  Name integers, zeroPoint;
};

} // namespace

/// Adds the sums of products of `input`, as `addSums` writes them for bytes.
/// Of 16 bits the high bytes, 128 more than they are, and the low ones have
/// sums of their own.
static FailureOr<Name> addSums(OpWriter &writer, Value input, Value zeroPoint,
                               llvm::function_ref<Name(Bytes)> addSums) {
  Type element = getElement(input);
  if (element.isInteger(8))
    return addSums({writer.get(input), writer.get(zeroPoint)});
  if (zeroPoint)
    return writer.fail("expects an input of bytes, or of 16 bits without a "
                       "zero point");
  if (failed(checkQuantizedWidth(writer, input)))
    return failure();
  MLIRContext *context = element.getContext();
  auto getUnsigned = [&](unsigned width) {
    return IntegerType::get(context, width, IntegerType::Unsigned);
  };
  Type sum = IntegerType::get(context, 32), byte = getUnsigned(8);
  Name shifted =
      writer.add("Add", {writer.cast(writer.get(input), element, sum),
                         writer.scalar(sum, 1 << 15)});
  Name words = writer.cast(shifted, sum, getUnsigned(32));
  Name high = writer.add("BitShift", {words, writer.scalar(getUnsigned(32), 8)},
                         {{"direction", "RIGHT"}});
  Name low =
      writer.add("BitwiseAnd", {words, writer.scalar(getUnsigned(32), 0xff)});
  Name highSums = addSums(
      {writer.cast(high, getUnsigned(32), byte), writer.scalar(byte, 1 << 7)});
  Name lowSums = addSums({writer.cast(low, getUnsigned(32), byte), Name()});
  highSums = writer.add("Mul", {highSums, writer.scalar(sum, 1 << 8)});
  return writer.add("Add", {highSums, lowSums});
}

static LogicalResult writeConvInteger(OpWriter &writer, ConvIntegerOp op) {
  NodeAttributes attributes = {
      {"group", static_cast<int64_t>(op.getGroups())},
      {"kernel_shape", getShape(op.getFilter()).drop_front(2)}};
  if (!op.getStrides().empty())
    attributes.push_back({"strides", op.getStrides()});
  if (!op.getPads().empty())
    attributes.push_back({"pads", op.getPads()});
  if (!op.getDilations().empty())
    attributes.push_back({"dilations", op.getDilations()});
  FailureOr<Name> sum = addSums(
      writer, op.getInput(), op.getInputZeroPoint(), [&](const Bytes &input) {
        return writer.add("ConvInteger",
                          {input.integers, writer.get(op.getFilter()),
                           input.zeroPoint,
                           writer.get(op.getFilterZeroPoint())},
                          attributes);
      });
  if (failed(sum))
    return failure();
  return writer.finish(
      addBias(writer, *sum, op.getBias(), getShape(op.getOutput()).size()));
}

static LogicalResult writeMatmulInteger(OpWriter &writer, MatmulIntegerOp op) {
  // One number per row is a list in ONNX.
  bool hasRows =
      op.getLhsZeroPoint() && getShape(op.getLhsZeroPoint()).size() == 2;
  FailureOr<Name> sum =
      addSums(writer, op.getLhs(), op.getLhsZeroPoint(), [&](const Bytes &lhs) {
        Name rows = lhs.zeroPoint;
        if (hasRows)
          rows = writer.add("Reshape", {rows, writer.integers(int64_t(-1))});
        return writer.add("MatMulInteger",
                          {lhs.integers, writer.get(op.getRhs()), rows,
                           writer.get(op.getRhsZeroPoint())});
      });
  return failed(sum) ? failure() : writer.finish(*sum);
}

ArrayRef<ExportRow> mlir::cnn::getQuantizationRows() {
  static const ExportRow rows[] = {
      makeRow<ConvIntegerOp, writeConvInteger>(),
      makeRow<DequantizeOp, writeDequantize>(),
      makeRow<LookupOp, writeLookup>(),
      makeRow<MatmulIntegerOp, writeMatmulInteger>(),
      makeRow<QuantizeOp, writeQuantize>(),
      makeRow<RequantizeOp, writeRequantize>(),
  };
  return rows;
}
