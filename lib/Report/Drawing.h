//===- Drawing.h - A plot of the page ---------------------------*- C++ -*-===//
//
// A figure of HTML that holds SVG: it needs no script, and its colours are
// classes that page.css has for light and for dark backgrounds.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_REPORT_DRAWING_H
#define CNNC_LIB_REPORT_DRAWING_H

#include "Scale.h"

#include "llvm/Support/raw_ostream.h"

#include <functional>
#include <optional>

namespace mlir::cnn {

struct Point {
  double x, y;
};

struct Box {
  double left, top, right, bottom;
};

/// How a mark looks: a class of page.css.
struct Mark {
  std::string look;
  /// Shown where the pointer rests.
  std::string tooltip;
  /// The row of the table that a click leads to.
  std::optional<size_t> row;
};

/// Pixels of width that a plot has; it is drawn smaller where there is less.
constexpr double drawingWidth = 1180;

class Drawing {
public:
  /// `about` is a sentence of plain text below the caption.
  struct Title {
    StringRef id, caption;
    std::string about;
  };
  Drawing(const Title &title, double height, llvm::raw_ostream &stream);
  ~Drawing();
  Drawing(const Drawing &) = delete;
  Drawing &operator=(const Drawing &) = delete;

  void addLine(Point from, Point to, StringRef look);
  /// Connects the points.
  void addPath(ArrayRef<Point> points, StringRef look);
  /// A box that may stand for a larger one, which is easier to point at.
  void addBox(const Box &box, const Mark &mark,
              std::optional<Box> target = std::nullopt);
  void addCircle(Point centre, double radius, const Mark &mark);
  /// The class of `look` says how it is aligned; `turn` is in degrees.
  void addText(Point at, StringRef text, StringRef look, double turn = 0);

private:
  void beginMark(const Mark &mark);
  void endMark(const Mark &mark);

  llvm::raw_ostream &stream;
};

/// An axis, its title with a unit, and how labels read.
struct Axis {
  Scale scale;
  std::string title;
  std::function<std::string(double)> describe;
};

/// Draws the lines, labels and titles around a plot whose extents are those of
/// the scales.
void drawAxes(Drawing &drawing, const Axis &x, const Axis &y);

/// The same with labels at the left only.
void drawVerticalAxis(Drawing &drawing, const Axis &y, Extent width);

/// About how wide a text in the plots' font is.
double getTextWidth(StringRef text);

/// At most `most` characters: the end, after dots, where names of one network
/// differ.
std::string shorten(StringRef name, size_t most);

} // namespace mlir::cnn

#endif // CNNC_LIB_REPORT_DRAWING_H
