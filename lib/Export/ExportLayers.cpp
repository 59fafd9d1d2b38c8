//===- ExportLayers.cpp - Layers with parameters, and pools ---------------===//

#include "OpWriter.h"

#include "mlir/Support/DebugStringHelper.h"

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

/// Strides, pads and dilations where they are not what is meant without them.
static void addWindow(NodeAttributes &attributes, ArrayRef<int64_t> strides,
                      ArrayRef<int64_t> pads, ArrayRef<int64_t> dilations) {
  if (!strides.empty())
    attributes.push_back({"strides", strides});
  if (!pads.empty())
    attributes.push_back({"pads", pads});
  if (!dilations.empty())
    attributes.push_back({"dilations", dilations});
}

/// What a layer does to its result: the function that was fused with it.
static LogicalResult finishActivated(OpWriter &writer, Name result,
                                     FunctionAttr activation) {
  if (activation)
    result = writeFunction(writer, activation, result,
                           getElement(writer.getOp()->getResult(0)));
  return writer.finish(result);
}

/// Conv and its like have no bfloat16 before opset 22.
static LogicalResult checkLayerType(OpWriter &writer) {
  Type element = getElement(writer.getOp()->getResult(0));
  return element.isBF16() ? writer.require(22, "a layer of bfloat16")
                          : success();
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

/// The convolution and the sum with its residual.
template <typename OpTy>
static LogicalResult finishConv(OpWriter &writer, OpTy op,
                                NodeAttributes attributes) {
  if (failed(checkLayerType(writer)))
    return failure();
  attributes.push_back(
      {"kernel_shape", getShape(op.getFilter()).drop_front(2)});
  Name result =
      writer.add("Conv",
                 {writer.get(op.getInput()), writer.get(op.getFilter()),
                  writer.get(op.getBias())},
                 std::move(attributes));
  if (op.getResidual())
    result = writer.add("Add", {result, writer.get(op.getResidual())});
  return finishActivated(writer, result, op.getActivationAttr());
}

static LogicalResult writeConv(OpWriter &writer, ConvOp op) {
  NodeAttributes attributes = {{"group", static_cast<int64_t>(op.getGroups())}};
  addWindow(attributes, op.getStrides(), op.getPads(), op.getDilations());
  return finishConv(writer, op, std::move(attributes));
}

/// The algorithm is not ONNX's business; the filter is that of a convolution.
static LogicalResult writeWinogradConv(OpWriter &writer, WinogradConvOp op) {
  NodeAttributes attributes;
  addWindow(attributes, {}, op.getPads(), {});
  return finishConv(writer, op, std::move(attributes));
}

static LogicalResult writeConvTranspose(OpWriter &writer, ConvTransposeOp op) {
  if (failed(checkLayerType(writer)))
    return failure();
  NodeAttributes attributes = {
      {"group", static_cast<int64_t>(op.getGroups())},
      {"kernel_shape", getShape(op.getFilter()).drop_front(2)}};
  addWindow(attributes, op.getStrides(), op.getPads(), op.getDilations());
  if (!op.getOutputPads().empty())
    attributes.push_back({"output_padding", op.getOutputPads()});
  Name result =
      writer.add("ConvTranspose",
                 {writer.get(op.getInput()), writer.get(op.getFilter()),
                  writer.get(op.getBias())},
                 std::move(attributes));
  return finishActivated(writer, result, op.getActivationAttr());
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// MatMul has no integers of less than 32 bits; those of 32 wrap alike.
static LogicalResult writeMatmul(OpWriter &writer, MatmulOp op) {
  Type element = getElement(op.getLhs()), computed = element;
  if (auto integer = dyn_cast<IntegerType>(element);
      integer && integer.getWidth() < 32)
    computed = IntegerType::get(op.getContext(), 32);
  Name lhs = writer.cast(writer.get(op.getLhs()), element, computed);
  Name rhs = writer.cast(writer.get(op.getRhs()), element, computed);
  Name result = writer.add("MatMul", {lhs, rhs});
  return writer.finish(writer.cast(result, computed, element));
}

static LogicalResult writeGemm(OpWriter &writer, GemmOp op) {
  NodeAttributes attributes;
  double alpha = op.getAlpha().convertToDouble(),
         beta = op.getBeta().convertToDouble();
  if (alpha != 1)
    attributes.push_back({"alpha", alpha});
  if (op.getBias() && beta != 1)
    attributes.push_back({"beta", beta});
  if (op.getTransposeLhs())
    attributes.push_back({"transA", 1});
  if (op.getTransposeRhs())
    attributes.push_back({"transB", 1});
  Name result = writer.add("Gemm",
                           {writer.get(op.getLhs()), writer.get(op.getRhs()),
                            writer.get(op.getBias())},
                           std::move(attributes));
  return finishActivated(writer, result, op.getActivationAttr());
}

//===----------------------------------------------------------------------===//
// Normalizations
//===----------------------------------------------------------------------===//

static LogicalResult writeBatchNorm(OpWriter &writer, BatchNormOp op) {
  return writer.finish(
      writer.add("BatchNormalization",
                 {writer.get(op.getInput()), writer.get(op.getScale()),
                  writer.get(op.getShift()), writer.get(op.getMean()),
                  writer.get(op.getVariance())},
                 {{"epsilon", op.getEpsilon().convertToDouble()}}));
}

static LogicalResult writeInstanceNorm(OpWriter &writer, InstanceNormOp op) {
  return writer.finish(
      writer.add("InstanceNormalization",
                 {writer.get(op.getInput()), writer.get(op.getScale()),
                  writer.get(op.getShift())},
                 {{"epsilon", op.getEpsilon().convertToDouble()}}));
}

/// Before opset 17 by its definition, in the type of the input.
static Name writeLayerNormByParts(OpWriter &writer, LayerNormOp op) {
  Type element = getElement(op.getInput());
  SmallVector<int64_t> axes = llvm::to_vector(
      llvm::seq<int64_t>(op.getAxis(), getShape(op.getInput()).size()));
  auto mean = [&](Name value) {
    return writer.add("ReduceMean", {value}, {{"axes", axes}, {"keepdims", 1}});
  };
  Name x = writer.get(op.getInput());
  Name centred = writer.add("Sub", {x, mean(x)});
  Name variance = mean(writer.add("Mul", {centred, centred}));
  Name epsilon = writer.scalar(element, op.getEpsilon().convertToDouble());
  Name deviation = writer.add("Sqrt", {writer.add("Add", {variance, epsilon})});
  Name result = writer.add("Div", {centred, deviation});
  result = writer.add("Mul", {result, writer.get(op.getScale())});
  if (op.getShift())
    result = writer.add("Add", {result, writer.get(op.getShift())});
  return result;
}

static LogicalResult writeLayerNorm(OpWriter &writer, LayerNormOp op) {
  if (writer.getOpset() < 17)
    return writer.finish(writeLayerNormByParts(writer, op));
  return writer.finish(
      writer.add("LayerNormalization",
                 {writer.get(op.getInput()), writer.get(op.getScale()),
                  writer.get(op.getShift())},
                 {{"axis", static_cast<int64_t>(op.getAxis())},
                  {"epsilon", op.getEpsilon().convertToDouble()}}));
}

static LogicalResult writeLRN(OpWriter &writer, LRNOp op) {
  return writer.finish(writer.add("LRN", {writer.get(op.getInput())},
                                  {{"size", static_cast<int64_t>(op.getSize())},
                                   {"alpha", op.getAlpha().convertToDouble()},
                                   {"beta", op.getBeta().convertToDouble()},
                                   {"bias", op.getBias().convertToDouble()}}));
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

template <typename OpTy>
static NodeAttributes getPoolAttributes(OpTy op) {
  NodeAttributes attributes = {{"kernel_shape", op.getKernel()}};
  addWindow(attributes, op.getStrides(), op.getPads(), op.getDilations());
  if (op.getCeil())
    attributes.push_back({"ceil_mode", 1});
  return attributes;
}

/// The type in which MaxPool, which has floats and bytes, compares `element`
/// exactly; null if there is none.
static Type getPoolType(Type element) {
  if (isa<FloatType>(element) || element.isInteger(8))
    return element;
  if (element.getIntOrFloatBitWidth() <= 32)
    return Float64Type::get(element.getContext());
  return {};
}

/// MaxPool's results: the elements and, if they are wanted, their positions.
template <typename OpTy>
static FailureOr<std::vector<Name>> addMaxPool(OpWriter &writer, OpTy op,
                                               NodeAttributes attributes,
                                               unsigned results) {
  Type element = getElement(op.getInput()), computed = getPoolType(element);
  if (!computed)
    return writer.fail("expects floats or integers of at most 32 bits, which "
                       "MaxPool can compare exactly; got " +
                       debugString(element));
  if (failed(checkLayerType(writer)))
    return failure();
  Name x = writer.cast(writer.get(op.getInput()), element, computed);
  std::vector<Name> names =
      writer.addMany("MaxPool", {x}, std::move(attributes), results);
  if (results == 1)
    names[0] = writer.cast(names[0], computed, element);
  return names;
}

static LogicalResult writeMaxPool(OpWriter &writer, MaxPoolOp op) {
  auto names = addMaxPool(writer, op, getPoolAttributes(op), 1);
  return failed(names) ? failure() : writer.finish(names->front());
}

static LogicalResult writeArgMaxPool(OpWriter &writer, ArgMaxPoolOp op) {
  NodeAttributes attributes = getPoolAttributes(op);
  if (op.getColumnMajor())
    attributes.push_back({"storage_order", 1});
  auto names = addMaxPool(writer, op, std::move(attributes), 2);
  return failed(names) ? failure() : writer.finish(names->back());
}

static LogicalResult writeAvgPool(OpWriter &writer, AvgPoolOp op) {
  if (!op.getDilations().empty() &&
      failed(writer.require(19, "an average over a dilated window")))
    return failure();
  if (failed(checkLayerType(writer)))
    return failure();
  NodeAttributes attributes = getPoolAttributes(op);
  if (op.getIncludePad())
    attributes.push_back({"count_include_pad", 1});
  return writer.finish(writer.add("AveragePool", {writer.get(op.getInput())},
                                  std::move(attributes)));
}

ArrayRef<ExportRow> mlir::cnn::getLayerRows() {
  static const ExportRow rows[] = {
      makeRow<ArgMaxPoolOp, writeArgMaxPool>(),
      makeRow<AvgPoolOp, writeAvgPool>(),
      makeRow<BatchNormOp, writeBatchNorm>(),
      makeRow<ConvOp, writeConv>(),
      makeRow<ConvTransposeOp, writeConvTranspose>(),
      makeRow<GemmOp, writeGemm>(),
      makeRow<InstanceNormOp, writeInstanceNorm>(),
      makeRow<LayerNormOp, writeLayerNorm>(),
      makeRow<LRNOp, writeLRN>(),
      makeRow<MatmulOp, writeMatmul>(),
      makeRow<MaxPoolOp, writeMaxPool>(),
      makeRow<WinogradConvOp, writeWinogradConv>(),
  };
  return rows;
}
