//===- CNNToKernelSparse.cpp - Kernels that skip zeros of weights ---------===//
//
// Whether a layer's weights are worth skipping is decided here, from how many
// are zero and what the cost model expects of both ways.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernelSparse.h"
#include "CNNToKernelConv.h"
#include "DescribeKernel.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Weights.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::cnn {
namespace {

constexpr double bytesPerElement = 4;

/// Layers with a larger part of weights that are not zero have no zeros to
/// speak of.
constexpr double manyWeights = 0.5;

/// Cycles that the cost model expects.
struct Prediction {
  double dense, sparse;
};

remark::RemarkOpts getRemarkOptions() {
  return remark::RemarkOpts::name("Sparse").category("cnn");
}

/// Decides, and remarks on what grounds. `density` is the part of the weights
/// that are not zero.
bool choosesSparse(Location loc, SparseChoice choice, double density,
                   const Prediction &prediction) {
  std::string what =
      llvm::formatv("{0:F1} % of its weights are not zero", 100 * density);
  // Of few zeros nobody expects anything.
  if (density < manyWeights || choice == SparseChoice::always)
    what += llvm::formatv("; cycles expected: {0:F0} if zeros are skipped, "
                          "{1:F0} if they are not",
                          prediction.sparse, prediction.dense);
  if (choice == SparseChoice::automatic &&
      prediction.sparse >= prediction.dense) {
    remark::missed(loc, getRemarkOptions()) << what;
    return false;
  }
  remark::passed(loc, getRemarkOptions()) << what;
  return true;
}

/// Constants in the order of the kernels' operands.
struct SparseConstants {
  Value values, columns, starts;
};

template <typename T>
Value createIntegers(OpBuilder &builder, Location loc, ArrayRef<T> numbers,
                     StringRef name) {
  auto type = RankedTensorType::get(static_cast<int64_t>(numbers.size()),
                                    builder.getIntegerType(8 * sizeof(T)));
  ArrayRef<char> bytes(reinterpret_cast<const char *>(numbers.data()),
                       numbers.size() * sizeof(T));
  return createConstant(builder, loc, makeConstant(type, bytes, name));
}

SparseConstants createConstants(OpBuilder &builder, Location loc,
                                SparseMatrix &&matrix) {
  auto count = static_cast<int64_t>(matrix.values.size());
  SparseConstants constants;
  constants.values =
      createConstant(builder, loc,
                     makeConstant(count, std::move(matrix.values),
                                  builder.getContext(), "values"));
  constants.columns =
      createIntegers<uint16_t>(builder, loc, matrix.columns, "columns");
  constants.starts =
      createIntegers<int32_t>(builder, loc, matrix.starts, "starts");
  return constants;
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

bool isPointwiseFilter(ConvOp conv) {
  return llvm::all_of(getShape(conv.getFilter()).drop_front(2),
                      [](int64_t extent) { return extent == 1; });
}

/// Why no kernel skips zeros of the convolution, if none does.
std::optional<StringRef> findObstacle(ConvOp conv) {
  if (!isPointwiseFilter(conv))
    return "its filter has more than one tap";
  if (conv.getGroups() != 1)
    return "it has groups";
  for (const WindowDim &dim : conv.getWindow())
    if (dim.stride != 1 || dim.padLow != 0 || dim.padHigh != 0)
      return "it has strides or pads";
  if (getShape(conv.getFilter())[1] > SparseMatrix::mostColumns)
    return "it has more than 65536 input channels";
  return std::nullopt;
}

/// A filter O x C x 1 x 1 as a matrix.
MatrixView getMatrix(ArrayRef<float> filter, ArrayRef<int64_t> shape) {
  return {filter, shape[0], shape[1], shape[1], 1};
}

Prediction predict(ConvOp conv, int64_t nonZeros, const Machine &machine,
                   const SparseSettings &settings) {
  ArrayRef<int64_t> input = getShape(conv.getInput()),
                    output = getShape(conv.getOutput());
  int64_t lanes = getLanes(machine);
  ConvWork work;
  work.batch = output[0];
  work.inputs = llvm::alignTo(input[1], lanes);
  work.outputs = llvm::alignTo(output[1], lanes);
  work.extents = {output[2], output[3]};
  auto pixels = static_cast<double>(output[0] * output[2] * output[3]);
  auto inputs = static_cast<double>(work.inputs),
       outputs = static_cast<double>(work.outputs);
  KernelTraffic traffic;
  traffic.networkBytes = settings.networkBytes;
  traffic.outputs = outputs * pixels;
  double images = inputs + outputs * (conv.getResidual() ? 2 : 1);
  traffic.imageBytes = bytesPerElement * pixels * images;
  traffic.weightBytes = bytesPerElement * inputs * outputs;
  Prediction prediction;
  prediction.dense = predictDirectConv(work, traffic, machine);
  traffic.weightBytes = SparseMatrix::getBytes(nonZeros);
  prediction.sparse =
      predictSparseConv(work, static_cast<double>(nonZeros), traffic, machine);
  return prediction;
}

/// Tiles as wide as the accumulators of a channel need to hide each other's
/// latency, and no wider, so that all channels of one stay near.
SparseConvPlan choosePlan(const Machine &machine, int64_t images,
                          int64_t pixels, int64_t chunks) {
  constexpr int64_t rowBits = 2048;
  int64_t lanes = getLanes(machine);
  int64_t vectors = std::clamp<int64_t>(rowBits / machine.vectorBits, 4, 8);
  SparseConvPlan plan;
  plan.tile = std::min(vectors, llvm::divideCeilSigned(pixels, lanes)) * lanes;
  int64_t tiles = images * llvm::divideCeilSigned(pixels, plan.tile);
  plan.chunks = chunks;
  plan.sharesTiles = chunks > 1 && tiles < 2 * chunks;
  return plan;
}

struct LowerSparseConv : LoweringPattern<ConvOp> {
  LowerSparseConv(MLIRContext *context, const Machine &machine,
                  const SparseSettings &settings)
      : LoweringPattern(context, machine, /*benefit=*/2), settings(settings) {}

  SparseSettings settings;

  LogicalResult matchAndRewrite(ConvOp conv,
                                PatternRewriter &rewriter) const override {
    if (settings.choice == SparseChoice::never || !isKernelConv(conv) ||
        !getElementType(conv.getFilter()).isF32())
      return failure();
    std::optional<FloatElements> filter = FloatElements::get(conv.getFilter());
    if (!filter)
      return failure();
    ArrayRef<float> elements = *filter;
    int64_t nonZeros = countNonZeros(elements);
    double density =
        static_cast<double>(nonZeros) / static_cast<double>(elements.size());
    if (std::optional<StringRef> obstacle = findObstacle(conv)) {
      remarkObstacle(conv, density, *obstacle);
      return failure();
    }
    MatrixView matrix = getMatrix(elements, getShape(conv.getFilter()));
    ArrayRef<int64_t> shape = getShape(conv.getOutput());
    if (shape[2] * shape[3] == 1)
      return lowerPixel(conv, matrix, rewriter);
    if (!choosesSparse(conv.getLoc(), settings.choice, density,
                       predict(conv, nonZeros, machine, settings)))
      return failure();
    lowerImage(conv, matrix, rewriter);
    return success();
  }

private:
  /// Tells who has zeros to skip that nobody does.
  static void remarkObstacle(ConvOp conv, double density, StringRef obstacle) {
    if (density < manyWeights)
      remark::missed(conv.getLoc(), getRemarkOptions())
          << llvm::formatv("{0:F1} % of its weights are not zero, but {1}",
                           100 * density, obstacle)
                 .str();
  }

  /// An image of one pixel is a row of a matrix.
  LogicalResult lowerPixel(ConvOp conv, const MatrixView &matrix,
                           PatternRewriter &rewriter) const {
    if (conv.getResidual())
      return failure();
    ArrayRef<int64_t> shape = getShape(conv.getOutput());
    SparseProduct product;
    product.lhs = createReshape(rewriter, conv.getLoc(), conv.getInput(),
                                {shape[0], matrix.columns});
    product.matrix = matrix;
    product.bias = conv.getBias();
    product.activation = conv.getActivationAttr();
    Value rows = createSparseProduct(rewriter, conv.getLoc(), machine, settings,
                                     product);
    if (!rows)
      return failure();
    rewriter.replaceOp(conv,
                       createReshape(rewriter, conv.getLoc(), rows, shape));
    return success();
  }

  void lowerImage(ConvOp conv, const MatrixView &matrix,
                  PatternRewriter &rewriter) const {
    Location loc = conv.getLoc();
    int64_t lanes = getLanes(machine);
    SmallVector<int64_t> shape =
        getBlockedShape(getShape(conv.getOutput()), lanes);
    int64_t images = shape[0], pixels = shape[2] * shape[3];
    SparseConstants filter =
        createConstants(rewriter, conv.getFilter().getLoc(),
                        SparseMatrix::get(matrix, shape[1] * lanes));
    PackedEpilogue epilogue = packEpilogue(rewriter, conv, lanes);
    Value input = createPack(rewriter, loc, conv.getInput(), lanes);
    SparseConvPlan plan = choosePlan(machine, images, pixels, settings.chunks);
    SparseConvScratch scratch(plan, images, pixels, getShape(input)[1] * lanes,
                              lanes);
    Type element = getElementType(conv.getOutput());
    auto kernel = kernel::SparseConvOp::create(
        rewriter, loc, input, filter.values, filter.columns, filter.starts,
        epilogue.bias, epilogue.residual,
        createEmpty(rewriter, loc, shape, element),
        createEmpty(rewriter, loc, {scratch.size}, element), plan.tile,
        plan.chunks, plan.sharesTiles, epilogue.activation);
    recordProducts(kernel, conv.getOutput().getType(), matrix.columns);
    replaceByBlocked(rewriter, conv, kernel.getResult(0), epilogue.late);
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// Matrix products
//===----------------------------------------------------------------------===//

static Prediction predict(const SparseProduct &product, int64_t nonZeros,
                          const Machine &machine,
                          const SparseSettings &settings) {
  auto rows = static_cast<double>(getShape(product.lhs)[0]);
  auto terms = static_cast<double>(product.matrix.columns);
  auto columns = static_cast<double>(product.matrix.rows);
  KernelTraffic traffic;
  traffic.networkBytes = settings.networkBytes;
  traffic.outputs = rows * columns;
  traffic.imageBytes = bytesPerElement * rows * (terms + columns);
  traffic.weightBytes = bytesPerElement * terms * columns;
  Prediction prediction;
  prediction.dense = predictMatmul({rows, terms, columns}, traffic, machine);
  traffic.weightBytes = SparseMatrix::getBytes(nonZeros);
  prediction.sparse = predictSparseMatmul(
      {rows, terms}, static_cast<double>(nonZeros), traffic, machine);
  return prediction;
}

Value createSparseProduct(OpBuilder &builder, Location loc,
                          const Machine &machine,
                          const SparseSettings &settings,
                          const SparseProduct &product) {
  const MatrixView &matrix = product.matrix;
  if (settings.choice == SparseChoice::never ||
      matrix.columns > SparseMatrix::mostColumns)
    return {};
  int64_t nonZeros = countNonZeros(matrix.elements);
  double density = static_cast<double>(nonZeros) /
                   static_cast<double>(matrix.elements.size());
  if (!choosesSparse(loc, settings.choice, density,
                     predict(product, nonZeros, machine, settings)))
    return {};
  SparseMatrix compressed = SparseMatrix::get(matrix, matrix.rows);
  if (product.scale != 1)
    for (float &value : compressed.values)
      value *= static_cast<float>(product.scale);
  SparseConstants constants =
      createConstants(builder, loc, std::move(compressed));
  Value empty =
      createEmpty(builder, loc, {getShape(product.lhs)[0], matrix.rows},
                  getElementType(product.lhs));
  auto kernel = kernel::SparseMatmulOp::create(
      builder, loc, product.lhs, constants.values, constants.columns,
      constants.starts, product.bias, empty, product.activation);
  return kernel.getResult(0);
}

void populateSparseToKernel(RewritePatternSet &patterns, const Machine &machine,
                            const SparseSettings &settings) {
  patterns.add<LowerSparseConv>(patterns.getContext(), machine, settings);
}

} // namespace mlir::cnn
