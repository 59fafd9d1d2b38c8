//===- CompareLayers.cpp - Layers before and after ------------------------===//

#include "cnnc/Analysis/CompareLayers.h"

#include "LayersJSON.h"

#include "cnnc/Analysis/LayerColumns.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

#include <deque>

using namespace mlir;
using namespace mlir::cnn;

namespace {

constexpr const char *absent = "-";

using Columns = std::vector<const LayerColumn *>;

/// How many times less there is after, if that can be said.
std::optional<double> getRatio(const LayerColumn &column,
                               const LayerPair &pair) {
  double before = column.number(*pair.before);
  double after = column.number(*pair.after);
  if (before <= 0 || after <= 0)
    return std::nullopt;
  return before / after;
}

class ComparisonTable {
public:
  ComparisonTable(Columns columns, const LayerStyle &style)
      : columns(std::move(columns)), style(style) {
    table.words.clear();
    for (const LayerColumn *column : this->columns)
      addHeader(*column);
  }

  void add(const LayerPair &pair) {
    std::vector<std::string> &row = table.rows.emplace_back();
    for (const LayerColumn *column : columns) {
      std::string before = getText(*column, pair.before);
      std::string after = getText(*column, pair.after);
      if (column->key == "layer")
        row.push_back(style.shorten(pair.getName()));
      else if (!isSplit(*column))
        row.push_back(describeChange(*column, pair));
      else
        row.insert(row.end(), {before, after});
    }
  }

  /// The last row of a table for readers.
  void addRatios(const LayerPair &total) {
    std::vector<std::string> &row = table.rows.emplace_back();
    for (const LayerColumn *column : columns) {
      if (!isSplit(*column)) {
        row.push_back(column->key == "layer" ? "before / after" : "");
        continue;
      }
      std::optional<double> ratio = getRatio(*column, total);
      row.insert(row.end(),
                 {"", ratio ? llvm::formatv("{0:f2}", *ratio).str() : absent});
    }
  }

  TextTable table;

private:
  bool isForPrograms() const { return style.format == ReportFormat::csv; }

  /// Words of readers stand in one column.
  bool isSplit(const LayerColumn &column) const {
    return column.key != "layer" && (isForPrograms() || !column.isWord());
  }

  void addHeader(const LayerColumn &column) {
    std::string name = (isForPrograms() ? column.key : column.title).str();
    bool isTwice = isSplit(column);
    if (isTwice)
      table.header.insert(table.header.end(),
                          {isForPrograms() ? name + "_before" : name,
                           isForPrograms() ? name + "_after" : "after"});
    else
      table.header.push_back(name);
    table.words.insert(table.words.end(), isTwice ? 2 : 1, column.isWord());
  }

  /// Words of both, if they differ; of the op also where there is none.
  std::string describeChange(const LayerColumn &column, const LayerPair &pair) {
    std::string before = getText(column, pair.before);
    std::string after = getText(column, pair.after);
    if (column.key != "op" && !pair.before)
      return after;
    if (before == after || (column.key != "op" && !pair.after))
      return before;
    return before + " -> " + after;
  }

  std::string getText(const LayerColumn &column, const LayerFigures *layer) {
    if (!layer)
      return isForPrograms() ? "" : absent;
    return style.isBrief() ? column.getBrief(*layer) : column.getExact(*layer);
  }

  Columns columns;
  const LayerStyle &style;
};

Columns getColumns(const NetworkFigures &figures, const LayerStyle &style) {
  StringRef names = style.columns;
  bool isForPrograms =
      style.format == ReportFormat::csv || style.format == ReportFormat::json;
  if (names.empty())
    names = isForPrograms ? "all"
            : figures.arenaBytes
                ? "layer,op,macs,weight_bytes,compiled_ms,energy_uj"
                : "layer,op,macs,weight_bytes,predicted_ms,energy_uj";
  return llvm::cantFail(findColumns(names));
}

nlohmann::ordered_json toJSON(const LayerFigures *layer,
                              const Columns &columns) {
  return layer ? cnn::toJSON(*layer, columns) : nlohmann::ordered_json();
}

nlohmann::ordered_json makeJSON(const NamedNetwork &before,
                                const NamedNetwork &after,
                                const Columns &columns) {
  nlohmann::ordered_json json = {{"before", {{"model", before.model.str()}}},
                                 {"after", {{"model", after.model.str()}}},
                                 {"layers", nlohmann::json::array()}};
  addAssumptions(json["before"], before.figures);
  addAssumptions(json["after"], after.figures);
  for (const LayerPair &pair : matchLayers(before.figures, after.figures))
    json["layers"].push_back({{"layer", pair.getName()},
                              {"before", ::toJSON(pair.before, columns)},
                              {"after", ::toJSON(pair.after, columns)}});
  LayerPair total = {&before.figures.total, &after.figures.total};
  json["total"] = {{"before", ::toJSON(total.before, columns)},
                   {"after", ::toJSON(total.after, columns)}};
  for (const LayerColumn *column : columns)
    if (!column->isWord())
      if (std::optional<double> ratio = getRatio(*column, total))
        json["total"]["ratio"][column->key.str()] = *ratio;
  return json;
}

void printNetwork(StringRef when, const NamedNetwork &network,
                  llvm::raw_ostream &stream) {
  const NetworkFigures &figures = network.figures;
  stream << when << ", " << network.model << ": the most activations live at '"
         << figures.peakLayer << "', " << figures.total.liveBytes << " bytes";
  if (figures.arenaBytes)
    stream << "; compiled, " << figures.arenaBytes << " bytes";
  stream << ".\n";
}

} // namespace

std::vector<LayerPair> cnn::matchLayers(const NetworkFigures &before,
                                        const NetworkFigures &after) {
  llvm::StringMap<std::deque<size_t>> named;
  for (auto [index, layer] : llvm::enumerate(after.layers))
    named[layer.layer].push_back(index);
  std::vector<LayerPair> pairs;
  llvm::BitVector isMatched(after.layers.size());
  std::vector<std::optional<size_t>> partners;
  for (const LayerFigures &layer : before.layers) {
    std::deque<size_t> &others = named[layer.layer];
    std::optional<size_t> &partner = partners.emplace_back();
    if (others.empty())
      continue;
    partner = others.front();
    others.pop_front();
    isMatched.set(*partner);
  }
  auto addFollowing = [&](size_t index) {
    for (; index < after.layers.size() && !isMatched.test(index); ++index)
      pairs.push_back({nullptr, &after.layers[index]});
  };
  addFollowing(0);
  for (auto [layer, partner] : llvm::zip_equal(before.layers, partners)) {
    pairs.push_back({&layer, partner ? &after.layers[*partner] : nullptr});
    if (partner)
      addFollowing(*partner + 1);
  }
  return pairs;
}

void cnn::printComparison(const NamedNetwork &before, const NamedNetwork &after,
                          const LayerStyle &style, llvm::raw_ostream &stream) {
  Columns columns = getColumns(before.figures, style);
  if (style.format == ReportFormat::json)
    return printJSON(makeJSON(before, after, columns), stream);
  ComparisonTable rows(std::move(columns), style);
  for (const LayerPair &pair : matchLayers(before.figures, after.figures))
    rows.add(pair);
  LayerPair total = {&before.figures.total, &after.figures.total};
  rows.add(total);
  if (style.format == ReportFormat::csv)
    return rows.table.printCSV(stream);
  rows.addRatios(total);
  if (style.format == ReportFormat::markdown)
    rows.table.printMarkdown(stream);
  else
    rows.table.print(stream);
  stream << "\n";
  printNetwork("Before", before, stream);
  printNetwork("After", after, stream);
  printAssumptions(before.figures, stream);
}
