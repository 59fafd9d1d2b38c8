//===- LayerColumns.h - What is printed of layers ---------------*- C++ -*-===//

#ifndef CNNC_ANALYSIS_LAYERCOLUMNS_H
#define CNNC_ANALYSIS_LAYERCOLUMNS_H

#include "cnnc/Analysis/Layers.h"

namespace mlir::cnn {

/// One column of a table of layers: words, or a number.
struct LayerColumn {
  /// As programs know it, and as people read it.
  StringRef key, title;
  /// One of them is null. Numbers are counts if `isWhole`.
  std::string (*words)(const LayerFigures &);
  double (*number)(const LayerFigures &);
  bool isWhole = false;

  bool isWord() const { return words != nullptr; }
  /// All digits.
  std::string getExact(const LayerFigures &layer) const;
  /// Some digits: "115.6M", "0.0123".
  std::string getBrief(const LayerFigures &layer) const;
  std::string describeExact(double value) const;
  std::string describeBrief(double value) const;
};

/// The machine and the technology that figures are of.
void printAssumptions(const NetworkFigures &figures, llvm::raw_ostream &stream);

/// "1x64x?x56", with spaces between several.
std::string describeShapes(ArrayRef<std::vector<int64_t>> shapes);
StringRef stringify(Arithmetic arithmetic);
/// Empty for none.
StringRef stringify(Bound bound);

/// All columns, in their order.
ArrayRef<LayerColumn> getLayerColumns();

/// The columns and sets of columns that `names` has, each column once; an error
/// that lists what is known.
llvm::Expected<std::vector<const LayerColumn *>> findColumns(StringRef names);

} // namespace mlir::cnn

#endif // CNNC_ANALYSIS_LAYERCOLUMNS_H
