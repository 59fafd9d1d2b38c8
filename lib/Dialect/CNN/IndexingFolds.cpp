//===- IndexingFolds.cpp - Folds of ops that index by data ----------------===//

#include "Shapes.h"

#include "cnnc/Support/Selection.h"
#include "cnnc/Support/Weights.h"

#include <cstring>

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Scatter
//===----------------------------------------------------------------------===//

/// Integers wrap around, as processors have it.
template <typename T>
static T combine(ScatterKind kind, T element, T update) {
  using Wide = std::conditional_t<std::is_integral_v<T>, uint64_t, T>;
  switch (kind) {
  case ScatterKind::set:
    return update;
  case ScatterKind::add:
    return static_cast<T>(static_cast<Wide>(element) +
                          static_cast<Wide>(update));
  case ScatterKind::mul:
    return static_cast<T>(static_cast<Wide>(element) *
                          static_cast<Wide>(update));
  case ScatterKind::min:
    return element < update || element != element ? element : update;
  case ScatterKind::max:
    return element > update || element != element ? element : update;
  }
  llvm_unreachable("every kind is handled");
}

template <typename T>
static void combineAll(ScatterKind kind, Tensor &tensor,
                       ArrayRef<int64_t> positions, const Tensor &updates) {
  ArrayRef<T> from = updates.get<T>();
  size_t slice = positions.empty() ? 0 : from.size() / positions.size();
  for (int64_t position : positions) {
    for (auto [element, update] : llvm::zip_equal(
             tensor.get<T>().slice(position, slice), from.take_front(slice)))
      element = combine(kind, element, update);
    from = from.drop_front(slice);
  }
}

Tensor mlir::cnn::scatter(ScatterKind kind, const Tensor &input,
                          ArrayRef<int64_t> positions, const Tensor &updates) {
  bool isFloat = input.getType() <= ElementType::Float64;
  ElementType wide = isFloat ? ElementType::Float64
                     : input.getType() == ElementType::UInt64
                         ? ElementType::UInt64
                         : ElementType::Int64;
  Tensor result = input.convertTo(wide);
  Tensor wideUpdates = updates.convertTo(wide);
  switch (wide) {
  case ElementType::Float64:
    combineAll<double>(kind, result, positions, wideUpdates);
    break;
  case ElementType::UInt64:
    combineAll<uint64_t>(kind, result, positions, wideUpdates);
    break;
  default:
    combineAll<int64_t>(kind, result, positions, wideUpdates);
  }
  return result.convertTo(input.getType());
}

static std::optional<Tensor> getData(Attribute attribute) {
  auto constant = dyn_cast_if_present<ElementsAttr>(attribute);
  return constant ? getTensor(constant) : std::nullopt;
}

static ElementsAttr makeResult(Value result, const Tensor &tensor) {
  return makeConstant(cast<RankedTensorType>(result.getType()),
                      tensor.getBytes());
}

/// The positions; nothing if an index is out of range, which whoever runs the
/// op will report.
static std::optional<std::vector<int64_t>>
ignoreError(llvm::Expected<std::vector<int64_t>> positions) {
  if (positions)
    return std::move(*positions);
  llvm::consumeError(positions.takeError());
  return std::nullopt;
}

/// `getPositions` takes input and indices.
template <typename OpTy>
static OpFoldResult
foldScatter(OpTy op, typename OpTy::FoldAdaptor adaptor,
            function_ref<llvm::Expected<std::vector<int64_t>>(const Tensor &,
                                                              const Tensor &)>
                getPositions) {
  std::optional<Tensor> input = getData(adaptor.getInput()),
                        indices = getData(adaptor.getIndices()),
                        updates = getData(adaptor.getUpdates());
  if (!input || !indices || !updates)
    return {};
  auto positions = ignoreError(getPositions(*input, *indices));
  if (!positions)
    return {};
  return makeResult(op.getOutput(),
                    scatter(op.getKind(), *input, *positions, *updates));
}

OpFoldResult ScatterElementsOp::fold(FoldAdaptor adaptor) {
  return foldScatter(
      *this, adaptor, [&](const Tensor &input, const Tensor &indices) {
        return getElementPositions(input.getShape(), indices, getAxis());
      });
}

OpFoldResult ScatterNDOp::fold(FoldAdaptor adaptor) {
  return foldScatter(
      *this, adaptor, [](const Tensor &input, const Tensor &indices) {
        return getSlicePositions(input.getShape(), indices, /*batchDims=*/0);
      });
}

//===----------------------------------------------------------------------===//
// Selections
//===----------------------------------------------------------------------===//

OpFoldResult GatherElementsOp::fold(FoldAdaptor adaptor) {
  std::optional<Tensor> input = getData(adaptor.getInput()),
                        indices = getData(adaptor.getIndices());
  if (!input || !indices)
    return {};
  auto positions =
      ignoreError(getElementPositions(input->getShape(), *indices, getAxis()));
  if (!positions)
    return {};
  return makeResult(getOutput(),
                    gatherSlices(*input, *positions, indices->getShape()));
}

Tensor mlir::cnn::gatherSlices(const Tensor &input, ArrayRef<int64_t> positions,
                               ArrayRef<int64_t> shape) {
  Tensor result(input.getType(), shape);
  if (positions.empty())
    return result;
  int64_t width = getByteWidth(input.getType());
  int64_t slice = result.getBytes().size() / positions.size();
  char *to = result.getBytes().data();
  for (int64_t position : positions) {
    std::memcpy(to, input.getBytes().data() + position * width, slice);
    to += slice;
  }
  return result;
}

OpFoldResult NonZeroOp::fold(FoldAdaptor adaptor) {
  std::optional<Tensor> input = getData(adaptor.getInput());
  if (!input)
    return {};
  return makeResult(getOutput(), listNonZero(*input));
}

Tensor mlir::cnn::listNonZero(const Tensor &input) {
  int64_t columns = input.getElementCount();
  Tensor result(ElementType::Int64, {input.getRank(), columns});
  MutableArrayRef<int64_t> table = result.get<int64_t>();
  llvm::fill(table, -1);
  for (auto [column, position] : llvm::enumerate(findNonZero(input))) {
    int64_t rest = position;
    for (int64_t dim = input.getRank(); dim-- > 0;) {
      table[dim * columns + column] = rest % input.getShape()[dim];
      rest /= input.getShape()[dim];
    }
  }
  return result;
}

OpFoldResult RankDistinctOp::fold(FoldAdaptor adaptor) {
  std::optional<Tensor> input = getData(adaptor.getInput());
  if (!input)
    return {};
  std::vector<int64_t> ranks = rankDistinct(*input, getUnsorted());
  return makeConstant({static_cast<int64_t>(ranks.size())}, ranks,
                      getContext());
}
