//===- PrintTrials.cpp - What a search has tried, as text -----------------===//

#include "cnnc/Search/Report.h"

#include "nlohmann/json.hpp"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatAdapters.h"

#include <cmath>

using namespace mlir::cnn;
using llvm::raw_ostream;
using llvm::StringRef;

static bool isChosen(const SearchResult &result, const Trial &trial) {
  return result.chosen && &trial == &result.trials[*result.chosen];
}

static void printNotes(const SearchResult &result, raw_ostream &stream) {
  stream << "size, macs and latency are shares of the original's; drop is in "
            "percent, of ";
  if (result.heldOutImages)
    stream << result.heldOutImages << " images that passes have not seen, "
           << "fitted of the " << result.fittedImages << " that they have\n";
  else
    stream << "the " << result.fittedImages << " images that passes have seen, "
           << "too few to hold some back\n";
  for (const auto &[family, why] : result.failures)
    stream << "'" << family << "' cannot be had: " << why << "\n";
  if (result.isCutShort)
    stream << "the time was over before everything was tried\n";
  if (result.measuredLatency)
    stream << "measured on this machine, the chosen network takes "
           << llvm::format("%.3f", *result.measuredLatency)
           << " of the original's time\n";
}

void mlir::cnn::printTrials(const SearchResult &result, raw_ostream &stream) {
  size_t width = StringRef("pipeline").size();
  for (const Trial &trial : result.trials)
    width = std::max(width, trial.name.size());
  stream << llvm::left_justify("pipeline", width)
         << "    size    macs  latency    drop   fitted\n";
  for (const Trial &trial : result.trials) {
    stream << llvm::left_justify(trial.name, width)
           << llvm::format(
                  "  %6.4f  %6.4f   %6.4f  %6.2f   %6.2f",
                  trial.costs[Measure::size], trial.costs[Measure::macs],
                  trial.costs[Measure::latency], trial.drop, trial.fittedDrop);
    if (isChosen(result, trial))
      stream << "  chosen";
    else if (trial.isOnFrontier)
      stream << "  frontier";
    stream << "\n";
  }
  printNotes(result, stream);
  if (result.chosen)
    stream << "chosen for " << result.budget.describe() << ":\n"
           << formatResponseFile(result.trials[*result.chosen].flags);
}

void mlir::cnn::printTrialsAsCSV(const SearchResult &result,
                                 raw_ostream &stream) {
  stream << "pipeline,size,macs,latency,drop,fitted_drop,noise,frontier,chosen,"
            "flags\n";
  for (const Trial &trial : result.trials) {
    std::string flags = llvm::join(trial.flags, " ");
    stream << '"' << trial.name << "\","
           << llvm::format(
                  "%.6f,%.6f,%.6f,%.6g,%.6g,%.6g,%d,%d,",
                  trial.costs[Measure::size], trial.costs[Measure::macs],
                  trial.costs[Measure::latency], trial.drop, trial.fittedDrop,
                  trial.noise, trial.isOnFrontier, isChosen(result, trial))
           << '"' << flags << "\"\n";
  }
}

/// JSON has no numbers that are not finite.
static nlohmann::ordered_json toJSON(double number) {
  if (!std::isfinite(number))
    return nullptr;
  return number;
}

void mlir::cnn::printTrialsAsJSON(const SearchResult &result,
                                  raw_ostream &stream) {
  nlohmann::ordered_json json;
  json["budget"] = result.budget.describe();
  json["fitted_images"] = result.fittedImages;
  json["held_out_images"] = result.heldOutImages;
  json["cut_short"] = result.isCutShort;
  if (result.measuredLatency)
    json["measured_latency"] = *result.measuredLatency;
  json["failures"] = nlohmann::json::array();
  for (const auto &[family, why] : result.failures)
    json["failures"].push_back({{"family", family}, {"reason", why}});
  json["trials"] = nlohmann::json::array();
  for (const Trial &trial : result.trials) {
    nlohmann::ordered_json row;
    row["pipeline"] = trial.name;
    for (Measure measure : measures)
      row[getName(measure).str()] = trial.costs[measure];
    row["drop"] = toJSON(trial.drop);
    row["fitted_drop"] = toJSON(trial.fittedDrop);
    row["noise"] = toJSON(trial.noise);
    row["frontier"] = trial.isOnFrontier;
    row["chosen"] = isChosen(result, trial);
    row["flags"] = trial.flags;
    json["trials"].push_back(std::move(row));
  }
  stream << json.dump() << "\n";
}

llvm::Error mlir::cnn::writeReport(const SearchResult &result, StringRef path) {
  auto print = path.ends_with(".svg")    ? plotTrials
               : path.ends_with(".json") ? printTrialsAsJSON
               : path.ends_with(".csv")  ? printTrialsAsCSV
                                         : printTrials;
  return llvm::writeToOutput(path, [&](raw_ostream &stream) {
    print(result, stream);
    return llvm::Error::success();
  });
}
