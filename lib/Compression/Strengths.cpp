//===- Strengths.cpp - How much of each part is removed -------------------===//

#include "cnnc/Compression/Strengths.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <algorithm>
#include <limits>

using namespace mlir::cnn;
using llvm::ArrayRef;

double LossCurve::getNoise(double removed) const {
  double noise = 0, slope = 0;
  Point last;
  for (const Point &point : points) {
    double next = std::max(point.noise, last.noise);
    if (point.removed > last.removed)
      slope = (next - last.noise) / (point.removed - last.removed);
    if (removed <= point.removed)
      return last.noise + slope * (removed - last.removed);
    last = {point.removed, point.drop, next};
    noise = next;
  }
  return noise + slope * (removed - last.removed);
}

std::string mlir::cnn::writeCurves(ArrayRef<LossCurve> curves) {
  llvm::json::Array layers;
  for (const LossCurve &curve : curves) {
    llvm::json::Array points;
    for (const LossCurve::Point &point : curve.points)
      points.push_back(llvm::json::Object{{"removed", point.removed},
                                          {"drop", point.drop},
                                          {"noise", point.noise}});
    layers.push_back(llvm::json::Object{{"name", curve.name},
                                        {"points", std::move(points)}});
  }
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << llvm::formatv("{0:2}\n", llvm::json::Value(llvm::json::Object{
                                         {"layers", std::move(layers)}}));
  return text;
}

namespace llvm::json {

static bool fromJSON(const Value &value, LossCurve::Point &point, Path path) {
  ObjectMapper map(value, path);
  return map && map.map("removed", point.removed) &&
         map.map("drop", point.drop) && map.map("noise", point.noise);
}

static bool fromJSON(const Value &value, LossCurve &curve, Path path) {
  ObjectMapper map(value, path);
  return map && map.map("name", curve.name) && map.map("points", curve.points);
}

} // namespace llvm::json

std::optional<std::vector<LossCurve>>
mlir::cnn::parseCurves(const std::string &text, std::string &error) {
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value) {
    error = llvm::toString(value.takeError());
    return std::nullopt;
  }
  std::vector<LossCurve> curves;
  llvm::json::Path::Root root("curves");
  llvm::json::ObjectMapper map(*value, root);
  if (map && map.map("layers", curves))
    return curves;
  error = llvm::toString(root.getError());
  return std::nullopt;
}

std::optional<std::vector<size_t>> mlir::cnn::chooseSteps(
    ArrayRef<std::vector<double>> losses, double budget,
    llvm::function_ref<double(size_t part, int direction)> move, double cost) {
  std::vector<size_t> steps(losses.size(), 0);
  // Steps add up with rounding errors; the last of them may be what is asked.
  while (cost > budget * (1 + 1e-9)) {
    std::optional<size_t> best;
    double least = std::numeric_limits<double>::infinity();
    for (size_t part = 0; part < losses.size(); ++part) {
      size_t step = steps[part];
      if (step + 1 >= losses[part].size())
        continue;
      double saved = cost - move(part, 1);
      move(part, -1);
      double loss = losses[part][step + 1] - losses[part][step];
      double rate =
          saved > 0 ? loss / saved : std::numeric_limits<double>::max();
      if (!best || rate < least) {
        best = part;
        least = rate;
      }
    }
    if (!best)
      return std::nullopt;
    cost = move(*best, 1);
    ++steps[*best];
  }
  return steps;
}
