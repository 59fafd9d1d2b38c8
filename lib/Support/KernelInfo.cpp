//===- KernelInfo.cpp - What is known of one kernel of a network ----------===//

#include "cnnc/Support/KernelInfo.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace mlir::cnn {

DictionaryAttr KernelInfo::toAttribute(MLIRContext *context) const {
  Builder builder(context);
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("bytes", builder.getI64IntegerAttr(bytes)),
       builder.getNamedAttr("detail", builder.getStringAttr(detail)),
       builder.getNamedAttr("kernel", builder.getStringAttr(kernel)),
       builder.getNamedAttr("layer", builder.getStringAttr(layer)),
       builder.getNamedAttr("operations",
                            builder.getI64IntegerAttr(operations)),
       builder.getNamedAttr("peak_factor", builder.getF64FloatAttr(peakFactor)),
       builder.getNamedAttr("shape", builder.getDenseI64ArrayAttr(shape)),
       builder.getNamedAttr("work", builder.getI64IntegerAttr(work))});
}

std::optional<KernelInfo> KernelInfo::get(Attribute attribute) {
  auto dictionary = dyn_cast_if_present<DictionaryAttr>(attribute);
  if (!dictionary)
    return std::nullopt;
  auto layer = dictionary.getAs<StringAttr>("layer");
  auto kernel = dictionary.getAs<StringAttr>("kernel");
  auto detail = dictionary.getAs<StringAttr>("detail");
  auto shape = dictionary.getAs<DenseI64ArrayAttr>("shape");
  auto operations = dictionary.getAs<IntegerAttr>("operations");
  auto bytes = dictionary.getAs<IntegerAttr>("bytes");
  auto work = dictionary.getAs<IntegerAttr>("work");
  auto peakFactor = dictionary.getAs<FloatAttr>("peak_factor");
  if (!layer || !kernel || !detail || !shape || !operations || !bytes ||
      !work || !peakFactor)
    return std::nullopt;
  return KernelInfo{
      layer.str(),         kernel.str(),
      detail.str(),        SmallVector<int64_t>(shape.asArrayRef()),
      operations.getInt(), bytes.getInt(),
      work.getInt(),       peakFactor.getValueAsDouble()};
}

llvm::json::Object KernelInfo::toJSON() const {
  return llvm::json::Object{{"layer", layer},
                            {"kernel", kernel},
                            {"detail", detail},
                            {"shape", llvm::json::Array(shape)},
                            {"operations", operations},
                            {"bytes", bytes},
                            {"work", work},
                            {"peak_factor", peakFactor}};
}

} // namespace mlir::cnn
