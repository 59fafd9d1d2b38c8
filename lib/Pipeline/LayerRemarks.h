//===- LayerRemarks.h - What passes remark on layers ------------*- C++ -*-===//

#ifndef CNNC_LIB_PIPELINE_LAYERREMARKS_H
#define CNNC_LIB_PIPELINE_LAYERREMARKS_H

#include "mlir/IR/Location.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/DenseMap.h"

#include <memory>
#include <string>

namespace mlir::cnn {

/// Locations that tell layers apart, whatever their names are.
class LayerMarks {
public:
  /// The location of the next layer.
  Location add(StringRef name, MLIRContext *context);
  /// The layers in a location, each once, outermost first.
  SmallVector<size_t> find(Location location) const;

private:
  llvm::DenseMap<Attribute, size_t> indices;
};

/// Collects the remarks of category `cnn` on layers for as long as it lives,
/// in place of any other handler of remarks.
class RemarkCollector {
public:
  RemarkCollector(MLIRContext *context, const LayerMarks &marks);
  ~RemarkCollector();

  /// Who computes the layer now, then what passes did to it, and why others did
  /// nothing, in their order: "RewriteGroupedConv: merged ...; no Winograd: it
  /// has strides".
  std::string getText(size_t layer) const;
  /// A pass said that another layer computes it now.
  bool isFused(size_t layer) const;

private:
  class Streamer;
  struct Remarks;

  MLIRContext *context;
  std::shared_ptr<Remarks> remarks;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_PIPELINE_LAYERREMARKS_H
