//===- Evaluate.h - The value of every op -----------------------*- C++ -*-===//
//
// One overload of `evaluate` per op. A file holds a family of ops.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_REFERENCE_EVALUATE_H
#define CNNC_LIB_REFERENCE_EVALUATE_H

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/Tensor.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/Error.h"

#include <array>

namespace mlir::cnn::reference {

/// The values of an op's operands, and how many threads may be used.
class Operands {
public:
  Operands(const llvm::DenseMap<Value, Tensor> &values, unsigned threads)
      : values(values), threads(threads) {}

  const Tensor &get(Value value) const { return values.find(value)->second; }
  /// The value as a float64 tensor.
  Tensor getDoubles(Value value) const {
    return get(value).convertTo(ElementType::Float64);
  }
  unsigned getThreads() const { return threads; }

private:
  const llvm::DenseMap<Value, Tensor> &values;
  unsigned threads;
};

//===----------------------------------------------------------------------===//
// The ops
//===----------------------------------------------------------------------===//

Tensor evaluate(ConvOp op, const Operands &operands);
Tensor evaluate(ConvTransposeOp op, const Operands &operands);
Tensor evaluate(WinogradConvOp op, const Operands &operands);

Tensor evaluate(MatmulOp op, const Operands &operands);
Tensor evaluate(GemmOp op, const Operands &operands);

Tensor evaluate(QuantizeOp op, const Operands &operands);
Tensor evaluate(DequantizeOp op, const Operands &operands);
Tensor evaluate(LookupOp op, const Operands &operands);
Tensor evaluate(RequantizeOp op, const Operands &operands);
Tensor evaluate(ConvIntegerOp op, const Operands &operands);
Tensor evaluate(MatmulIntegerOp op, const Operands &operands);

Tensor evaluate(BatchNormOp op, const Operands &operands);
Tensor evaluate(InstanceNormOp op, const Operands &operands);
Tensor evaluate(LayerNormOp op, const Operands &operands);
Tensor evaluate(LRNOp op, const Operands &operands);
Tensor evaluate(SoftmaxOp op, const Operands &operands);

Tensor evaluate(MaxPoolOp op, const Operands &operands);
Tensor evaluate(AvgPoolOp op, const Operands &operands);
Tensor evaluate(ReduceOp op, const Operands &operands);
Tensor evaluate(ArgReduceOp op, const Operands &operands);
Tensor evaluate(CumulativeSumOp op, const Operands &operands);

Tensor evaluate(UnaryOp op, const Operands &operands);
Tensor evaluate(BinaryOp op, const Operands &operands);
Tensor evaluate(CompareOp op, const Operands &operands);
Tensor evaluate(SelectOp op, const Operands &operands);
Tensor evaluate(CastOp op, const Operands &operands);

Tensor evaluate(ResizeOp op, const Operands &operands);
Tensor evaluate(GridSampleOp op, const Operands &operands);
/// The ops on regions fail if a region belongs to no image.
llvm::Expected<Tensor> evaluate(RoiAlignOp op, const Operands &operands);
llvm::Expected<Tensor> evaluate(MaxRoiPoolOp op, const Operands &operands);

Tensor evaluate(ConcatOp op, const Operands &operands);
Tensor evaluate(SliceOp op, const Operands &operands);
Tensor evaluate(PadOp op, const Operands &operands);
Tensor evaluate(ReshapeOp op, const Operands &operands);
Tensor evaluate(TransposeOp op, const Operands &operands);
Tensor evaluate(ExpandOp op, const Operands &operands);
Tensor evaluate(DepthToSpaceOp op, const Operands &operands);
Tensor evaluate(SpaceToDepthOp op, const Operands &operands);
/// These fail if an index is out of range.
llvm::Expected<Tensor> evaluate(GatherOp op, const Operands &operands);
llvm::Expected<Tensor> evaluate(GatherElementsOp op, const Operands &operands);
llvm::Expected<Tensor> evaluate(GatherNDOp op, const Operands &operands);
llvm::Expected<Tensor> evaluate(ScatterElementsOp op, const Operands &operands);
llvm::Expected<Tensor> evaluate(ScatterNDOp op, const Operands &operands);

Tensor evaluate(TopKOp op, const Operands &operands);
Tensor evaluate(ArgMaxPoolOp op, const Operands &operands);
Tensor evaluate(NonZeroOp op, const Operands &operands);
Tensor evaluate(RankDistinctOp op, const Operands &operands);
Tensor evaluate(NonMaxSuppressionOp op, const Operands &operands);
Tensor evaluate(DeterminantOp op, const Operands &operands);

//===----------------------------------------------------------------------===//
// What they share
//===----------------------------------------------------------------------===//

inline ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// Zeros in double precision, of the shape of `result`.
Tensor makeDoubles(Value result);

/// `tensor` rounded to the element type of `result`.
Tensor roundTo(Value result, const Tensor &tensor);

/// Strides of row-major data, in elements.
SmallVector<int64_t> getRowMajorStrides(ArrayRef<int64_t> shape);

/// Strides with which data of `shape` are read as if they had the larger shape
/// `result`: 0 in the dimensions that are broadcast.
SmallVector<int64_t> getBroadcastStrides(ArrayRef<int64_t> shape,
                                         ArrayRef<int64_t> result);

/// The product of the extents.
int64_t countElements(ArrayRef<int64_t> shape);

/// Calls `body(i)` for i in [0, count) in any order, on `threads` threads.
void parallelFor(unsigned threads, int64_t count,
                 llvm::function_ref<void(int64_t)> body);

/// Applies `activation`, which may be null, to every element of a float64
/// tensor.
void applyFunction(FunctionAttr activation, Tensor &tensor, unsigned threads);

/// Calls `body(a, b)` with the offsets that the two lists of strides give each
/// index of `shape`, in row-major order.
template <typename Body>
void forEachOffset(ArrayRef<int64_t> shape, ArrayRef<int64_t> aStrides,
                   ArrayRef<int64_t> bStrides, Body body) {
  SmallVector<int64_t> index(shape.size(), 0);
  int64_t a = 0, b = 0;
  for (int64_t i = 0, count = countElements(shape); i < count; ++i) {
    body(a, b);
    for (int64_t dim = shape.size(); dim-- > 0;) {
      a += aStrides[dim];
      b += bStrides[dim];
      if (++index[dim] < shape[dim])
        break;
      a -= aStrides[dim] * shape[dim];
      b -= bStrides[dim] * shape[dim];
      index[dim] = 0;
    }
  }
}

/// An image of one to three spatial dimensions seen as one of three.
struct ImageShape {
  explicit ImageShape(Value image);
  explicit ImageShape(ArrayRef<int64_t> shape);

  int64_t getPlane() const { return extents[0] * extents[1] * extents[2]; }
  int64_t getPlanes() const { return batch * channels; }

  int64_t batch, channels;
  std::array<int64_t, 3> extents = {1, 1, 1};
};

/// An output of bias (one per channel) and residual, in float64, to which
/// products are added. Both may be null.
Tensor startOutput(Value output, Value bias, Value residual,
                   const Operands &operands);

/// What a convolution does with its operands.
struct Convolution {
  Window window;
  int64_t groups;
};

/// Adds the convolution of two float64 tensors to `output`.
void addConvolution(const Convolution &conv, const Tensor &input,
                    const Tensor &filter, Tensor &output, unsigned threads);

/// The matrix product of two tensors of Number, double or uint64_t, by numpy's
/// rules.
template <typename Number>
Tensor multiplyMatrices(const Tensor &lhs, const Tensor &rhs,
                        ArrayRef<int64_t> shape, unsigned threads);

/// The window of such an image.
std::array<WindowDim, 3> getWindow3D(const Window &window);

} // namespace mlir::cnn::reference

#endif // CNNC_LIB_REFERENCE_EVALUATE_H
