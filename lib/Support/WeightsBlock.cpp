//===- WeightsBlock.cpp - Constants laid out in one block -----------------===//

#include "cnnc/Support/WeightsBlock.h"

#include "cnnc/Support/ModelInterface.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

namespace mlir::cnn {
namespace {

/// The bytes of a constant as memory holds them: the attribute's own, or
/// `storage` where the attribute holds them in another form.
struct Bytes {
  SmallVector<char, 0> storage;
  ArrayRef<char> data;
};

/// True if elements of the constant are whole bytes in memory.
bool isSupported(ElementsAttr data) {
  Type type = data.getElementType();
  return type.isIntOrFloat() &&
         (type.isInteger(1) || type.getIntOrFloatBitWidth() % 8 == 0) &&
         isa<DenseResourceElementsAttr, DenseIntOrFPElementsAttr>(data);
}

void getBytes(ElementsAttr data, Bytes &bytes) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(data)) {
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      bytes.data = blob->getData();
    return;
  }
  auto dense = cast<DenseElementsAttr>(data);
  if (dense.getElementType().isInteger(1)) {
    llvm::append_range(bytes.storage, dense.getValues<bool>());
  } else if (!dense.isSplat()) {
    bytes.data = dense.getRawData();
    return;
  } else {
    ArrayRef<char> element = dense.getRawData();
    bytes.storage.reserve(dense.getNumElements() * element.size());
    for (int64_t i = 0, e = dense.getNumElements(); i != e; ++i)
      llvm::append_range(bytes.storage, element);
  }
  bytes.data = bytes.storage;
}

} // namespace

FailureOr<int64_t> WeightsBlock::add(ElementsAttr data) {
  if (auto known = offsetOfAttribute.find(data);
      known != offsetOfAttribute.end())
    return known->second;
  if (!isSupported(data))
    return failure();
  Bytes bytes;
  getBytes(data, bytes);
  auto &candidates = piecesOfHash[llvm::xxh3_64bits(
      ArrayRef(reinterpret_cast<const uint8_t *>(bytes.data.data()),
               bytes.data.size()))];
  for (size_t piece : candidates) {
    Bytes other;
    getBytes(cast<ElementsAttr>(pieces[piece]), other);
    if (other.data == bytes.data)
      return offsetOfAttribute[data] = offsets[piece];
  }
  int64_t offset = llvm::alignTo(size, bufferAlignment);
  candidates.push_back(pieces.size());
  pieces.push_back(data);
  offsets.push_back(offset);
  size = offset + bytes.data.size();
  return offsetOfAttribute[data] = offset;
}

void WeightsBlock::forEachPiece(
    llvm::function_ref<void(int64_t offset, ArrayRef<char> bytes, Type element)>
        visit) const {
  for (auto [piece, offset] : llvm::zip_equal(pieces, offsets)) {
    auto data = cast<ElementsAttr>(piece);
    Bytes bytes;
    getBytes(data, bytes);
    visit(offset, bytes.data, data.getElementType());
  }
}

void WeightsBlock::write(raw_ostream &stream) const {
  int64_t position = 0;
  forEachPiece([&](int64_t offset, ArrayRef<char> bytes, Type) {
    stream.write_zeros(offset - position);
    stream.write(bytes.data(), bytes.size());
    position = offset + bytes.size();
  });
}

FailureOr<WeightsBlock> WeightsBlock::get(ArrayAttr pieces) {
  WeightsBlock block;
  for (Attribute piece : pieces) {
    auto data = dyn_cast<ElementsAttr>(piece);
    if (!data || !isSupported(data))
      return failure();
    Bytes bytes;
    getBytes(data, bytes);
    int64_t offset = llvm::alignTo(block.size, bufferAlignment);
    block.pieces.push_back(piece);
    block.offsets.push_back(offset);
    block.size = offset + bytes.data.size();
  }
  return block;
}

} // namespace mlir::cnn
