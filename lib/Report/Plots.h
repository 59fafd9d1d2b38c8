//===- Plots.h - The plots of a page ----------------------------*- C++ -*-===//

#ifndef CNNC_LIB_REPORT_PLOTS_H
#define CNNC_LIB_REPORT_PLOTS_H

#include "Drawing.h"

#include "cnnc/Analysis/LayerColumns.h"
#include "cnnc/Report/Compiled.h"

#include "llvm/ADT/StringMap.h"

namespace mlir::cnn {

/// Numbers of a column of counts: what they are and what they count.
struct Counts {
  const LayerColumn &column;
  StringRef title, unit;
  /// Layers that are compared with those of the network, null where there is
  /// none; empty if nothing is compared.
  ArrayRef<const LayerFigures *> after;
};

/// A bar for each layer, as high as its number, and at its right one for what
/// it is compared with.
void plotBars(const NetworkFigures &figures, const Counts &counts,
              llvm::raw_ostream &stream);

/// Bytes of activations that live while each layer runs, with the most of them,
/// and the arena that the compiled network takes instead.
void plotLiveBytes(const NetworkFigures &figures, int64_t arenaBytes,
                   llvm::raw_ostream &stream);

/// Where the layers of the compiled network are in the table, and the colours
/// of their algorithms.
struct Legend {
  Legend(const NetworkFigures &figures, const CompiledFigures &network);

  struct Entry {
    std::string kernel;
    /// A class of page.css.
    std::string look;
  };
  /// Algorithms, those that take the most time first; at last, with no name,
  /// the others.
  std::vector<Entry> entries;
  llvm::StringMap<std::string> looks;
  llvm::StringMap<size_t> rows;
  /// The algorithm of a layer, of several that which takes the most time.
  llvm::StringMap<std::string> kernels;

  StringRef getLook(StringRef kernel) const;
  std::optional<size_t> getRow(StringRef layer) const;
};

/// Draws the colours and names of algorithms in a row.
void drawLegend(Drawing &drawing, const Legend &legend, Point at);

/// Dots of the kernels' predicted rates over operations for each byte, and the
/// bounds of the machine.
void plotRoofline(const NetworkFigures &figures, const CompiledFigures &network,
                  const Legend &legend, llvm::raw_ostream &stream);

/// The buffers of the arena: time from left to right, offsets upwards.
void plotArena(const CompiledFigures &network, const Legend &legend,
               llvm::raw_ostream &stream);

} // namespace mlir::cnn

#endif // CNNC_LIB_REPORT_PLOTS_H
