//===- WeightsBlock.h - Constants laid out in one block ---------*- C++ -*-===//

#ifndef CNNC_SUPPORT_WEIGHTSBLOCK_H
#define CNNC_SUPPORT_WEIGHTSBLOCK_H

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringRef.h"

namespace mlir::cnn {

/// Constant data, one after the other, each aligned to 64 bytes. Refers to the
/// data of the attributes and copies nothing.
class WeightsBlock {
public:
  /// The offset at which the block holds `data`; equal bytes are held once.
  /// Fails for elements that are not whole bytes.
  FailureOr<int64_t> add(ElementsAttr data);

  int64_t getByteSize() const { return size; }

  /// The data in the order of their offsets, each held once.
  ArrayRef<Attribute> getPieces() const { return pieces; }

  /// Visits the bytes of each piece, whose elements are of type `element`.
  void forEachPiece(llvm::function_ref<void(int64_t offset,
                                            ArrayRef<char> bytes, Type element)>
                        visit) const;

  /// Appends all bytes, with zeros between pieces.
  void write(raw_ostream &stream) const;

  /// The block whose pieces are `pieces`.
  static FailureOr<WeightsBlock> get(ArrayAttr pieces);

private:
  SmallVector<Attribute> pieces;
  SmallVector<int64_t> offsets;
  DenseMap<Attribute, int64_t> offsetOfAttribute;
  /// Pieces by the hash of their bytes.
  DenseMap<uint64_t, SmallVector<size_t, 1>> piecesOfHash;
  int64_t size = 0;
};

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_WEIGHTSBLOCK_H
