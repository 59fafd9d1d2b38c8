//===- Legend.cpp - Colours of algorithms ---------------------------------===//

#include "Plots.h"

#include "llvm/ADT/MapVector.h"

using namespace mlir::cnn;

/// Colours of page.css.
static constexpr size_t colours = 6;

Legend::Legend(const NetworkFigures &figures, const CompiledFigures &network) {
  for (auto [row, layer] : llvm::enumerate(figures.layers))
    rows.try_emplace(layer.layer, row);
  llvm::MapVector<StringRef, int64_t> work;
  llvm::StringMap<int64_t> most;
  for (const KernelInfo &kernel : network.kernels) {
    work[kernel.kernel] += kernel.work;
    auto [known, isNew] = most.try_emplace(kernel.layer, kernel.work);
    if (!isNew && known->second >= kernel.work)
      continue;
    known->second = kernel.work;
    kernels[kernel.layer] = kernel.kernel;
  }
  auto sorted = work.takeVector();
  llvm::sort(sorted, [](const auto &first, const auto &second) {
    return std::tuple(-first.second, first.first) <
           std::tuple(-second.second, second.first);
  });
  for (auto [index, kernel] : llvm::enumerate(sorted)) {
    if (index == colours) {
      entries.push_back({"others", "other"});
      break;
    }
    entries.push_back({kernel.first.str(), "colour" + std::to_string(index)});
    looks[kernel.first] = entries.back().look;
  }
}

llvm::StringRef Legend::getLook(StringRef kernel) const {
  auto known = looks.find(kernel);
  return known == looks.end() ? StringRef("other") : StringRef(known->second);
}

std::optional<size_t> Legend::getRow(StringRef layer) const {
  auto known = rows.find(layer);
  if (known == rows.end())
    return std::nullopt;
  return known->second;
}

void mlir::cnn::drawLegend(Drawing &drawing, const Legend &legend, Point at) {
  for (const Legend::Entry &entry : legend.entries) {
    drawing.addCircle(at, 6, {"dot " + entry.look, entry.kernel, std::nullopt});
    drawing.addText({at.x + 12, at.y + 4}, entry.kernel, "label");
    at.x += getTextWidth(entry.kernel) + 40;
  }
}
