//===- PlotLayers.cpp - Figures along the layers of a network -------------===//

#include "Plots.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using llvm::formatv;

namespace mlir::cnn {
namespace {

constexpr double left = 86, right = drawingWidth - 14, top = 30, height = 210;
/// So many names fit below the axis.
constexpr size_t mostNames = 36;

/// Where the layers are from left to right: a band for each.
class Bands {
public:
  explicit Bands(const NetworkFigures &figures) : layers(figures.layers) {}

  double getWidth() const {
    return (right - left) /
           static_cast<double>(std::max<size_t>(layers.size(), 1));
  }
  double getStart(size_t layer) const {
    return left + static_cast<double>(layer) * getWidth();
  }
  double getCentre(size_t layer) const {
    return getStart(layer) + getWidth() / 2;
  }
  bool hasNames() const { return layers.size() <= mostNames; }
  double getHeight() const { return top + height + (hasNames() ? 120 : 50); }

  /// Names, or numbers where there are too many, below the plot.
  void drawLabels(Drawing &drawing) const {
    double bottom = top + height;
    for (size_t layer = 0; hasNames() && layer != layers.size(); ++layer)
      drawing.addText({getCentre(layer) + 4, bottom + 14},
                      shorten(layers[layer].layer, 20), "tick right", -40);
    if (hasNames())
      return;
    auto count = static_cast<double>(layers.size());
    Scale numbers = Scale::getWhole(count, {left, right});
    for (double tick : numbers.getTicks())
      if (tick >= 1 && tick <= count)
        drawing.addText({getCentre(static_cast<size_t>(tick) - 1), bottom + 18},
                        describeQuantity(tick), "tick middle");
    drawing.addText({(left + right) / 2, bottom + 40},
                    "layer (number in the table)", "title middle");
  }

private:
  ArrayRef<LayerFigures> layers;
};

Axis getAxis(double most, StringRef title, StringRef unit) {
  return {Scale::getLinear(most, {top + height, top}), title.str(),
          [unit = unit.str()](double value) {
            return describeQuantity(value, unit);
          }};
}

std::string describeLayer(const NetworkFigures &figures, size_t layer) {
  return formatv("{0}. {1} ({2})", layer + 1, figures.layers[layer].layer,
                 figures.layers[layer].op);
}

std::string describeLargest(const NetworkFigures &figures,
                            ArrayRef<double> values, double sum) {
  if (sum == 0)
    return "None.";
  const double *largest = llvm::max_element(values);
  return formatv("{0} in all; most in {1}: {2}, {3:F1} % of them.",
                 describeQuantity(sum),
                 figures.layers[largest - values.begin()].layer,
                 describeQuantity(*largest), 100 * *largest / sum);
}

/// The steps of live bytes.
void drawOutline(Drawing &drawing, const NetworkFigures &figures,
                 const Bands &bands, const Scale &scale) {
  std::vector<Point> outline = {{left, top + height}};
  for (auto [layer, row] : llvm::enumerate(figures.layers)) {
    double y = scale.getPosition(static_cast<double>(row.liveBytes));
    outline.push_back({bands.getStart(layer), y});
    outline.push_back({bands.getStart(layer) + bands.getWidth(), y});
  }
  outline.push_back({outline.back().x, top + height});
  drawing.addPath(outline, "area");
}

/// A mark at the first layer with the most live bytes, and its name on the side
/// with more room.
void drawPeak(Drawing &drawing, const NetworkFigures &figures,
              const Bands &bands, const Scale &scale) {
  size_t layer =
      llvm::find_if(figures.layers,
                    [&](const LayerFigures &row) {
                      return row.liveBytes == figures.total.liveBytes;
                    }) -
      figures.layers.begin();
  auto most = static_cast<double>(figures.total.liveBytes);
  Point at = {bands.getCentre(layer), scale.getPosition(most)};
  drawing.addCircle(at, 5, {"peak", describeLayer(figures, layer), layer});
  bool isLeft = at.x < (left + right) / 2;
  drawing.addText(
      {at.x + (isLeft ? 10 : -10), at.y - 8},
      formatv("peak {0} at {1}", describeQuantity(most, "B"), figures.peakLayer)
          .str(),
      isLeft ? "label" : "label right");
}

} // namespace

void plotBars(const NetworkFigures &figures, const Counts &counts,
              llvm::raw_ostream &stream) {
  std::vector<double> values;
  double sum = 0;
  for (const LayerFigures &layer : figures.layers) {
    values.push_back(counts.column.number(layer));
    sum += values.back();
  }
  double largest = values.empty() ? 0 : *llvm::max_element(values);
  for (const LayerFigures *layer : counts.after)
    largest = std::max(largest, layer ? counts.column.number(*layer) : 0);
  std::string about = describeLargest(figures, values, sum);
  if (!counts.after.empty())
    about += " On the right of each, in the other colour, what it is compared "
             "with.";
  Bands bands(figures);
  Drawing drawing(
      {counts.column.key, (counts.title + " of each layer").str(), about},
      bands.getHeight(), stream);
  Axis axis = getAxis(largest, counts.unit, "");
  drawVerticalAxis(drawing, axis, {left, right});
  double gap = bands.getWidth() > 4 ? 0.15 * bands.getWidth() : 0;
  for (size_t layer = 0; layer != values.size(); ++layer) {
    double start = bands.getStart(layer), end = start + bands.getWidth();
    double middle = counts.after.empty() ? end - gap : bands.getCentre(layer);
    auto add = [&](StringRef look, Extent width, const LayerFigures &row,
                   std::optional<Box> target) {
      double number = counts.column.number(row);
      Box bar = {width.begin, axis.scale.getPosition(number), width.end,
                 top + height};
      drawing.addBox(
          bar,
          {look.str(),
           formatv("{0}\n{1} {2}, {3:F1} % of all",
                   describeLayer(figures, layer), counts.column.getExact(row),
                   counts.unit, sum > 0 ? 100 * number / sum : 0.0),
           layer},
          target);
    };
    add("bar", {start + gap, middle}, figures.layers[layer],
        Box{start, top, end, top + height});
    if (!counts.after.empty() && counts.after[layer])
      add("bar after", {middle, end - gap}, *counts.after[layer], std::nullopt);
  }
  bands.drawLabels(drawing);
}

void plotLiveBytes(const NetworkFigures &figures, int64_t arenaBytes,
                   llvm::raw_ostream &stream) {
  auto most = static_cast<double>(figures.total.liveBytes);
  auto arena = static_cast<double>(arenaBytes);
  Bands bands(figures);
  Drawing drawing(
      {"live_bytes", "Activation memory over time",
       "Bytes of activations, with the network's inputs, that are needed while "
       "each layer runs by itself. The compiled network takes an arena "
       "instead: it "
       "fuses layers and computes in place, and its kernels need memory of "
       "their own."},
      bands.getHeight(), stream);
  Axis axis = getAxis(std::max(most, arena), "live bytes", "B");
  drawVerticalAxis(drawing, axis, {left, right});
  drawOutline(drawing, figures, bands, axis.scale);
  double arenaY = axis.scale.getPosition(arena);
  drawing.addLine({left, arenaY}, {right, arenaY}, "limit");
  drawing.addText({right - 4, arenaY - 5},
                  "arena of the compiled network: " +
                      describeQuantity(arena, "B"),
                  "label right");
  for (auto [layer, row] : llvm::enumerate(figures.layers)) {
    double start = bands.getStart(layer);
    drawing.addBox({start, top, start + bands.getWidth(), top + height},
                   {"target",
                    formatv("{0}\n{1} bytes", describeLayer(figures, layer),
                            row.liveBytes),
                    layer});
  }
  if (!figures.layers.empty())
    drawPeak(drawing, figures, bands, axis.scale);
  bands.drawLabels(drawing);
}

} // namespace mlir::cnn
