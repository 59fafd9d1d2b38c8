//===- Page.h - A report as a page of HTML ----------------------*- C++ -*-===//

#ifndef CNNC_REPORT_PAGE_H
#define CNNC_REPORT_PAGE_H

#include "cnnc/Analysis/CompareLayers.h"
#include "cnnc/Report/Compiled.h"

namespace mlir::cnn {

/// What a page is made from.
struct PageSource {
  /// The network's file.
  StringRef model;
  const NetworkFigures &figures;
  const CompiledFigures &network;
  /// As in `LayerStyle`; empty for all that say something.
  StringRef columns;
  /// What the network is compared with, if it is: what passes made of it.
  std::optional<NamedNetwork> after = std::nullopt;
};

/// Prints a page that needs nothing but itself: a summary, plots as SVG and a
/// table that a script of the page sorts and filters. Whatever names are made
/// of, they are text: they are escaped, and the page's policy lets no script
/// run but its own.
void printPage(const PageSource &source, llvm::raw_ostream &stream);

} // namespace mlir::cnn

#endif // CNNC_REPORT_PAGE_H
