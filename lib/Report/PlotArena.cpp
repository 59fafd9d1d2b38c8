//===- PlotArena.cpp - Where buffers are, and when ------------------------===//

#include "Plots.h"

#include "llvm/Support/FormatVariadic.h"

using llvm::formatv;

namespace mlir::cnn {

/// A layer, or what has none.
static std::string describeLayer(StringRef layer) {
  return layer.empty() ? "(no layer)" : layer.str();
}

/// The name within the box, along its longer side, or the number of its row
/// where there is less room.
static void addName(Drawing &drawing, const Box &box, StringRef name,
                    std::optional<size_t> row) {
  double width = box.right - box.left, height = box.bottom - box.top;
  bool isTall = height > width;
  double room = std::max(width, height) - 8;
  std::string text = name.str();
  if (getTextWidth(text) > room && row)
    text = "#" + std::to_string(*row + 1);
  if (std::min(width, height) < 13 || getTextWidth(text) > room)
    return;
  // Numbers of few digits are short enough to stand upright.
  isTall &= getTextWidth(text) > width - 4;
  Point centre = {(box.left + box.right) / 2, (box.top + box.bottom) / 2};
  (isTall ? centre.x : centre.y) += 4;
  drawing.addText(centre, text, "name", isTall ? -90 : 0);
}

void plotArena(const CompiledFigures &network, const Legend &legend,
               llvm::raw_ostream &stream) {
  int64_t steps = 1;
  for (const PlacedBuffer &buffer : network.buffers)
    steps = std::max(steps, buffer.last + 1);
  Drawing drawing(
      {"arena", "The arena of the compiled network",
       formatv("{0} buffers share {1} bytes. A box is a buffer: from the step "
               "that first writes it to the last that reads it, at its offset. "
               "Its name, or its number in the table, and its colour are those "
               "of the layer that writes it first.",
               network.buffers.size(), network.arenaBytes)},
      /*height=*/480, stream);
  Axis x = {
      Scale::getWhole(static_cast<double>(steps), {86, drawingWidth - 14}),
      "step of the compiled network",
      [](double value) { return describeQuantity(value); }};
  Axis y = {
      Scale::getLinear(static_cast<double>(network.arenaBytes), {430, 40}),
      "offset in the arena",
      [](double value) { return describeQuantity(value, "B"); }};
  drawLegend(drawing, legend, {86, 14});
  drawAxes(drawing, x, y);
  for (const PlacedBuffer &buffer : network.buffers) {
    Box box = {
        x.scale.getPosition(static_cast<double>(buffer.first)),
        y.scale.getPosition(static_cast<double>(buffer.offset + buffer.bytes)),
        x.scale.getPosition(static_cast<double>(buffer.last + 1)),
        y.scale.getPosition(static_cast<double>(buffer.offset))};
    auto kernel = legend.kernels.find(buffer.firstLayer);
    std::string look = "buffer " + (kernel == legend.kernels.end()
                                        ? StringRef("other")
                                        : legend.getLook(kernel->second))
                                       .str();
    drawing.addBox(
        box,
        {look,
         formatv("{0}\n{1} bytes at offset {2}\nfrom step {3} to step {4} "
                 "({5})",
                 describeLayer(buffer.firstLayer), buffer.bytes, buffer.offset,
                 buffer.first, buffer.last, describeLayer(buffer.lastLayer)),
         legend.getRow(buffer.firstLayer)});
    addName(drawing, box, buffer.firstLayer, legend.getRow(buffer.firstLayer));
  }
}

} // namespace mlir::cnn
