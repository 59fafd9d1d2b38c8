//===- CNNToKernelMatmul.cpp - Matrix products as kernels -----------------===//

#include "CNNToKernel.h"
#include "CNNToKernelSparse.h"
#include "LookupProduct.h"
#include "MatmulPanels.h"
#include "PackWeights.h"
#include "SumsOfProducts.h"
#include "cnnc/Dialect/CNN/StoredWeights.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Weights.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

namespace mlir::cnn {
namespace {

/// Columns that a packed matrix product computes together. One row needs
/// enough vectors to hide the latency of addition; several rows share what the
/// registers hold. A vector less is better where all rows then are one tile:
/// that reads the matrix once, from memory.
int64_t chooseBlockColumns(const Machine &machine, int64_t lanes,
                           std::array<int64_t, 3> rowsDepthColumns) {
  int64_t rows = rowsDepthColumns[0], depth = rowsDepthColumns[1];
  int64_t vectors = machine.vectorRegisters >= 32 ? 4 : 2;
  auto isOneTile = [&](int64_t count) {
    return rows <= kernel::getLargestRows(machine, depth, count);
  };
  if (rows == 1)
    vectors = 8;
  else if (vectors > 2 && !isOneTile(vectors) && isOneTile(vectors - 1))
    --vectors;
  return std::min(vectors, Blocking{lanes}.getBlockCount(rowsDepthColumns[2])) *
         lanes;
}

/// The matrix is known when the network is compiled.
bool isPackedMatrix(Value rhs) {
  return isPackable(rhs) || StoredWeights::get(rhs);
}

/// The panels of a matrix, and the scales of stored integers in their columns.
PackedWeights packPanels(Value rhs, ArrayRef<int64_t> extents,
                         int64_t blockColumns, bool transposed) {
  int64_t depth = extents[0], columns = extents[1];
  PackedWeights packed;
  if (std::optional<FloatElements> elements = FloatElements::get(rhs)) {
    packed.numbers =
        packMatrix(*elements, depth, columns, blockColumns, transposed);
    return packed;
  }
  packed.numbers = packMatrix(*getStoredNumbers(rhs), depth, columns,
                              blockColumns, transposed);
  std::vector<float> scales = getStoredScales(rhs);
  if (!scales.empty())
    packed.scales = packMatrix(scales, /*depth=*/1, columns, blockColumns,
                               /*transposed=*/false);
  return packed;
}

/// The same by a kernel that skips zeros of the rhs, or nothing.
Value createWithoutZeros(OpBuilder &builder, Location loc,
                         const Machine &machine, const SparseSettings &settings,
                         const Product &product) {
  std::optional<FloatElements> elements = FloatElements::get(product.rhs);
  if (!elements || !getElementType(product.rhs).isF32())
    return {};
  ArrayRef<int64_t> shape = getShape(product.rhs);
  SparseProduct sparse;
  sparse.lhs = product.lhs;
  sparse.matrix = {*elements, shape[1], shape[0], 1, shape[1]};
  if (product.transposeRhs)
    sparse.matrix = {*elements, shape[0], shape[1], shape[1], 1};
  sparse.scale = product.scale;
  sparse.bias = product.bias;
  sparse.activation = product.activation;
  return createSparseProduct(builder, loc, machine, settings, sparse);
}

/// lhs M x K times a constant rhs K x N, or N x K.
Value createPackedProduct(OpBuilder &builder, Location loc,
                          const Machine &machine,
                          const SparseSettings &settings,
                          const Product &product) {
  if (Value sum = createLookupProduct(builder, loc, machine, product))
    return sum;
  if (Value skipping =
          createWithoutZeros(builder, loc, machine, settings, product))
    return skipping;
  int64_t rows = getShape(product.lhs)[0], depth = getShape(product.lhs)[1];
  int64_t columns = getShape(product.rhs)[product.transposeRhs ? 0 : 1];
  Type element = getElementType(product.rhs);
  int64_t lanes = getLanes(machine, element);
  int64_t blockColumns =
      chooseBlockColumns(machine, lanes, {rows, depth, columns});
  PackedWeights packed = packPanels(product.rhs, {depth, columns}, blockColumns,
                                    product.transposeRhs);
  if (product.scale != 1.0)
    for (float &value : packed.numbers)
      value *= product.scale;
  SmallVector<int64_t> shape = {llvm::divideCeilSigned(columns, blockColumns),
                                depth, blockColumns};
  // Read once, weights are widened when they are; else before.
  StoredConstants rhs;
  std::optional<StoredWeights> stored = StoredWeights::get(product.rhs);
  if (stored && !stored->codebook &&
      rows <= kernel::getLargestRows(machine, depth, blockColumns / lanes))
    rhs = createStoredConstants(builder, product.rhs, shape, packed, "matrix");
  else
    rhs.numbers = createPackedWeights(builder, product.rhs, shape,
                                      std::move(packed), "matrix");
  Value empty = createEmpty(builder, loc, {rows, columns}, element);
  return kernel::MatmulOp::create(builder, loc, product.lhs, rhs.numbers,
                                  rhs.scales, product.bias, empty,
                                  /*packed=*/true, product.activation)
      .getResult(0);
}

/// The shape of lhs [B x] M x K times rhs [B x] K x N.
SmallVector<int64_t> getProductShape(Value left, Value right) {
  ArrayRef<int64_t> lhs = getShape(left), rhs = getShape(right);
  SmallVector<int64_t> shape = {lhs[lhs.size() - 2], rhs.back()};
  if (lhs.size() == 3 || rhs.size() == 3)
    shape.insert(shape.begin(), lhs.size() == 3 ? lhs[0] : rhs[0]);
  return shape;
}

/// lhs [B x] M x K times rhs [B x] K x N.
Value createPlainProduct(OpBuilder &builder, Location loc,
                         const Product &product) {
  SmallVector<int64_t> shape = getProductShape(product.lhs, product.rhs);
  Value empty = createEmpty(builder, loc, shape, getElementType(product.lhs));
  return kernel::MatmulOp::create(builder, loc, product.lhs, product.rhs,
                                  /*scale=*/Value(), product.bias, empty,
                                  /*packed=*/false, product.activation)
      .getResult(0);
}

/// The bias of a gemm as one number per column, with the factor `beta`, or null
/// if it varies in another way.
Value getColumnBias(OpBuilder &builder, GemmOp gemm, int64_t columns) {
  Value bias = gemm.getBias();
  double beta = gemm.getBeta().convertToDouble();
  ArrayRef<int64_t> shape = getShape(bias);
  bool variesByRow = shape.size() == 2 && shape[0] != 1;
  std::optional<std::vector<float>> values;
  if (isPackable(bias))
    values = getFloats(bias);
  bool isWhole = !shape.empty() && shape.back() == columns;
  if (variesByRow || (!values && (beta != 1.0 || !isWhole)))
    return {};
  if (!values)
    return createReshape(builder, gemm.getLoc(), bias, {columns});
  if (values->size() == 1)
    values->resize(columns, values->front());
  for (float &value : *values)
    value *= beta;
  auto type = RankedTensorType::get(columns, getElementType(bias));
  return createConstant(builder, bias.getLoc(), type, *values);
}

/// factor * value, by a cnn op.
Value createScaled(ImplicitLocOpBuilder &builder, Value value, double factor) {
  if (factor == 1.0)
    return value;
  auto type = RankedTensorType::get({}, getElementType(value));
  Value scalar = createConstant(builder, builder.getLoc(), type,
                                static_cast<float>(factor));
  return BinaryOp::create(builder, BinaryKind::mul, value, scalar);
}

/// A lowering whose constants may have zeros to skip.
template <typename OpTy>
struct ProductPattern : LoweringPattern<OpTy> {
  ProductPattern(MLIRContext *context, const Machine &machine,
                 const SparseSettings &settings)
      : LoweringPattern<OpTy>(context, machine), settings(settings) {}

  SparseSettings settings;
};

struct LowerGemm : ProductPattern<GemmOp> {
  using ProductPattern::ProductPattern;

  LogicalResult matchAndRewrite(GemmOp gemm,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(gemm.getLoc(), rewriter);
    int64_t columns = getShape(gemm.getOutput())[1];
    double alpha = gemm.getAlpha().convertToDouble();
    // The factor would change numbers that are stored in few bits.
    bool isPacked = isPackable(gemm.getRhs()) ||
                    (alpha == 1.0 && StoredWeights::get(gemm.getRhs()));
    Product product;
    product.lhs = gemm.getLhs();
    product.rhs = gemm.getRhs();
    if (gemm.getBias())
      product.bias = getColumnBias(builder, gemm, columns);
    // What the kernel does not do comes after it, and so does the function.
    bool isBiasLate = gemm.getBias() && !product.bias;
    bool isScaleLate = !isPacked && alpha != 1.0;
    bool isLate = isBiasLate || isScaleLate;
    if (isLate)
      product.bias = {};
    else
      product.activation = gemm.getActivationAttr();
    if (gemm.getTransposeLhs())
      product.lhs =
          createTranspose(builder, gemm.getLoc(), product.lhs, {1, 0});

    Value result;
    if (isPacked) {
      product.scale = alpha;
      product.transposeRhs = gemm.getTransposeRhs();
      result = createPackedProduct(builder, gemm.getLoc(), machine, settings,
                                   product);
    } else {
      if (gemm.getTransposeRhs())
        product.rhs =
            createTranspose(builder, gemm.getLoc(), product.rhs, {1, 0});
      result = createPlainProduct(builder, gemm.getLoc(), product);
    }
    if (isLate)
      result = createRest(builder, gemm, result, isScaleLate ? alpha : 1.0);
    rewriter.replaceOp(gemm, result);
    return success();
  }

  static Value createRest(ImplicitLocOpBuilder &builder, GemmOp gemm,
                          Value product, double alpha) {
    Value sum = createScaled(builder, product, alpha);
    if (gemm.getBias()) {
      Value bias = createScaled(builder, gemm.getBias(),
                                gemm.getBeta().convertToDouble());
      sum = BinaryOp::create(builder, BinaryKind::add, sum, bias);
    }
    if (FunctionAttr activation = gemm.getActivationAttr())
      sum = UnaryOp::create(builder, activation, sum);
    return sum;
  }
};

int64_t getProduct(ArrayRef<int64_t> values) {
  return std::accumulate(values.begin(), values.end(), int64_t(1),
                         std::multiplies<int64_t>());
}

Value reshape(ImplicitLocOpBuilder &builder, Value value,
              ArrayRef<int64_t> shape) {
  return createReshape(builder, builder.getLoc(), value, shape);
}

/// B x rows x columns, or without B if the operand is the same for all.
Value flattenBatch(ImplicitLocOpBuilder &builder, Value value,
                   ArrayRef<int64_t> shape, ArrayRef<int64_t> batch) {
  ArrayRef<int64_t> own = shape.drop_back(2), matrix = shape.take_back(2);
  if (getProduct(own) == 1)
    return reshape(builder, value, matrix);
  if (getProduct(own) != getProduct(batch)) {
    SmallVector<int64_t> full(batch);
    llvm::append_range(full, matrix);
    value = ExpandOp::create(builder, reshape(builder, value, shape), full);
  }
  return reshape(builder, value, {getProduct(batch), matrix[0], matrix[1]});
}

/// A product by numpy's rules as one of matrices or of batches of them, whose
/// operands `multiply` receives.
Value createBatchedProduct(ImplicitLocOpBuilder &builder, Value left,
                           Value right, ArrayRef<int64_t> output,
                           function_ref<Value(Value, Value)> multiply) {
  SmallVector<int64_t> lhs(getShape(left)), rhs(getShape(right));
  if (lhs.size() == 1)
    lhs.insert(lhs.begin(), 1);
  if (rhs.size() == 1)
    rhs.push_back(1);
  ArrayRef<int64_t> lhsBatch = ArrayRef(lhs).drop_back(2);
  ArrayRef<int64_t> rhsBatch = ArrayRef(rhs).drop_back(2);
  if (getProduct(rhsBatch) == 1) {
    // The batch of the left operand is more rows.
    left = reshape(builder, left,
                   {getProduct(ArrayRef(lhs).drop_back()), lhs.back()});
    right = reshape(builder, right, {rhs[rhs.size() - 2], rhs.back()});
  } else {
    SmallVector<int64_t> batch = *getBroadcastShape(lhsBatch, rhsBatch);
    left = flattenBatch(builder, left, lhs, batch);
    right = flattenBatch(builder, right, rhs, batch);
  }
  return reshape(builder, multiply(left, right), output);
}

struct LowerMatmul : ProductPattern<MatmulOp> {
  using ProductPattern::ProductPattern;

  LogicalResult matchAndRewrite(MatmulOp matmul,
                                PatternRewriter &rewriter) const override {
    if (isa<IntegerType>(getElementType(matmul.getLhs())))
      return failure();
    ImplicitLocOpBuilder builder(matmul.getLoc(), rewriter);
    rewriter.replaceOp(
        matmul,
        createBatchedProduct(
            builder, matmul.getLhs(), matmul.getRhs(),
            getShape(matmul.getOutput()), [&](Value lhs, Value rhs) {
              Product product;
              product.lhs = lhs;
              product.rhs = rhs;
              bool isPacked = getShape(rhs).size() == 2 && isPackedMatrix(rhs);
              return isPacked ? createPackedProduct(builder, matmul.getLoc(),
                                                    machine, settings, product)
                              : createPlainProduct(builder, matmul.getLoc(),
                                                   product);
            }));
    return success();
  }
};

/// Replaces `op` by the product of two tensors of integers.
void replaceByIntegerProduct(PatternRewriter &rewriter, Operation *op,
                             Value lhs, Value rhs) {
  ImplicitLocOpBuilder builder(op->getLoc(), rewriter);
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  rewriter.replaceOp(
      op, createBatchedProduct(
              builder, lhs, rhs, type.getShape(), [&](Value left, Value right) {
                auto shape = getProductShape(left, right);
                return createMatrixSum(builder, op->getLoc(), left, right,
                                       type.clone(shape));
              }));
}

struct LowerIntegerMatmul : OpRewritePattern<MatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MatmulOp matmul,
                                PatternRewriter &rewriter) const override {
    if (!isa<IntegerType>(getElementType(matmul.getLhs())))
      return failure();
    replaceByIntegerProduct(rewriter, matmul, matmul.getLhs(), matmul.getRhs());
    return success();
  }
};

struct LowerMatmulInteger : OpRewritePattern<MatmulIntegerOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MatmulIntegerOp matmul,
                                PatternRewriter &rewriter) const override {
    Location loc = matmul.getLoc();
    Value lhs = createDifference(rewriter, loc, matmul.getLhs(),
                                 matmul.getLhsZeroPoint());
    Value rhs = createDifference(rewriter, loc, matmul.getRhs(),
                                 matmul.getRhsZeroPoint());
    replaceByIntegerProduct(rewriter, matmul, lhs, rhs);
    return success();
  }
};

} // namespace

void populateMatmulToKernel(RewritePatternSet &patterns, const Machine &machine,
                            const SparseSettings &settings) {
  patterns.add<LowerGemm, LowerMatmul>(patterns.getContext(), machine,
                                       settings);
  patterns.add<LowerIntegerMatmul, LowerMatmulInteger>(patterns.getContext());
}

} // namespace mlir::cnn
