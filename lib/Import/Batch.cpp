//===- Batch.cpp - Values once per image ----------------------------------===//

#include "Batch.h"

#include "Box.h"

using namespace mlir;
using namespace mlir::cnn;

static bool hasDynamicBatch(Value value) {
  return llvm::is_contained(getShape(value), ShapedType::kDynamic);
}

/// No op knows how large the batch is; only inputs do. So the copies are chosen
/// by a comparison of one element per image, both answers being the same. Where
/// there is one image, as in compiled code, the choice folds away.
Value mlir::cnn::buildCopyPerImage(Node &node, Value value) {
  auto arguments =
      node.getGraph().getBuilder().getBlock()->getParent()->getArguments();
  auto input = llvm::find_if(arguments, hasDynamicBatch);
  if (input == arguments.end() || !value) {
    (void)node.fail("expects an input with a dynamic batch");
    return {};
  }
  Box box = getWholeBox(getShape(*input));
  std::fill(box.sizes.begin() + 1, box.sizes.end(), 1);
  SmallVector<int64_t> shape(getShape(value).size(), 1);
  shape.front() = -1;
  Value element = buildSlice(node, *input, box);
  if (element)
    element = node.build<ReshapeOp>(element, shape);
  if (!element)
    return {};
  Value choice = node.build<CompareOp>(CompareKind::eq, element, element);
  return choice ? node.build<SelectOp>(choice, value, value) : Value();
}

SmallVector<int64_t> mlir::cnn::readExtents(Node &node, int64_t index,
                                            bool &isPerImage) {
  const Known *known = node.getKnown(index);
  isPerImage = known && known->getShape().size() == 1 &&
               !known->numbers.empty() && known->numbers.front().isBatch();
  if (!isPerImage)
    return node.getIntegers(index);
  SmallVector<int64_t> extents = {1};
  for (Number number : llvm::drop_begin(known->numbers)) {
    if (!number.isConstant())
      (void)node.fail("expects the batch only in front; got other numbers that "
                      "depend on it (--input-shape fixes the batch)");
    extents.push_back(number.getInteger());
  }
  return extents;
}
