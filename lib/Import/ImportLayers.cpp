//===- ImportLayers.cpp - Convolutions, pools and products ----------------===//

#include "Build.h"
#include "Operators.h"
#include "Windows.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

/// Larger numbers cannot belong to a window; refusing them keeps sums exact.
static bool isReasonable(ArrayRef<int64_t> values, int64_t least) {
  return llvm::all_of(values, [least](int64_t value) {
    return value >= least && value < (int64_t(1) << 31);
  });
}

/// Fails unless `values` is one number per spatial dimension; none stands for
/// `count` times `defaultValue`.
static void completeList(Node &node, StringRef name,
                         SmallVector<int64_t> &values, size_t count,
                         int64_t defaultValue) {
  if (values.empty())
    values.assign(count, defaultValue);
  if (values.size() != count || !isReasonable(values, defaultValue))
    (void)node.fail("expects " + Twine(count) + " numbers of at least " +
                    Twine(defaultValue) + " in attribute '" + name + "'; got " +
                    Twine(values.size()) +
                    (values.size() == count ? ", some out of range" : ""));
}

WindowAttributes mlir::cnn::readWindow(Node &node, Value input,
                                       ArrayRef<int64_t> kernel) {
  WindowAttributes window;
  window.kernel = node.getIntegerList("kernel_shape");
  window.strides = node.getIntegerList("strides");
  window.dilations = node.getIntegerList("dilations");
  window.pads = node.getIntegerList("pads");
  window.autoPad = node.getString("auto_pad", "NOTSET");
  if (node.hasFailed())
    return window;
  size_t count = getShape(input).size() - 2;
  if (kernel.empty() && window.kernel.empty())
    (void)node.fail("expects an attribute 'kernel_shape'; got none");
  if (window.kernel.empty())
    window.kernel.assign(kernel.begin(), kernel.end());
  else if (!kernel.empty() && ArrayRef(window.kernel) != kernel)
    (void)node.fail("expects a 'kernel_shape' that agrees with the filter");
  completeList(node, "kernel_shape", window.kernel, count, 1);
  completeList(node, "strides", window.strides, count, 1);
  completeList(node, "dilations", window.dilations, count, 1);
  completeList(node, "pads", window.pads, 2 * count, 0);
  return window;
}

/// Puts `total` pads at dimension `i`, the odd one at the end or, with
/// SAME_LOWER, at the start.
static void distributePads(WindowAttributes &window, size_t i, int64_t total) {
  size_t count = window.kernel.size();
  int64_t smaller = total / 2, larger = total - smaller;
  bool atEnd = window.autoPad == "SAME_UPPER";
  window.pads[i] = atEnd ? smaller : larger;
  window.pads[i + count] = atEnd ? larger : smaller;
}

void mlir::cnn::resolveAutoPad(Node &node, WindowAttributes &window,
                               Value input) {
  if (node.hasFailed() || window.autoPad == "NOTSET")
    return;
  if (window.autoPad == "VALID") {
    llvm::fill(window.pads, 0);
    return;
  }
  if (window.autoPad != "SAME_UPPER" && window.autoPad != "SAME_LOWER") {
    (void)node.fail("expects an auto_pad among NOTSET, VALID, SAME_UPPER, "
                    "SAME_LOWER; got '" +
                    window.autoPad + "'");
    return;
  }
  for (auto [i, extent] : llvm::enumerate(getShape(input).drop_front(2))) {
    int64_t outputs = llvm::divideCeil(extent, window.strides[i]);
    int64_t reach = (window.kernel[i] - 1) * window.dilations[i] + 1;
    int64_t total = (outputs - 1) * window.strides[i] + reach - extent;
    distributePads(window, i, std::max<int64_t>(total, 0));
  }
}

void mlir::cnn::omitDefaults(WindowAttributes &window) {
  for (SmallVector<int64_t> *list : {&window.strides, &window.dilations})
    if (llvm::all_of(*list, [](int64_t value) { return value == 1; }))
      list->clear();
  if (llvm::all_of(window.pads, [](int64_t pad) { return pad == 0; }))
    window.pads.clear();
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

static LogicalResult importConv(Node &node) {
  Value input = node.getImage(0), filter = node.getImage(1);
  Value bias = node.getVector(2, /*optional=*/true);
  int64_t groups = node.getInteger("group", 1);
  node.requireSameType(input, filter);
  node.requireSameType(input, bias);
  if (node.hasFailed())
    return failure();
  WindowAttributes window =
      readWindow(node, input, getShape(filter).drop_front(2));
  resolveAutoPad(node, window, input);
  if (failed(node.check()))
    return failure();
  omitDefaults(window);
  return node.create<ConvOp>(input, filter, bias, /*residual=*/Value(),
                             window.strides, window.pads, window.dilations,
                             groups, FunctionAttr());
}

/// Chooses pads so that the result has the extents `shape` asks for.
static void padToShape(WindowAttributes &window, Value input,
                       ArrayRef<int64_t> shape,
                       SmallVector<int64_t> &outputPads) {
  for (auto [i, extent] : llvm::enumerate(getShape(input).drop_front(2))) {
    int64_t total = (extent - 1) * window.strides[i] + outputPads[i] +
                    (window.kernel[i] - 1) * window.dilations[i] + 1 - shape[i];
    if (total < 0)
      outputPads[i] -= total;
    distributePads(window, i, std::max<int64_t>(total, 0));
  }
}

static LogicalResult importConvTranspose(Node &node) {
  Value input = node.getImage(0), filter = node.getImage(1);
  Value bias = node.getVector(2, /*optional=*/true);
  int64_t groups = node.getInteger("group", 1);
  SmallVector<int64_t> shape = node.getIntegerList("output_shape");
  SmallVector<int64_t> outputPads = node.getIntegerList("output_padding");
  node.requireSameType(input, filter);
  node.requireSameType(input, bias);
  if (node.hasFailed())
    return failure();
  WindowAttributes window =
      readWindow(node, input, getShape(filter).drop_front(2));
  size_t count = window.kernel.size();
  completeList(node, "output_padding", outputPads, count, 0);
  // Some exporters write the whole shape.
  if (shape.size() == count + 2)
    shape.erase(shape.begin(), shape.begin() + 2);
  if (shape.empty() && StringRef(window.autoPad).starts_with("SAME"))
    for (auto [i, extent] : llvm::enumerate(getShape(input).drop_front(2)))
      shape.push_back(i < window.strides.size() ? extent * window.strides[i]
                                                : extent);
  if (!shape.empty())
    completeList(node, "output_shape", shape, count, 1);
  if (failed(node.check()))
    return failure();
  if (!shape.empty())
    padToShape(window, input, shape, outputPads);
  else
    resolveAutoPad(node, window, input);
  omitDefaults(window);
  if (llvm::all_of(outputPads, [](int64_t pad) { return pad == 0; }))
    outputPads.clear();
  return node.create<ConvTransposeOp>(input, filter, bias, window.strides,
                                      window.pads, window.dilations, outputPads,
                                      groups, FunctionAttr());
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

static LogicalResult importMaxPool(Node &node) {
  Value input = node.getAnyImage(0);
  bool ceil = node.getFlag("ceil_mode");
  bool columnMajor = node.getFlag("storage_order");
  if (node.hasFailed())
    return failure();
  WindowAttributes window = readWindow(node, input, {});
  resolveAutoPad(node, window, input);
  if (failed(node.check()))
    return failure();
  omitDefaults(window);
  // Positions are in all images of a batch, so that it must be known.
  if (node.hasOutput(1) && !ShapedType::isDynamic(getShape(input)[0]) &&
      failed(node.setOutput(
          1, node.build<ArgMaxPoolOp>(input, window.kernel, window.strides,
                                      window.pads, window.dilations, ceil,
                                      columnMajor))))
    return failure();
  return node.create<MaxPoolOp>(input, window.kernel, window.strides,
                                window.pads, window.dilations, ceil);
}

static LogicalResult importAveragePool(Node &node) {
  Value input = node.getImage(0);
  bool ceil = node.getFlag("ceil_mode");
  bool includePad = node.getFlag("count_include_pad");
  if (node.hasFailed())
    return failure();
  WindowAttributes window = readWindow(node, input, {});
  resolveAutoPad(node, window, input);
  if (failed(node.check()))
    return failure();
  omitDefaults(window);
  return node.create<AvgPoolOp>(input, window.kernel, window.strides,
                                window.pads, window.dilations, ceil,
                                includePad);
}

/// All dimensions of an image behind the channels.
static SmallVector<int64_t> getSpatialAxes(Value image) {
  return llvm::to_vector(llvm::seq<int64_t>(2, getShape(image).size()));
}

template <ReduceKind kind>
static LogicalResult importGlobalPool(Node &node) {
  Value input = node.getImage(0);
  if (failed(node.check()))
    return failure();
  return node.create<ReduceOp>(kind, input, getSpatialAxes(input),
                               /*keepDims=*/true);
}

/// |x|^p of every element.
static Value buildPower(Node &node, Value value, double p) {
  if (p == 2)
    return buildBinary(node, BinaryKind::mul, value, value);
  value = buildUnary(node, FunctionKind::abs, value);
  return p == 1 ? value : buildBinary(node, BinaryKind::pow, value, p);
}

/// The p-th root of every element.
static Value buildRoot(Node &node, Value value, double p) {
  if (p == 2)
    return buildUnary(node, FunctionKind::sqrt, value);
  return p == 1 ? value : buildBinary(node, BinaryKind::pow, value, 1 / p);
}

/// The sum over a window: a convolution of each channel with ones.
static Value buildSumPool(Node &node, Value input, WindowAttributes window,
                          bool ceil) {
  if (node.hasFailed())
    return {};
  int64_t channels = getShape(input)[1];
  size_t count = window.kernel.size();
  SmallVector<int64_t> shape = {channels, 1};
  llvm::append_range(shape, window.kernel);
  // With `ceil` a last window reaches further than the pads.
  for (size_t i = 0; ceil && i < count; ++i) {
    WindowDim dim = {window.kernel[i], window.strides[i], window.dilations[i],
                     window.pads[i], window.pads[i + count]};
    int64_t extent = getShape(input)[i + 2];
    int64_t last = (dim.getOutputExtent(extent, ceil) - 1) * dim.stride;
    int64_t reach = last + dim.getReach() - dim.padLow - extent;
    window.pads[i + count] = std::max(window.pads[i + count], reach);
  }
  auto type = RankedTensorType::get(shape, getElementType(input));
  Value ones = arith::ConstantOp::create(
      node.getGraph().getBuilder(), node.getLoc(),
      DenseElementsAttr::get(
          type, FloatAttr::get(type.getElementType(), 1.0).getValue()));
  omitDefaults(window);
  return node.build<ConvOp>(input, ones, Value(), Value(), window.strides,
                            window.pads, window.dilations, channels,
                            FunctionAttr());
}

static LogicalResult importLpPool(Node &node) {
  Value input = node.getImage(0);
  bool ceil = node.getFlag("ceil_mode");
  auto p = static_cast<double>(node.getInteger("p", 2));
  if (node.hasFailed())
    return failure();
  WindowAttributes window = readWindow(node, input, {});
  resolveAutoPad(node, window, input);
  if (failed(node.check()))
    return failure();
  Type element = getElementType(input);
  Value power =
      buildPower(node, buildCast(node, input, getWideType(element)), p);
  Value sum = buildSumPool(node, power, window, ceil);
  return node.setOutput(0, buildCast(node, buildRoot(node, sum, p), element));
}

static LogicalResult importGlobalLpPool(Node &node) {
  Value input = node.getImage(0);
  auto p = static_cast<double>(node.getInteger("p", 2));
  if (failed(node.check()))
    return failure();
  Type element = getElementType(input);
  Value power =
      buildPower(node, buildCast(node, input, getWideType(element)), p);
  Value sum = buildReduce(node, ReduceKind::sum, power, getSpatialAxes(input));
  return node.setOutput(0, buildCast(node, buildRoot(node, sum, p), element));
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// A gemm on integers, whose factors must be 1, as a product and a sum.
static LogicalResult importIntegerGemm(Node &node, Value lhs, Value rhs) {
  Value bias = node.getOptionalInput(2);
  bool transposeLhs = node.getFlag("transA");
  bool transposeRhs = node.getFlag("transB");
  for (StringRef factor : {"alpha", "beta"})
    if (double value = node.getFloat(factor, 1); value != 1)
      (void)node.fail("expects '" + factor + "' = 1 with integers; got " +
                      std::to_string(value));
  node.requireSameType(lhs, rhs);
  node.requireSameType(lhs, bias);
  if (failed(node.check()))
    return failure();
  SmallVector<int64_t> swapped = {1, 0};
  if (transposeLhs)
    lhs = node.build<TransposeOp>(lhs, swapped);
  if (transposeRhs)
    rhs = node.build<TransposeOp>(rhs, swapped);
  Value product = node.build<MatmulOp>(lhs, rhs);
  if (bias)
    product = node.build<BinaryOp>(BinaryKind::add, product, bias);
  return node.setOutput(0, product);
}

static LogicalResult importGemm(Node &node) {
  Value lhs = node.getInput(0), rhs = node.getInput(1);
  if (lhs && rhs && isa<IntegerType>(getElementType(lhs)))
    return importIntegerGemm(node, lhs, rhs);
  Value bias = node.hasInput(2) ? node.getFloats(2) : Value();
  bool transposeLhs = node.getFlag("transA");
  bool transposeRhs = node.getFlag("transB");
  double alpha = node.getFloat("alpha", 1), beta = node.getFloat("beta", 1);
  node.requireSameType(lhs, rhs);
  node.requireSameType(lhs, bias);
  if (failed(node.check()))
    return failure();
  return node.create<GemmOp>(lhs, rhs, bias, transposeLhs, transposeRhs,
                             node.toFloat(alpha), node.toFloat(beta),
                             FunctionAttr());
}

static LogicalResult importMatMul(Node &node) {
  Value lhs = node.getInput(0), rhs = node.getInput(1);
  node.requireSameType(lhs, rhs);
  if (failed(node.check()))
    return failure();
  return node.create<MatmulOp>(lhs, rhs);
}

ArrayRef<OperatorRow> mlir::cnn::getLayerOperators() {
  static const OperatorRow rows[] = {
      {"AveragePool", 1, importAveragePool},
      {"Conv", 1, importConv},
      {"ConvTranspose", 1, importConvTranspose},
      {"Gemm", 1, importGemm},
      {"GlobalAveragePool", 1, importGlobalPool<ReduceKind::mean>},
      {"GlobalLpPool", 1, importGlobalLpPool},
      {"GlobalMaxPool", 1, importGlobalPool<ReduceKind::max>},
      {"LpPool", 1, importLpPool},
      {"MatMul", 1, importMatMul},
      {"MaxPool", 1, importMaxPool},
  };
  return rows;
}
