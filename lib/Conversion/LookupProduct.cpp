//===- LookupProduct.cpp - Products with matrices of codes ----------------===//

#include "LookupProduct.h"

#include "CNNToKernel.h"
#include "TensorBuilders.h"
#include "cnnc/Dialect/CNN/StoredWeights.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Weights.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

namespace mlir::cnn {
namespace {

/// Rows of the left matrix for which codes are looked up.
constexpr int64_t mostRows = 8;

/// One codebook for a matrix, and a factor for each column; empty for ones.
struct ScaledCodebook {
  std::vector<float> numbers, scales;
};

/// The number of the codebook that is furthest from zero, and zero if all are.
float getScale(ArrayRef<float> numbers) {
  float scale = 0;
  for (float number : numbers)
    if (std::abs(number) > std::abs(scale))
      scale = number;
  return scale;
}

/// The codebooks of `codebook` as one, if they differ by exact factors only.
std::optional<ScaledCodebook> getOneCodebook(Value codebook) {
  std::vector<float> numbers = *getFloats(codebook);
  size_t entries = getShape(codebook).back();
  if (getShape(codebook).size() == 1)
    return ScaledCodebook{std::move(numbers), {}};
  ScaledCodebook one;
  for (size_t start = 0; start < numbers.size(); start += entries) {
    ArrayRef<float> book = ArrayRef(numbers).slice(start, entries);
    float scale = getScale(book);
    one.scales.push_back(scale);
    if (one.numbers.empty() && scale != 0)
      for (float number : book)
        one.numbers.push_back(number / scale);
  }
  one.numbers.resize(entries);
  for (size_t i = 0; i < numbers.size(); ++i)
    if (one.numbers[i % entries] * one.scales[i / entries] != numbers[i])
      return std::nullopt;
  return one;
}

/// As many codes in a word as fit, of at most `most` columns; of equally many,
/// those with most columns.
CodeLayout chooseLayout(int64_t lanes, int64_t bits, int64_t most) {
  CodeLayout best = {bits, lanes, 1};
  auto countCodes = [](const CodeLayout &layout) {
    return layout.getSteps() * layout.vectors;
  };
  for (int64_t vectors = 1; vectors <= std::min(most, 32 / bits); ++vectors) {
    CodeLayout layout = {bits, lanes, vectors};
    if (countCodes(layout) >= countCodes(best))
      best = layout;
  }
  return best;
}

/// Sums that stay in registers beside tables.
int64_t getMostVectors(const Machine &machine, int64_t rows, int64_t columns) {
  constexpr int64_t enough = 8;
  int64_t sums = machine.vectorRegisters / 2;
  int64_t vectors = Blocking{getLanes(machine)}.getBlockCount(columns);
  return std::clamp<int64_t>(sums / rows, 1, std::min(vectors, enough));
}

} // namespace

Value createLookupProduct(OpBuilder &builder, Location loc,
                          const Machine &machine, const Product &product) {
  std::optional<StoredWeights> stored = StoredWeights::get(product.rhs);
  int64_t rows = getShape(product.lhs)[0], depth = getShape(product.lhs)[1];
  int64_t columns = getShape(product.rhs)[product.transposeRhs ? 0 : 1];
  if (!stored || !stored->codebook || rows > mostRows || rows * depth == 0)
    return {};
  std::optional<ScaledCodebook> codebook = getOneCodebook(stored->codebook);
  if (!codebook || (!codebook->scales.empty() &&
                    static_cast<int64_t>(codebook->scales.size()) != columns))
    return {};
  int64_t bits =
      std::max<int64_t>(1, llvm::Log2_64_Ceil(codebook->numbers.size()));
  codebook->numbers.resize(int64_t(1) << bits, codebook->numbers.back());
  CodeLayout layout = chooseLayout(getLanes(machine), bits,
                                   getMostVectors(machine, rows, columns));
  std::optional<Tensor> codes = getTensor(getConstant(stored->numbers));
  auto last = static_cast<uint8_t>(getShape(stored->codebook).back() - 1);
  for (uint8_t &code : codes->get<uint8_t>())
    code = std::min(code, last);
  std::vector<uint32_t> packed =
      packCodes(std::as_const(*codes).get<uint8_t>(), depth, columns, layout,
                product.transposeRhs);
  SmallVector<int64_t> shape = {
      llvm::divideCeilSigned(columns, layout.getPanelWidth()),
      llvm::divideCeilSigned(depth, layout.getSteps()), layout.lanes};
  ArrayRef<char> bytes(reinterpret_cast<const char *>(packed.data()),
                       packed.size() * sizeof(uint32_t));
  Value words = createConstant(
      builder, loc,
      makeConstant(RankedTensorType::get(shape, builder.getI32Type()), bytes,
                   "codes"));
  auto createVector = [&](std::vector<float> &&values) -> Value {
    if (values.empty())
      return {};
    auto count = static_cast<int64_t>(values.size());
    return createConstant(builder, loc,
                          makeConstant(count, std::move(values),
                                       builder.getContext(), "codebook"));
  };
  Value empty =
      createEmpty(builder, loc, {rows, columns}, builder.getF32Type());
  return kernel::LookupMatmulOp::create(
             builder, loc, product.lhs, words,
             createVector(std::move(codebook->numbers)),
             createVector(std::move(codebook->scales)), product.bias, empty,
             bits, layout.vectors, product.activation)
      .getResult(0);
}

} // namespace mlir::cnn
