//===- PrintLayers.cpp - Layers on paper ----------------------------------===//

#include "LayersJSON.h"
#include "cnnc/Analysis/LayerColumns.h"

#include "llvm/Support/FormatVariadic.h"

namespace mlir::cnn {
namespace {

std::vector<const LayerColumn *> getColumns(const NetworkFigures &figures,
                                            const LayerStyle &style) {
  bool isForPrograms =
      style.format == ReportFormat::csv || style.format == ReportFormat::json;
  StringRef fallback = isForPrograms ? "all" : "summary";
  std::vector<const LayerColumn *> columns = llvm::cantFail(
      findColumns(style.columns.empty() ? fallback : style.columns));
  // Nobody asked the compiler.
  if (style.columns.empty() && fallback == "summary" && !figures.arenaBytes &&
      llvm::all_of(figures.layers,
                   [](auto &layer) { return layer.algorithm.empty(); }))
    llvm::erase_if(columns,
                   [](auto *column) { return column->key == "algorithm"; });
  return columns;
}

TextTable makeTable(const NetworkFigures &figures, const LayerStyle &style) {
  TextTable table;
  table.words.clear();
  std::vector<const LayerColumn *> columns = getColumns(figures, style);
  for (const LayerColumn *column : columns) {
    table.header.push_back(
        (style.format == ReportFormat::csv ? column->key : column->title)
            .str());
    table.words.push_back(column->isWord());
  }
  auto addRow = [&](const LayerFigures &layer) {
    std::vector<std::string> &row = table.rows.emplace_back();
    for (const LayerColumn *column : columns) {
      std::string text =
          style.isBrief() ? column->getBrief(layer) : column->getExact(layer);
      row.push_back(column->key == "layer" ? style.shorten(text) : text);
    }
  };
  llvm::for_each(figures.layers, addRow);
  addRow(figures.total);
  return table;
}

/// What the table has no column for.
void printNotes(const NetworkFigures &figures, llvm::raw_ostream &stream) {
  if (!figures.layers.empty())
    stream << "\nThe most activations live at '" << figures.peakLayer
           << "': " << figures.total.liveBytes << " bytes.\n";
  if (figures.arenaBytes)
    stream << llvm::formatv("Compiled, the network needs {0} bytes for them, "
                            "and by the cost model takes {1:f3} ms.\n",
                            figures.arenaBytes,
                            1e3 * figures.total.compiledSeconds);
}

} // namespace

std::string LayerStyle::shorten(std::string name) const {
  constexpr size_t longest = 32;
  if (!isBrief() || name.size() <= longest)
    return name;
  return ".." + name.substr(name.size() - (longest - 2));
}

void printAssumptions(const NetworkFigures &figures,
                      llvm::raw_ostream &stream) {
  const MachineFigures &machine = figures.machine;
  if (machine.bandwidth > 0)
    stream << llvm::formatv(
        "Times are those of one core of {0} with {1:f1} GFLOP/s in float32, "
        "{2:f1} Gop/s in int8 and {3:f1} GB/s from memory.\n",
        machine.name, machine.floatRate / 1e9, machine.integerRate / 1e9,
        machine.bandwidth / 1e9);
  if (!figures.technology.empty())
    stream << "Energy is that of " << figures.technology << ".\n";
}

void printLayers(StringRef model, const NetworkFigures &figures,
                 const LayerStyle &style, llvm::raw_ostream &stream) {
  if (style.format == ReportFormat::json) {
    nlohmann::ordered_json json = {{"model", model.str()}};
    addNetwork(json, figures, getColumns(figures, style));
    return printJSON(json, stream);
  }
  TextTable table = makeTable(figures, style);
  if (style.format == ReportFormat::csv)
    return table.printCSV(stream);
  if (style.format == ReportFormat::markdown)
    table.printMarkdown(stream);
  else
    table.print(stream);
  printNotes(figures, stream);
  printAssumptions(figures, stream);
}

} // namespace mlir::cnn
