//===- Drawing.cpp - A plot of the page -----------------------------------===//

#include "Drawing.h"

#include "Escape.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir::cnn;
using llvm::formatv;

Drawing::Drawing(const Title &title, double height, llvm::raw_ostream &stream)
    : stream(stream) {
  stream << formatv("<figure id=\"{0}\">\n<figcaption><h2>{1}</h2>"
                    "<p>{2}</p></figcaption>\n"
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
                    "aria-label=\"{1}\" viewBox=\"0 0 {3:F0} {4:F0}\">\n",
                    title.id, escape(title.caption), escape(title.about),
                    drawingWidth, height);
}

Drawing::~Drawing() { stream << "</svg>\n</figure>\n"; }

void Drawing::addLine(Point from, Point to, StringRef look) {
  stream << formatv("<line class=\"{0}\" x1=\"{1:F1}\" y1=\"{2:F1}\" "
                    "x2=\"{3:F1}\" y2=\"{4:F1}\"/>\n",
                    look, from.x, from.y, to.x, to.y);
}

void Drawing::addPath(ArrayRef<Point> points, StringRef look) {
  stream << "<path class=\"" << look << "\" d=\"";
  char letter = 'M';
  for (Point point : points) {
    stream << formatv("{0}{1:F1} {2:F1}", letter, point.x, point.y);
    letter = 'L';
  }
  stream << "\"/>\n";
}

void Drawing::beginMark(const Mark &mark) {
  if (mark.row)
    stream << formatv("<a href=\"#layer-{0}\" tabindex=\"-1\">", *mark.row + 1);
  else
    stream << "<g>";
  stream << "<title>" << escape(mark.tooltip) << "</title>";
}

void Drawing::endMark(const Mark &mark) {
  stream << (mark.row ? "</a>\n" : "</g>\n");
}

void Drawing::addBox(const Box &box, const Mark &mark,
                     std::optional<Box> target) {
  auto add = [&](const Box &it, StringRef look) {
    stream << formatv("<rect class=\"{0}\" x=\"{1:F1}\" y=\"{2:F1}\" "
                      "width=\"{3:F1}\" height=\"{4:F1}\"/>",
                      look, it.left, it.top, it.right - it.left,
                      it.bottom - it.top);
  };
  beginMark(mark);
  if (target)
    add(*target, "target");
  add(box, mark.look);
  endMark(mark);
}

void Drawing::addCircle(Point centre, double radius, const Mark &mark) {
  beginMark(mark);
  stream << formatv("<circle class=\"{0}\" cx=\"{1:F1}\" cy=\"{2:F1}\" "
                    "r=\"{3:F1}\"/>",
                    mark.look, centre.x, centre.y, radius);
  endMark(mark);
}

void Drawing::addText(Point at, StringRef text, StringRef look, double turn) {
  stream << formatv("<text class=\"{0}\" x=\"{1:F1}\" y=\"{2:F1}\"", look, at.x,
                    at.y);
  if (turn != 0)
    stream << formatv(" transform=\"rotate({0:F1} {1:F1} {2:F1})\"", turn, at.x,
                      at.y);
  stream << ">" << escape(text) << "</text>\n";
}

void mlir::cnn::drawVerticalAxis(Drawing &drawing, const Axis &y,
                                 Extent width) {
  Extent height = y.scale.getPixels();
  for (double tick : y.scale.getTicks()) {
    double position = y.scale.getPosition(tick);
    drawing.addLine({width.begin, position}, {width.end, position}, "grid");
    drawing.addText({width.begin - 8, position + 4}, y.describe(tick),
                    "tick right");
  }
  drawing.addText({16, (height.begin + height.end) / 2}, y.title,
                  "title middle", -90);
  drawing.addLine({width.begin, height.begin}, {width.end, height.begin},
                  "axis");
}

void mlir::cnn::drawAxes(Drawing &drawing, const Axis &x, const Axis &y) {
  Extent width = x.scale.getPixels(), height = y.scale.getPixels();
  for (double tick : x.scale.getTicks()) {
    double position = x.scale.getPosition(tick);
    drawing.addLine({position, height.begin}, {position, height.end}, "grid");
    drawing.addText({position, height.begin + 18}, x.describe(tick),
                    "tick middle");
  }
  drawing.addText({(width.begin + width.end) / 2, height.begin + 40}, x.title,
                  "title middle");
  drawVerticalAxis(drawing, y, width);
}

double mlir::cnn::getTextWidth(StringRef text) {
  return 6.7 * static_cast<double>(text.size());
}

std::string mlir::cnn::shorten(StringRef name, size_t most) {
  if (name.size() <= most)
    return name.str();
  StringRef end = name.take_back(most - 1);
  // Not within a character.
  while (!end.empty() && (end.front() & 0xc0) == 0x80)
    end = end.drop_front();
  return "\u2026" + end.str();
}
