//===- BufferViews.h - What a memref is a view of ---------------*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_BUFFERVIEWS_H
#define CNNC_LIB_CONVERSION_BUFFERVIEWS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

#include <optional>

namespace mlir::cnn {

/// Bytes of one element in memory; an i1 takes one.
int64_t getElementBytes(MemRefType type);

/// Elements from the first to the last of a memref of static strides, both
/// included; nothing where strides are dynamic.
std::optional<int64_t> getSpan(MemRefType type);

/// The bytes a memref covers in a buffer.
struct BufferRange {
  /// A function argument or an allocation.
  Value buffer;
  /// First byte, and number of bytes up to the last.
  int64_t begin, size;

  bool overlaps(const BufferRange &other) const {
    return buffer == other.buffer && begin < other.begin + other.size &&
           other.begin < begin + size;
  }
};

/// Follows views of static offset from `memref` to its buffer. Nothing where
/// the offset or the strides are known only at run time.
std::optional<BufferRange> getBufferRange(Value memref);

/// The buffer alone, followed through all views.
Value getBuffer(Value memref);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_BUFFERVIEWS_H
