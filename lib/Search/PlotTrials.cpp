//===- PlotTrials.cpp - What a search has tried, as a picture -------------===//

#include "cnnc/Search/Report.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir::cnn;
using llvm::formatv;
using llvm::raw_ostream;
using llvm::StringRef;

namespace {

/// Pixels.
constexpr double plotWidth = 520, plotHeight = 340, left = 70, top = 50,
                 panelHeight = 440, legendWidth = 330, legendLine = 20;

/// Okabe and Ito's colours, which most people can tell apart, and darker ones.
constexpr llvm::StringLiteral colours[] = {
    "#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7",
    "#e69f00", "#56b4e9", "#7f3c8d", "#8c564b", "#b8b000",
    "#7f7f7f", "#003f5c", "#a50026", "#1a9850"};

/// One plot of drop over `measure`. Drops are shown by their square roots, so
/// that small ones can be told apart and 0 has a place.
class Plot {
public:
  Plot(const SearchResult &result, Measure measure, double offset,
       raw_ostream &stream)
      : result(result), measure(measure), offset(offset), stream(stream) {
    for (const Trial &trial : result.trials) {
      if (std::isfinite(trial.drop))
        mostDrop = std::max(mostDrop, trial.drop);
      mostCost = std::max(mostCost, trial.costs[measure]);
    }
    mostDrop *= 1.1;
  }

  void draw(llvm::ArrayRef<StringRef> families) {
    drawAxes();
    drawLimits();
    drawFrontier();
    for (const Trial &trial : result.trials)
      drawTrial(
          trial,
          colours[(llvm::find(families, trial.family) - families.begin()) %
                  std::size(colours)]);
  }

private:
  double getX(double cost) const { return left + plotWidth * cost / mostCost; }
  double getY(double drop) const {
    // What is no number is beyond the top.
    double height = std::isfinite(drop) ? std::sqrt(drop / mostDrop) : 1.03;
    return offset + top + plotHeight * (1 - height);
  }

  void drawLine(double x1, double y1, double x2, double y2, StringRef style) {
    stream << formatv("<line x1=\"{0:F1}\" y1=\"{1:F1}\" x2=\"{2:F1}\" "
                      "y2=\"{3:F1}\" {4}/>\n",
                      x1, y1, x2, y2, style);
  }
  void drawText(double x, double y, StringRef style, const llvm::Twine &text) {
    stream << formatv("<text x=\"{0:F1}\" y=\"{1:F1}\" {2}>{3}</text>\n", x, y,
                      style, text.str());
  }

  void drawAxes();
  void drawLimits();
  void drawFrontier();
  void drawTrial(const Trial &trial, StringRef colour);

  const SearchResult &result;
  Measure measure;
  double offset;
  raw_ostream &stream;
  double mostDrop = 1, mostCost = 1;
};

StringRef describe(Measure measure) {
  switch (measure) {
  case Measure::size:
    return "compressed size, as a share of the original's bytes";
  case Measure::macs:
    return "multiply-adds, as a share of the original's";
  case Measure::latency:
    return "predicted time, as a share of the original's";
  }
  llvm_unreachable("every measure is handled");
}

void Plot::drawAxes() {
  double bottom = offset + top + plotHeight, right = left + plotWidth;
  constexpr StringRef grid = "stroke=\"#ddd\"", axis = "stroke=\"#000\"";
  for (double cost = 0; cost <= mostCost + 1e-9; cost += 0.1) {
    drawLine(getX(cost), offset + top, getX(cost), bottom, grid);
    drawText(getX(cost), bottom + 18, "text-anchor=\"middle\"",
             formatv("{0:F1}", cost));
  }
  for (double drop : {0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0}) {
    // Ticks would overlap near zero.
    bool isSeparate = drop == 0 || bottom - getY(drop) > 14;
    if (drop > mostDrop || !isSeparate)
      continue;
    drawLine(left, getY(drop), right, getY(drop), grid);
    drawText(left - 8, getY(drop) + 4, "text-anchor=\"end\"",
             formatv("{0}", drop < 1 && drop > 0
                                ? formatv("{0:F1}", drop).str()
                                : formatv("{0:F0}", drop).str()));
  }
  drawLine(left, bottom, right, bottom, axis);
  drawLine(left, offset + top, left, bottom, axis);
  drawText(left + plotWidth / 2, bottom + 40, "text-anchor=\"middle\"",
           describe(measure));
  std::string turned =
      formatv("text-anchor=\"middle\" transform=\"rotate(-90 {0:F1} {1:F1})\"",
              left - 45, bottom - plotHeight / 2);
  drawText(left - 45, bottom - plotHeight / 2, turned,
           "drop in percent (scale of square roots)");
}

void Plot::drawLimits() {
  constexpr StringRef dashed = "stroke=\"#888\" stroke-dasharray=\"6 4\"";
  const Budget &budget = result.budget;
  if (budget.hasLimit(measure)) {
    double x = getX(budget.most[measure]);
    drawLine(x, offset + top, x, offset + top + plotHeight, dashed);
    drawText(x, offset + top - 8, "text-anchor=\"middle\" fill=\"#555\"",
             getName(measure) + ":" + formatNumber(budget.most[measure]));
  }
  if (budget.maxDrop && *budget.maxDrop <= mostDrop) {
    double y = getY(*budget.maxDrop);
    drawLine(left, y, left + plotWidth, y, dashed);
    drawText(left + 6, y - 5, "fill=\"#555\"",
             "max-drop:" + formatNumber(*budget.maxDrop));
  }
}

/// The steps of the least drop for each cost.
void Plot::drawFrontier() {
  std::vector<const Trial *> order;
  for (const Trial &trial : result.trials)
    order.push_back(&trial);
  llvm::sort(order, [&](const Trial *x, const Trial *y) {
    return std::tuple(x->costs[measure], x->drop, x) <
           std::tuple(y->costs[measure], y->drop, y);
  });
  std::string points;
  double least = std::numeric_limits<double>::infinity();
  for (const Trial *trial : order) {
    if (!(trial->drop < least))
      continue;
    double x = getX(trial->costs[measure]);
    if (!points.empty())
      points += formatv(" {0:F1},{1:F1}", x, getY(least));
    points += formatv(" {0:F1},{1:F1}", x, getY(trial->drop));
    least = trial->drop;
  }
  stream << "<polyline fill=\"none\" stroke=\"#444\" stroke-width=\"1.5\" "
            "points=\""
         << StringRef(points).ltrim() << "\"/>\n";
}

void Plot::drawTrial(const Trial &trial, StringRef colour) {
  double x = getX(trial.costs[measure]), y = getY(trial.drop);
  stream << formatv("<circle cx=\"{0:F1}\" cy=\"{1:F1}\" r=\"5\" "
                    "fill=\"{2}\"><title>{3}: {4:F4}, drop {5:F2} "
                    "%</title></circle>\n",
                    x, y, colour, trial.name, trial.costs[measure], trial.drop);
  if (!result.chosen || &trial != &result.trials[*result.chosen])
    return;
  stream << formatv("<circle cx=\"{0:F1}\" cy=\"{1:F1}\" r=\"10\" "
                    "fill=\"none\" stroke=\"#000\" stroke-width=\"2\"/>\n",
                    x, y);
}

void drawLegend(llvm::ArrayRef<StringRef> families, bool hasChosen,
                raw_ostream &stream) {
  double x = left + plotWidth + 40, y = top + 4;
  auto add = [&](StringRef shape, const llvm::Twine &text) {
    stream << formatv("<circle cx=\"{0:F1}\" cy=\"{1:F1}\" {2}/>"
                      "<text x=\"{3:F1}\" y=\"{4:F1}\">{5}</text>\n",
                      x, y, shape, x + 18, y + 4, text.str());
    y += legendLine;
  };
  for (auto [i, family] : llvm::enumerate(families))
    add(formatv("r=\"5\" fill=\"{0}\"", colours[i % std::size(colours)]).str(),
        family);
  if (hasChosen)
    add("r=\"8\" fill=\"none\" stroke=\"#000\" stroke-width=\"2\"", "chosen");
}

} // namespace

void mlir::cnn::plotTrials(const SearchResult &result, raw_ostream &stream) {
  std::vector<StringRef> families;
  for (const Trial &trial : result.trials)
    if (!llvm::is_contained(families, trial.family))
      families.push_back(trial.family);
  std::vector<Measure> shown;
  llvm::copy_if(measures, std::back_inserter(shown), [&](Measure measure) {
    return result.budget.isAbout(measure);
  });
  double width = left + plotWidth + 40 + legendWidth,
         height = std::max(panelHeight * static_cast<double>(shown.size()),
                           top + legendLine *
                                     static_cast<double>(families.size() + 2));
  stream << formatv("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:F0}\""
                    " height=\"{1:F0}\" viewBox=\"0 0 {0:F0} {1:F0}\" "
                    "font-family=\"sans-serif\" font-size=\"13\">\n"
                    "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
                    "<text x=\"{2:F0}\" y=\"20\" font-size=\"15\">What "
                    "pipelines lose, for {3}</text>\n",
                    width, height, left, result.budget.describe());
  for (auto [i, measure] : llvm::enumerate(shown))
    Plot(result, measure, panelHeight * static_cast<double>(i), stream)
        .draw(families);
  drawLegend(families, result.chosen.has_value(), stream);
  stream << "</svg>\n";
}
