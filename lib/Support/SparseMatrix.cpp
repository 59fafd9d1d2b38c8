//===- SparseMatrix.cpp - Matrices that are mostly zeros ------------------===//

#include "cnnc/Support/SparseMatrix.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir::cnn;

SparseMatrix SparseMatrix::get(const MatrixView &matrix, int64_t rows) {
  SparseMatrix sparse;
  sparse.starts.reserve(rows + 1);
  for (int64_t row = 0; row < rows; ++row) {
    sparse.starts.push_back(static_cast<int32_t>(sparse.values.size()));
    if (row >= matrix.rows)
      continue;
    for (int64_t column = 0; column < matrix.columns; ++column) {
      float value = matrix.get(row, column);
      if (value == 0)
        continue;
      sparse.values.push_back(value);
      sparse.columns.push_back(static_cast<uint16_t>(column));
    }
  }
  sparse.starts.push_back(static_cast<int32_t>(sparse.values.size()));
  if (sparse.values.empty()) {
    sparse.values.push_back(0);
    sparse.columns.push_back(0);
  }
  return sparse;
}

int64_t mlir::cnn::countNonZeros(llvm::ArrayRef<float> elements) {
  return std::count_if(elements.begin(), elements.end(),
                       [](float element) { return element != 0; });
}

SparseConvScratch::SparseConvScratch(const SparseConvPlan &plan, int64_t images,
                                     int64_t pixels, int64_t channels,
                                     int64_t lanes)
    : tiles(plan.sharesTiles
                ? images * llvm::divideCeilSigned(pixels, plan.tile)
                : plan.chunks),
      tileStride(channels * plan.tile), resultBegin(tiles * tileStride),
      resultStride(lanes * plan.tile),
      size(resultBegin + plan.chunks * resultStride) {}
