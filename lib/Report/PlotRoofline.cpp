//===- PlotRoofline.cpp - Rates of kernels below the machine's bounds -----===//
//
// Williams, Waterman and Patterson, "Roofline: An Insightful Visual Performance
// Model for Multicore Architectures", 2009:
//   operations a second <= min(peak, bytes a second * operations for each byte)
//
//===----------------------------------------------------------------------===//

#include "Plots.h"

#include "cnnc/Support/CostModel.h"

#include "llvm/Support/FormatVariadic.h"

#include <array>
#include <cmath>

using llvm::formatv;

namespace mlir::cnn {
namespace {

constexpr double giga = 1e9;
constexpr double left = 86, right = drawingWidth - 14, top = 40, bottom = 430;

/// A kernel that computes.
struct Dot {
  const KernelInfo *kernel;
  /// Operations for each byte, and in each second that the cost model expects.
  double intensity, rate;
};

std::vector<Dot> getDots(const CompiledFigures &network, double peak) {
  std::vector<Dot> dots;
  for (const KernelInfo &kernel : network.kernels) {
    auto operations = static_cast<double>(kernel.operations);
    if (kernel.operations > 0 && kernel.bytes > 0 && kernel.work > 0)
      dots.push_back({&kernel, operations / static_cast<double>(kernel.bytes),
                      operations / static_cast<double>(kernel.work) * peak});
  }
  return dots;
}

struct MemoryBound {
  StringRef name;
  double bytesPerSecond;
};

/// The bounds of memory, the fastest first.
std::array<MemoryBound, 3> getBounds(const MachineFigures &rates,
                                     const Machine &machine) {
  double clock = rates.floatRate / getOperationsPerCycle(machine);
  return {{{"second cache", clock / level2Cycles},
           {"third cache", clock / level3Cycles},
           {"memory", rates.bandwidth}}};
}

struct Axes {
  Axis x, y;
  Point getPoint(double intensity, double rate) const {
    return {x.scale.getPosition(intensity), y.scale.getPosition(rate)};
  }
};

/// Axes on which all dots have a place, and the corners of the bounds.
Axes getAxes(ArrayRef<Dot> dots, ArrayRef<MemoryBound> bounds, double peak) {
  // The corners of all bounds, with room for their names.
  double least = peak / bounds.front().bytesPerSecond / 10;
  double most = 4 * peak / bounds.back().bytesPerSecond;
  double slowest = peak / 20, fastest = peak;
  for (const Dot &dot : dots) {
    least = std::min(least, dot.intensity);
    most = std::max(most, dot.intensity);
    slowest = std::min(slowest, dot.rate);
    fastest = std::max(fastest, dot.rate);
  }
  return {{Scale::getLogarithmic(least / 1.5, most * 1.5, {left, right}),
           "FLOPs for each byte read or written",
           [](double value) { return describeQuantity(value); }},
          {Scale::getLogarithmic(slowest / 1.5, fastest * 1.5, {bottom, top}),
           "GFLOP/s of one core",
           [](double value) { return describeQuantity(value / giga); }}};
}

void drawBounds(Drawing &drawing, const Axes &axes,
                ArrayRef<MemoryBound> bounds, double peak) {
  double first = axes.x.scale.getFirst(), last = axes.x.scale.getLast();
  for (const MemoryBound &bound : bounds) {
    double corner = peak / bound.bytesPerSecond;
    // Where the line enters the plot.
    double start =
        std::max(first, axes.y.scale.getFirst() / bound.bytesPerSecond);
    if (start >= corner)
      continue;
    Point from = axes.getPoint(start, start * bound.bytesPerSecond);
    Point to = axes.getPoint(corner, peak);
    drawing.addLine(from, to, "bound");
    double turn = std::atan2(to.y - from.y, to.x - from.x) * 180 / M_PI;
    drawing.addText(
        {to.x - 6, to.y - 6 + 6 * (to.y - from.y) / (to.x - from.x)},
        formatv("{0}: {1}/s", bound.name,
                describeQuantity(bound.bytesPerSecond, "B"))
            .str(),
        "label right", turn);
  }
  double corner = std::max(first, peak / bounds.front().bytesPerSecond);
  drawing.addLine(axes.getPoint(corner, peak), axes.getPoint(last, peak),
                  "bound");
  Point end = axes.getPoint(last, peak);
  drawing.addText({end.x - 4, end.y - 7},
                  formatv("peak: {0}/s", describeQuantity(peak, "FLOP")).str(),
                  "label right");
}

} // namespace

void plotRoofline(const NetworkFigures &figures, const CompiledFigures &network,
                  const Legend &legend, llvm::raw_ostream &stream) {
  double peak = figures.machine.floatRate, allWork = 0;
  std::vector<Dot> dots = getDots(network, peak);
  std::array<MemoryBound, 3> bounds =
      getBounds(figures.machine, network.machine);
  for (const KernelInfo &kernel : network.kernels)
    allWork += static_cast<double>(kernel.work);
  // Large ones first, so that small ones are not hidden.
  llvm::sort(dots, [](const Dot &a, const Dot &b) {
    return std::tuple(-a.kernel->work, a.kernel) <
           std::tuple(-b.kernel->work, b.kernel);
  });
  Drawing drawing(
      {"roofline", "Roofline of the compiled network",
       "A dot is a kernel, as large as the time that the compiler's cost model "
       "expects it to take. The lines are the most that the arithmetic of one "
       "core, its caches and memory allow. Convolutions count as direct ones, "
       "so that those by Winograd's algorithm may exceed the peak."},
      /*height=*/480, stream);
  Axes axes = getAxes(dots, bounds, peak);
  drawLegend(drawing, legend, {left, 14});
  drawAxes(drawing, axes.x, axes.y);
  drawBounds(drawing, axes, bounds, peak);
  for (const Dot &dot : dots) {
    const KernelInfo &kernel = *dot.kernel;
    double share = static_cast<double>(kernel.work) / allWork;
    drawing.addCircle(
        axes.getPoint(dot.intensity, dot.rate),
        std::max(3.0, 50 * std::sqrt(share)),
        {"dot " + legend.getLook(kernel.kernel).str(),
         formatv("{0}\n{1} {2}\n{3:F1} FLOPs for each byte\n{4:F1} GFLOP/s, "
                 "{5:F0} % of the peak\n{6}, {7:F1} % of all",
                 kernel.layer, kernel.kernel, kernel.detail, dot.intensity,
                 dot.rate / giga, 100 * dot.rate / peak,
                 describeQuantity(static_cast<double>(kernel.work) / peak, "s"),
                 100 * share),
         legend.getRow(kernel.layer)});
  }
}

} // namespace mlir::cnn
