//===- Sizes.cpp - What the constants of a network take -------------------===//

#include "cnnc/Analysis/Sizes.h"

#include "cnnc/Support/WeightsBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::cnn {
namespace {

int64_t countNonzero(ArrayRef<char> bytes, unsigned width) {
  int64_t count = 0;
  for (; !bytes.empty(); bytes = bytes.drop_front(width))
    count += llvm::any_of(bytes.take_front(width),
                          [](char byte) { return byte != 0; });
  return count;
}

/// What `data` adds to a layer; nothing if they are not whole bytes.
LayerSizes measure(ElementsAttr data) {
  LayerSizes result;
  WeightsBlock block;
  if (failed(block.add(data)))
    return result;
  block.forEachPiece([&](int64_t, ArrayRef<char> bytes, Type element) {
    unsigned bits = element.getIntOrFloatBitWidth();
    result.elements = data.getNumElements();
    result.nonzero = countNonzero(bytes, std::max(bits / 8, 1u));
    result.sizes = getCompressedSizes({bytes, getCodedWidth(bits)});
  });
  return result;
}

void add(LayerSizes &sum, const LayerSizes &part) {
  sum.elements += part.elements;
  sum.nonzero += part.nonzero;
  sum.sizes += part.sizes;
}

std::string getLayerName(Operation *op) {
  if (auto name = dyn_cast<NameLoc>(op->getLoc()))
    return name.getName().str();
  return op->getName().stripDialect().str();
}

} // namespace

std::vector<LayerSizes> measureSizes(ModuleOp module) {
  llvm::MapVector<Operation *, LayerSizes> layers;
  DenseSet<Attribute> seen;
  module.walk([&](Operation *op) {
    for (Value operand : op->getOperands()) {
      auto constant = operand.getDefiningOp<arith::ConstantOp>();
      auto data = constant ? dyn_cast<ElementsAttr>(constant.getValue())
                           : ElementsAttr();
      if (!data || !seen.insert(data).second)
        continue;
      LayerSizes &layer = layers[op];
      layer.layer = getLayerName(op);
      layer.op = op->getName().stripDialect().str();
      add(layer, measure(data));
    }
  });
  std::vector<LayerSizes> result;
  for (auto &[op, layer] : layers)
    result.push_back(std::move(layer));
  return result;
}

LayerSizes getTotal(llvm::ArrayRef<LayerSizes> layers) {
  LayerSizes total;
  total.layer = "total";
  for (const LayerSizes &layer : layers)
    add(total, layer);
  total.sizes.coded += getBlockOverhead();
  return total;
}

} // namespace mlir::cnn
