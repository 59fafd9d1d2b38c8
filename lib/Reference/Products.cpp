//===- Products.cpp - The values of matrix products -----------------------===//

#include "Evaluate.h"

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::reference;

namespace {

/// An M x K times a K x N matrix; strides are in elements.
struct Product {
  int64_t rows, inner, columns;
  int64_t lhsStrides[2], rhsStrides[2];
};

/// Adds columns [first, last) of one row of the product to `output`.
template <typename Number, typename Element>
void addRow(const Product &product, const Number *lhs, const Element *rhs,
            MutableArrayRef<Number> output, int64_t first) {
  int64_t lhsStride = product.lhsStrides[1];
  auto [innerStride, columnStride] = product.rhsStrides;
  rhs += first * columnStride;
  if (columnStride == 1) {
    for (int64_t k = 0; k < product.inner; ++k) {
      Number factor = lhs[k * lhsStride];
      const Element *row = rhs + k * innerStride;
      for (size_t j = 0; j < output.size(); ++j)
        output[j] += factor * row[j];
    }
    return;
  }
  for (size_t j = 0; j < output.size(); ++j) {
    const Element *column = rhs + j * columnStride;
    Number sum = 0;
    for (int64_t k = 0; k < product.inner; ++k)
      sum += lhs[k * lhsStride] * column[k * innerStride];
    output[j] += sum;
  }
}

/// Adds lhs times rhs to `output`, in tasks of a part of a row each.
template <typename Number, typename Element>
void multiply(const Product &product, const Number *lhs, const Element *rhs,
              MutableArrayRef<Number> output, unsigned threads) {
  constexpr int64_t chunk = 512;
  int64_t chunks = llvm::divideCeil(product.columns, chunk);
  parallelFor(threads, product.rows * chunks, [&](int64_t task) {
    int64_t row = task / chunks, first = task % chunks * chunk;
    addRow(product, lhs + row * product.lhsStrides[0], rhs,
           output.slice(row * product.columns + first,
                        std::min(chunk, product.columns - first)),
           first);
  });
}

} // namespace

Tensor reference::evaluate(GemmOp op, const Operands &operands) {
  ArrayRef<int64_t> lhsShape = getShape(op.getLhs());
  ArrayRef<int64_t> shape = getShape(op.getOutput());
  Product product = {shape[0],
                     lhsShape[op.getTransposeLhs() ? 0 : 1],
                     shape[1],
                     {lhsShape[1], 1},
                     {getShape(op.getRhs())[1], 1}};
  if (op.getTransposeLhs())
    std::swap(product.lhsStrides[0], product.lhsStrides[1]);
  if (op.getTransposeRhs())
    std::swap(product.rhsStrides[0], product.rhsStrides[1]);
  Tensor lhs = operands.getDoubles(op.getLhs());
  Tensor output = makeDoubles(op.getOutput());
  // The weights of a fully connected layer are large: use float32 as it is.
  const Tensor &rhs = operands.get(op.getRhs());
  if (rhs.getType() == ElementType::Float32) {
    multiply(product, lhs.get<double>().data(), rhs.get<float>().data(),
             output.get<double>(), operands.getThreads());
  } else {
    Tensor doubles = operands.getDoubles(op.getRhs());
    multiply(product, lhs.get<double>().data(), doubles.get<double>().data(),
             output.get<double>(), operands.getThreads());
  }
  double alpha = op.getAlpha().convertToDouble();
  double beta = op.getBeta().convertToDouble();
  MutableArrayRef<double> values = output.get<double>();
  for (double &value : values)
    value *= alpha;
  if (Value bias = op.getBias()) {
    Tensor biases = operands.getDoubles(bias);
    forEachOffset(shape, getRowMajorStrides(shape),
                  getBroadcastStrides(getShape(bias), shape),
                  [&](int64_t to, int64_t from) {
                    values[to] += beta * biases.get<double>()[from];
                  });
  }
  applyFunction(op.getActivationAttr(), output, operands.getThreads());
  return roundTo(op.getOutput(), output);
}

template <typename Number>
Tensor reference::multiplyMatrices(const Tensor &lhs, const Tensor &rhs,
                                   ArrayRef<int64_t> shape, unsigned threads) {
  SmallVector<int64_t> lhsShape(lhs.getShape()), rhsShape(rhs.getShape());
  SmallVector<int64_t> batch(shape);
  if (lhsShape.size() == 1)
    lhsShape.insert(lhsShape.begin(), 1);
  else
    batch.pop_back();
  if (rhsShape.size() == 1)
    rhsShape.push_back(1);
  else
    batch.pop_back();
  int64_t inner = lhsShape.pop_back_val(), rows = lhsShape.pop_back_val();
  int64_t columns = rhsShape.pop_back_val();
  rhsShape.pop_back();
  Product product = {rows, inner, columns, {inner, 1}, {columns, 1}};
  Tensor output(lhs.getType(), shape);
  MutableArrayRef<Number> rest = output.get<Number>();
  forEachOffset(
      batch, getBroadcastStrides(lhsShape, batch),
      getBroadcastStrides(rhsShape, batch), [&](int64_t left, int64_t right) {
        multiply(product, lhs.get<Number>().data() + left * rows * inner,
                 rhs.get<Number>().data() + right * inner * columns,
                 rest.take_front(rows * columns), threads);
        rest = rest.drop_front(rows * columns);
      });
  return output;
}

template Tensor reference::multiplyMatrices<double>(const Tensor &,
                                                    const Tensor &,
                                                    ArrayRef<int64_t>,
                                                    unsigned);

Tensor reference::evaluate(MatmulOp op, const Operands &operands) {
  ArrayRef<int64_t> shape = getShape(op.getOutput());
  const Tensor &lhs = operands.get(op.getLhs()),
               &rhs = operands.get(op.getRhs());
  auto multiplyIn = [&](auto zero, ElementType type) {
    return roundTo(op.getOutput(), multiplyMatrices<decltype(zero)>(
                                       lhs.convertTo(type), rhs.convertTo(type),
                                       shape, operands.getThreads()));
  };
  if (isa<FloatType>(op.getLhs().getType().getElementType()))
    return multiplyIn(double(), ElementType::Float64);
  // Products and sums are the same bits with and without a sign.
  return multiplyIn(uint64_t(), ElementType::UInt64);
}
