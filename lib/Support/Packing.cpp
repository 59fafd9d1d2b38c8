//===- Packing.cpp - Constant data in the layouts of the kernels ----------===//

#include "cnnc/Support/Packing.h"

#include "cnnc/Support/Winograd.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Parallel.h"

#include <algorithm>

using namespace mlir::cnn;
using llvm::ArrayRef;

/// Calls `fill` for 0 to `count`, on several threads if `elements`, the size of
/// all that is written, is large enough to be worth them.
static void forEachBlock(int64_t count, int64_t elements,
                         llvm::function_ref<void(size_t)> fill) {
  constexpr int64_t minElements = 1 << 18;
  if (elements >= minElements)
    return llvm::parallelFor(0, count, fill);
  for (int64_t i = 0; i < count; ++i)
    fill(i);
}

/// Both layouts of direct convolution: inputs come in blocks of `inputLanes`.
static std::vector<float> packDirect(ArrayRef<float> filter,
                                     const FilterShape &shape,
                                     Blocking blocking, int64_t inputLanes) {
  int64_t groupOutputs = shape.getOutputsPerGroup();
  int64_t filterLanes = blocking.getFilterLanes();
  int64_t groupBlocks = blocking.getFilterBlockCount(groupOutputs);
  int64_t inputBlocks = (shape.inputsPerGroup + inputLanes - 1) / inputLanes;
  int64_t blockSize = inputBlocks * inputLanes * shape.taps * filterLanes;
  std::vector<float> packed(shape.groups * groupBlocks * blockSize);

  forEachBlock(shape.groups * groupBlocks, packed.size(), [&](size_t block) {
    int64_t group = block / groupBlocks;
    int64_t firstOutput = block % groupBlocks * filterLanes;
    int64_t outputs = std::min(filterLanes, groupOutputs - firstOutput);
    const float *source = &filter[(group * groupOutputs + firstOutput) *
                                  shape.inputsPerGroup * shape.taps];
    float *target = &packed[block * blockSize];
    for (int64_t o = 0; o < outputs; ++o)
      for (int64_t i = 0; i < shape.inputsPerGroup; ++i)
        for (int64_t tap = 0; tap < shape.taps; ++tap) {
          int64_t row =
              (i / inputLanes * shape.taps + tap) * inputLanes + i % inputLanes;
          target[row * filterLanes + o] =
              source[(o * shape.inputsPerGroup + i) * shape.taps + tap];
        }
  });
  return packed;
}

std::vector<float> mlir::cnn::packFilter(ArrayRef<float> filter,
                                         const FilterShape &shape,
                                         Blocking blocking) {
  return packDirect(filter, shape, blocking, blocking.lanes);
}

std::vector<float> mlir::cnn::packFilterOfPlainImage(ArrayRef<float> filter,
                                                     const FilterShape &shape,
                                                     Blocking blocking) {
  return packDirect(filter, shape, blocking, /*inputLanes=*/1);
}

std::vector<float> mlir::cnn::packDepthwiseFilter(ArrayRef<float> filter,
                                                  const FilterShape &shape,
                                                  int64_t lanes) {
  return packImage(filter, /*batch=*/1, shape.outputs,
                   shape.inputsPerGroup * shape.taps, lanes);
}

std::vector<int8_t>
mlir::cnn::packDepthwiseTerms(ArrayRef<int8_t> filter, const FilterShape &shape,
                              int64_t columns, int64_t lanes, int64_t terms) {
  int64_t rows = shape.taps / columns;
  int64_t parts = (columns + terms - 1) / terms;
  int64_t blocks = Blocking{lanes}.getBlockCount(shape.outputs);
  std::vector<int8_t> packed(blocks * rows * parts * lanes * terms);
  for (int64_t o = 0; o < shape.outputs; ++o)
    for (int64_t u = 0; u < rows; ++u)
      for (int64_t v = 0; v < columns; ++v) {
        int64_t part = (o / lanes * rows + u) * parts + v / terms;
        packed[(part * lanes + o % lanes) * terms + v % terms] =
            filter[o * shape.taps + u * columns + v];
      }
  return packed;
}

std::vector<float> mlir::cnn::packWinogradFilter(ArrayRef<float> filter,
                                                 ArrayRef<int64_t> shape,
                                                 ArrayRef<int64_t> tile,
                                                 Blocking blocking) {
  int64_t outputs = shape[0], inputs = shape[1];
  int64_t points = (tile[0] + shape[2] - 1) * (tile[1] + shape[3] - 1);
  int64_t filterLanes = blocking.getFilterLanes();
  int64_t filterBlocks = blocking.getFilterBlockCount(outputs);
  int64_t paddedInputs = blocking.getBlockCount(inputs) * blocking.lanes;
  int64_t outputSize = inputs * shape[2] * shape[3];
  int64_t blockSize = points * paddedInputs * filterLanes;
  std::vector<float> packed(filterBlocks * blockSize);

  forEachBlock(filterBlocks, packed.size(), [&](size_t block) {
    int64_t first = block * filterLanes;
    int64_t count = std::min(filterLanes, outputs - first);
    std::vector<float> transformed =
        transformFilter(filter.slice(first * outputSize, count * outputSize),
                        {count, inputs, shape[2], shape[3]}, tile);
    for (int64_t point = 0; point < points; ++point)
      for (int64_t o = 0; o < count; ++o)
        for (int64_t i = 0; i < inputs; ++i)
          packed[block * blockSize + (point * paddedInputs + i) * filterLanes +
                 o] = transformed[(point * count + o) * inputs + i];
  });
  return packed;
}

std::vector<int16_t>
mlir::cnn::packWinogradFilter(const IntegerFilter &filter,
                              const IntegerWinograd &winograd,
                              Blocking blocking, int64_t terms) {
  int64_t points = winograd.dims[0].matrices.filterTransform.rows *
                   winograd.dims[1].matrices.filterTransform.rows;
  int64_t inputs = filter.inputs, filterLanes = blocking.getFilterLanes();
  int64_t filterBlocks = blocking.getFilterBlockCount(filter.outputs);
  int64_t paddedInputs = blocking.getBlockCount(inputs) * blocking.lanes;
  int64_t outputSize = inputs * filter.taps[0] * filter.taps[1];
  int64_t blockSize = points * paddedInputs * filterLanes;
  std::vector<int16_t> packed(filterBlocks * blockSize);

  forEachBlock(filterBlocks, packed.size(), [&](size_t block) {
    int64_t first = block * filterLanes;
    IntegerFilter part = filter;
    part.outputs = std::min(filterLanes, filter.outputs - first);
    part.weights =
        filter.weights.slice(first * outputSize, part.outputs * outputSize);
    std::vector<int16_t> transformed = transformFilter(part, winograd);
    for (int64_t point = 0; point < points; ++point)
      for (int64_t o = 0; o < part.outputs; ++o)
        for (int64_t i = 0; i < inputs; ++i) {
          int64_t sum =
              (point * paddedInputs + i / terms * terms) * filterLanes +
              o * terms;
          packed[block * blockSize + sum + i % terms] =
              transformed[(point * part.outputs + o) * inputs + i];
        }
  });
  return packed;
}

std::vector<float> mlir::cnn::packMatrix(ArrayRef<float> matrix, int64_t depth,
                                         int64_t columns, int64_t blockColumns,
                                         bool transposed) {
  int64_t blocks = (columns + blockColumns - 1) / blockColumns;
  std::vector<float> packed(blocks * depth * blockColumns);
  forEachBlock(blocks, packed.size(), [&](size_t block) {
    int64_t first = block * blockColumns;
    int64_t count = std::min(blockColumns, columns - first);
    float *target = &packed[first * depth];
    for (int64_t k = 0; !transposed && k < depth; ++k)
      std::copy_n(&matrix[k * columns + first], count,
                  &target[k * blockColumns]);
    for (int64_t n = 0; transposed && n < count; ++n)
      for (int64_t k = 0; k < depth; ++k)
        target[k * blockColumns + n] = matrix[(first + n) * depth + k];
  });
  return packed;
}

std::vector<uint32_t> mlir::cnn::packCodes(ArrayRef<uint8_t> codes,
                                           int64_t depth, int64_t columns,
                                           const CodeLayout &layout,
                                           bool transposed) {
  int64_t width = layout.getPanelWidth(), steps = layout.getSteps();
  int64_t panels = (columns + width - 1) / width;
  int64_t rows = (depth + steps - 1) / steps;
  std::vector<uint32_t> words(panels * rows * layout.lanes);
  forEachBlock(panels, words.size(), [&](size_t panel) {
    int64_t first = panel * width;
    for (int64_t n = first; n < std::min(columns, first + width); ++n) {
      int64_t vector = (n - first) / layout.lanes;
      uint32_t *lane =
          &words[panel * rows * layout.lanes + (n - first) % layout.lanes];
      for (int64_t k = 0; k < depth; ++k) {
        uint32_t code = codes[transposed ? n * depth + k : k * columns + n];
        int64_t place = k % steps * layout.vectors + vector;
        lane[k / steps * layout.lanes] |= code << (place * layout.bits);
      }
    }
  });
  return words;
}

std::vector<float> mlir::cnn::packChannels(ArrayRef<float> values,
                                           int64_t lanes) {
  int64_t blocks = Blocking{lanes, 1}.getBlockCount(values.size());
  std::vector<float> packed(values.begin(), values.end());
  packed.resize(blocks * lanes);
  return packed;
}

std::vector<float> mlir::cnn::packImage(ArrayRef<float> image, int64_t batch,
                                        int64_t channels, int64_t area,
                                        int64_t lanes) {
  int64_t blocks = Blocking{lanes, 1}.getBlockCount(channels);
  std::vector<float> packed(batch * blocks * area * lanes);
  for (int64_t n = 0; n < batch; ++n)
    for (int64_t channel = 0; channel < channels; ++channel) {
      const float *source = &image[(n * channels + channel) * area];
      float *target = &packed[(n * blocks + channel / lanes) * area * lanes +
                              channel % lanes];
      for (int64_t i = 0; i < area; ++i)
        target[i * lanes] = source[i];
    }
  return packed;
}

template <typename T>
static std::vector<T> mergeRows(ArrayRef<T> filter, const FilterShape &shape,
                                int64_t factor) {
  int64_t rowSize = shape.inputsPerGroup * shape.taps;
  std::vector<T> merged(shape.outputs * rowSize * factor);
  for (int64_t o = 0; o < shape.outputs; ++o) {
    int64_t part = o / shape.getOutputsPerGroup() % factor;
    std::copy_n(&filter[o * rowSize], rowSize,
                &merged[(o * factor + part) * rowSize]);
  }
  return merged;
}

std::vector<float> mlir::cnn::mergeGroups(ArrayRef<float> filter,
                                          const FilterShape &shape,
                                          int64_t factor) {
  return mergeRows(filter, shape, factor);
}

std::vector<int16_t> mlir::cnn::mergeGroups(ArrayRef<int16_t> filter,
                                            const FilterShape &shape,
                                            int64_t factor) {
  return mergeRows(filter, shape, factor);
}

std::vector<int16_t> mlir::cnn::packIntegerFilter(ArrayRef<int16_t> filter,
                                                  const FilterShape &shape,
                                                  Blocking blocking,
                                                  ProductLayout layout) {
  int64_t groupOutputs = shape.getOutputsPerGroup();
  int64_t filterLanes = blocking.getFilterLanes();
  int64_t groupBlocks = blocking.getFilterBlockCount(groupOutputs);
  int64_t inputBlocks =
      (shape.inputsPerGroup + layout.inputLanes - 1) / layout.inputLanes;
  int64_t rowSize = shape.inputsPerGroup * shape.taps;
  int64_t blockSize =
      inputBlocks * layout.inputLanes * shape.taps * filterLanes;
  std::vector<int16_t> packed(shape.groups * groupBlocks * blockSize);

  forEachBlock(shape.groups * groupBlocks, packed.size(), [&](size_t block) {
    int64_t group = block / groupBlocks;
    int64_t firstOutput = block % groupBlocks * filterLanes;
    int64_t outputs = std::min(filterLanes, groupOutputs - firstOutput);
    const int16_t *source =
        &filter[(group * groupOutputs + firstOutput) * rowSize];
    int16_t *target = &packed[block * blockSize];
    for (int64_t o = 0; o < outputs; ++o)
      for (int64_t i = 0; i < shape.inputsPerGroup; ++i)
        for (int64_t tap = 0; tap < shape.taps; ++tap) {
          int64_t lane = i % layout.inputLanes;
          int64_t sum = ((i / layout.inputLanes * shape.taps + tap) *
                             (layout.inputLanes / layout.terms) +
                         lane / layout.terms) *
                            filterLanes +
                        o;
          target[sum * layout.terms + lane % layout.terms] =
              source[o * rowSize + i * shape.taps + tap];
        }
  });
  return packed;
}

bool mlir::cnn::fitNarrowSums(ArrayRef<int16_t> filter,
                              const FilterShape &shape,
                              const NarrowSums &sums) {
  int64_t least = sums.isUnsigned ? 0 : -128,
          most = sums.isUnsigned ? 255 : 127;
  int64_t half = sums.terms / 2, products = sums.terms * sums.steps;
  int64_t groups = (shape.inputsPerGroup + products - 1) / products;
  // The extremes of both sums of each group of products of one output and tap.
  std::vector<int32_t> lowest(2 * groups), highest(2 * groups);
  for (int64_t o = 0; o < shape.outputs; ++o)
    for (int64_t tap = 0; tap < shape.taps; ++tap) {
      llvm::fill(lowest, 0);
      llvm::fill(highest, 0);
      for (int64_t i = 0; i < shape.inputsPerGroup; ++i) {
        int64_t weight =
            filter[(o * shape.inputsPerGroup + i) * shape.taps + tap];
        int64_t sum = 2 * (i / products) + i / half % 2;
        lowest[sum] += std::min(weight * least, weight * most);
        highest[sum] += std::max(weight * least, weight * most);
      }
      if (*llvm::min_element(lowest) < INT16_MIN ||
          *llvm::max_element(highest) > INT16_MAX)
        return false;
    }
  return true;
}

std::vector<int32_t> mlir::cnn::packBorderBias(ArrayRef<int32_t> bias,
                                               ArrayRef<int16_t> filter,
                                               const FilterShape &shape,
                                               const BorderBias &border) {
  auto [rows, columns] = border.taps;
  auto outputs = static_cast<int64_t>(bias.size());
  // What each tap of each output adds.
  std::vector<uint32_t> sums(outputs * shape.taps);
  for (int64_t o = 0; o < outputs; ++o)
    for (int64_t i = 0; i < shape.inputsPerGroup; ++i)
      for (int64_t tap = 0; tap < shape.taps; ++tap)
        sums[o * shape.taps + tap] += static_cast<uint32_t>(
            border.zeroPoint *
            filter[(o * shape.inputsPerGroup + i) * shape.taps + tap]);
  std::vector<int32_t> packed;
  for (int64_t above = 0; above <= border.outside[0]; ++above)
    for (int64_t below = 0; below <= border.outside[1]; ++below)
      for (int64_t left = 0; left <= border.outside[2]; ++left)
        for (int64_t right = 0; right <= border.outside[3]; ++right)
          for (int64_t o = 0; o < border.channels; ++o) {
            uint32_t value = o < outputs ? bias[o] : 0;
            for (int64_t u = above; o < outputs && u < rows - below; ++u)
              for (int64_t v = left; v < columns - right; ++v)
                value -= sums[o * shape.taps + u * columns + v];
            packed.push_back(static_cast<int32_t>(value));
          }
  return packed;
}
