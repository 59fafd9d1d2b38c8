//===- SparseMatrix.h - Matrices that are mostly zeros ----------*- C++ -*-===//

#ifndef CNNC_SUPPORT_SPARSEMATRIX_H
#define CNNC_SUPPORT_SPARSEMATRIX_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mlir::cnn {

/// A matrix that is read row by row: element (row, column) is
/// `elements[row * rowStride + column * columnStride]`.
struct MatrixView {
  llvm::ArrayRef<float> elements;
  int64_t rows, columns, rowStride, columnStride;

  float get(int64_t row, int64_t column) const {
    return elements[row * rowStride + column * columnStride];
  }
};

/// A matrix in compressed rows: the elements that are not zero, row by row,
/// with their columns. Those of a row begin at `starts[row]` and end where the
/// next row's begin.
struct SparseMatrix {
  /// Columns are numbers of 16 bits.
  static constexpr int64_t mostColumns = 1 << 16;

  std::vector<float> values;
  std::vector<uint16_t> columns;
  std::vector<int32_t> starts;

  /// Compresses a matrix of at most `mostColumns` columns, with empty rows
  /// behind its own up to `rows`. Of a matrix of zeros one is kept, which no
  /// row has: there are no arrays of no elements.
  static SparseMatrix get(const MatrixView &matrix, int64_t rows);

  /// Bytes of a matrix with so many elements that are not zero, but for those
  /// of `starts`, which are few.
  static double getBytes(int64_t nonZeros) {
    return static_cast<double>(nonZeros) * (sizeof(float) + sizeof(uint16_t));
  }
};

/// Elements that are not zero.
int64_t countNonZeros(llvm::ArrayRef<float> elements);

/// How a kernel cuts a convolution of one tap into parts.
struct SparseConvPlan {
  /// Pixels of a tile, whole vectors.
  int64_t tile = 1;
  /// Parts that may run in parallel. Each transposes tiles of its own or, with
  /// `sharesTiles`, all read the same.
  int64_t chunks = 1;
  bool sharesTiles = false;
};

/// Where a kernel keeps what it has transposed, counted in elements: tiles of
/// channels x pixels, one a chunk or all of them, then for each chunk the
/// results of one block of lanes x pixels.
struct SparseConvScratch {
  /// For `images` images of `pixels` pixels with `channels` channels.
  SparseConvScratch(const SparseConvPlan &plan, int64_t images, int64_t pixels,
                    int64_t channels, int64_t lanes);

  int64_t tiles, tileStride, resultBegin, resultStride, size;
};

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_SPARSEMATRIX_H
