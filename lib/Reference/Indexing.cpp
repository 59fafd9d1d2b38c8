//===- Indexing.cpp - The values of ops that index by data ----------------===//

#include "Evaluate.h"

#include "cnnc/Support/Selection.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::reference;
using llvm::Expected;

//===----------------------------------------------------------------------===//
// Gather and scatter
//===----------------------------------------------------------------------===//

Expected<Tensor> reference::evaluate(GatherElementsOp op,
                                     const Operands &operands) {
  const Tensor &input = operands.get(op.getInput());
  auto positions = getElementPositions(
      input.getShape(), operands.get(op.getIndices()), op.getAxis());
  if (!positions)
    return positions.takeError();
  return gatherSlices(input, *positions, getShape(op.getOutput()));
}

Expected<Tensor> reference::evaluate(GatherNDOp op, const Operands &operands) {
  const Tensor &input = operands.get(op.getInput());
  auto positions = getSlicePositions(
      input.getShape(), operands.get(op.getIndices()), op.getBatchDims());
  if (!positions)
    return positions.takeError();
  return gatherSlices(input, *positions, getShape(op.getOutput()));
}

Expected<Tensor> reference::evaluate(ScatterElementsOp op,
                                     const Operands &operands) {
  const Tensor &input = operands.get(op.getInput());
  auto positions = getElementPositions(
      input.getShape(), operands.get(op.getIndices()), op.getAxis());
  if (!positions)
    return positions.takeError();
  return scatter(op.getKind(), input, *positions,
                 operands.get(op.getUpdates()));
}

Expected<Tensor> reference::evaluate(ScatterNDOp op, const Operands &operands) {
  const Tensor &input = operands.get(op.getInput());
  auto positions =
      getSlicePositions(input.getShape(), operands.get(op.getIndices()), 0);
  if (!positions)
    return positions.takeError();
  return scatter(op.getKind(), input, *positions,
                 operands.get(op.getUpdates()));
}

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

Tensor reference::evaluate(TopKOp op, const Operands &operands) {
  const Tensor &input = operands.get(op.getInput());
  std::vector<uint64_t> keys = getOrderKeys(input);
  if (op.getSmallest())
    for (uint64_t &key : keys)
      key = ~key;
  int64_t axis = op.getAxis(), extent = input.getShape()[axis];
  int64_t inner = countElements(input.getShape().drop_front(axis + 1));
  int64_t outer = countElements(input.getShape().take_front(axis));
  Tensor output(ElementType::Int64, getShape(op.getOutput()));
  MutableArrayRef<int64_t> result = output.get<int64_t>();
  std::vector<int64_t> order(extent);
  for (int64_t line = 0; line < outer * inner; ++line) {
    int64_t start = line / inner * extent * inner + line % inner;
    std::iota(order.begin(), order.end(), 0);
    llvm::sort(order, [&](int64_t a, int64_t b) {
      uint64_t keyA = keys[start + a * inner], keyB = keys[start + b * inner];
      return keyA != keyB ? keyA > keyB : a < b;
    });
    int64_t first = line / inner * op.getCount() * inner + line % inner;
    for (int64_t i = 0; i < static_cast<int64_t>(op.getCount()); ++i)
      result[first + i * inner] = order[i];
  }
  return output;
}

Tensor reference::evaluate(ArgMaxPoolOp op, const Operands &operands) {
  ImageShape in(op.getInput()), out(op.getOutput());
  auto window = getWindow3D(op.getWindow());
  std::vector<uint64_t> keys = getOrderKeys(operands.get(op.getInput()));
  SmallVector<int64_t> steps = op.getIndexStrides();
  std::array<int64_t, 3> spatialSteps = {0, 0, 0};
  std::copy(steps.begin() + 2, steps.end(),
            spatialSteps.end() - (steps.size() - 2));
  Tensor output(ElementType::Int64, getShape(op.getOutput()));
  int64_t *to = output.get<int64_t>().data();
  std::array<int64_t, 3> at;
  // The best element of the window at `at` in an image channel.
  auto findBest = [&](int64_t plane) {
    int64_t best = -1;
    uint64_t bestKey = 0;
    std::array<std::pair<int64_t, int64_t>, 3> taps;
    for (int dim = 0; dim < 3; ++dim)
      taps[dim] = window[dim].getValidTaps(at[dim], in.extents[dim]);
    for (int64_t t = taps[0].first; t < taps[0].second; ++t)
      for (int64_t u = taps[1].first; u < taps[1].second; ++u)
        for (int64_t v = taps[2].first; v < taps[2].second; ++v) {
          int64_t position = 0, index = 0;
          for (auto [dim, tap] : llvm::enumerate(std::array{t, u, v})) {
            int64_t place = at[dim] * window[dim].stride +
                            tap * window[dim].dilation - window[dim].padLow;
            position = position * in.extents[dim] + place;
            index += place * spatialSteps[dim];
          }
          uint64_t key = keys[plane * in.getPlane() + position];
          if (best >= 0 && key <= bestKey)
            continue;
          best = plane * in.getPlane() + index;
          bestKey = key;
        }
    return best;
  };
  for (int64_t plane = 0; plane < out.getPlanes(); ++plane)
    for (at[0] = 0; at[0] < out.extents[0]; ++at[0])
      for (at[1] = 0; at[1] < out.extents[1]; ++at[1])
        for (at[2] = 0; at[2] < out.extents[2]; ++at[2])
          *to++ = findBest(plane);
  return output;
}

//===----------------------------------------------------------------------===//
// As many results as the data say
//===----------------------------------------------------------------------===//

Tensor reference::evaluate(NonZeroOp op, const Operands &operands) {
  return listNonZero(operands.get(op.getInput()));
}

Tensor reference::evaluate(RankDistinctOp op, const Operands &operands) {
  std::vector<int64_t> ranks =
      rankDistinct(operands.get(op.getInput()), op.getUnsorted());
  Tensor output(ElementType::Int64, getShape(op.getOutput()));
  llvm::copy(ranks, output.get<int64_t>().begin());
  return output;
}

namespace {

/// A box by its corners, and its area.
struct Box {
  double top, left, bottom, right;

  static Box get(const double *numbers, bool isCentered) {
    if (isCentered) {
      double width = numbers[2] / 2, height = numbers[3] / 2;
      return {numbers[1] - height, numbers[0] - width, numbers[1] + height,
              numbers[0] + width};
    }
    return {std::min(numbers[0], numbers[2]), std::min(numbers[1], numbers[3]),
            std::max(numbers[0], numbers[2]), std::max(numbers[1], numbers[3])};
  }
  double getArea() const { return (bottom - top) * (right - left); }

  /// The share of the union that two boxes have in common.
  double getOverlap(const Box &other) const {
    double height = std::min(bottom, other.bottom) - std::max(top, other.top);
    double width = std::min(right, other.right) - std::max(left, other.left);
    if (!(height > 0) || !(width > 0))
      return 0;
    double common = height * width;
    return common / (getArea() + other.getArea() - common);
  }
};

} // namespace

Tensor reference::evaluate(NonMaxSuppressionOp op, const Operands &operands) {
  Tensor boxes = operands.getDoubles(op.getBoxes());
  Tensor scores = operands.getDoubles(op.getScores());
  int64_t images = scores.getShape()[0], classes = scores.getShape()[1];
  int64_t count = scores.getShape()[2];
  Tensor output(ElementType::Int64, getShape(op.getOutput()));
  llvm::fill(output.get<int64_t>(), -1);
  int64_t *row = output.get<int64_t>().data();
  double overlapThreshold = op.getOverlapThreshold().convertToDouble();
  std::optional<double> least;
  if (auto threshold = op.getScoreThreshold())
    least = threshold->convertToDouble();
  auto getBox = [&](int64_t image, int64_t box) {
    return Box::get(boxes.get<double>().data() + (image * count + box) * 4,
                    op.getCentered());
  };
  for (int64_t line = 0; line < images * classes; ++line) {
    int64_t image = line / classes;
    ArrayRef<double> score =
        ArrayRef<double>(scores.get<double>()).slice(line * count, count);
    std::vector<int64_t> order, taken;
    for (int64_t box = 0; box < count; ++box)
      if (least ? score[box] > *least : !std::isnan(score[box]))
        order.push_back(box);
    llvm::sort(order, [&](int64_t a, int64_t b) {
      return score[a] != score[b] ? score[a] > score[b] : a < b;
    });
    for (int64_t box : order) {
      if (static_cast<int64_t>(taken.size()) ==
          static_cast<int64_t>(op.getLimit()))
        break;
      bool isHidden = llvm::any_of(taken, [&](int64_t other) {
        return getBox(image, other).getOverlap(getBox(image, box)) >
               overlapThreshold;
      });
      if (isHidden)
        continue;
      taken.push_back(box);
      row = std::copy_n(std::array{image, line % classes, box}.begin(), 3, row);
    }
  }
  return output;
}

//===----------------------------------------------------------------------===//
// Matrices
//===----------------------------------------------------------------------===//

/// The determinant of the `size` x `size` numbers, which are destroyed.
static double getDeterminant(double *matrix, int64_t size) {
  double product = 1;
  for (int64_t k = 0; k < size; ++k) {
    int64_t pivot = k;
    for (int64_t i = k + 1; i < size; ++i)
      if (std::fabs(matrix[i * size + k]) > std::fabs(matrix[pivot * size + k]))
        pivot = i;
    if (pivot != k) {
      std::swap_ranges(matrix + k * size, matrix + (k + 1) * size,
                       matrix + pivot * size);
      product = -product;
    }
    double diagonal = matrix[k * size + k];
    product *= diagonal;
    if (diagonal == 0)
      return 0;
    for (int64_t i = k + 1; i < size; ++i) {
      double factor = matrix[i * size + k] / diagonal;
      for (int64_t j = k; j < size; ++j)
        matrix[i * size + j] -= factor * matrix[k * size + j];
    }
  }
  return product;
}

Tensor reference::evaluate(DeterminantOp op, const Operands &operands) {
  Tensor input = operands.getDoubles(op.getInput());
  Tensor output = makeDoubles(op.getOutput());
  int64_t size = input.getShape().back();
  double *matrix = input.get<double>().data();
  for (double &result : output.get<double>()) {
    result = getDeterminant(matrix, size);
    matrix += size * size;
  }
  return roundTo(op.getOutput(), output);
}
