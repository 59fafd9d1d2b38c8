//===- Report.cpp - Results on paper and in files -------------------------===//

#include "Report.h"
#include "cnnc/Data/TensorFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <numeric>
#include <tuple>

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createFileError;
using llvm::Error;
using llvm::StringRef;

namespace {

/// All elements lie along one dimension, and there are enough to rank.
bool isLongVector(const Tensor &tensor) {
  return tensor.getElementCount() > 5 &&
         llvm::is_contained(tensor.getShape(), tensor.getElementCount());
}

void printFirstFive(ArrayRef<double> values, llvm::raw_ostream &stream) {
  std::vector<int64_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  // Sorting wants an order, which NaN has none: it comes last.
  auto getKey = [&](int64_t index) {
    bool isNaN = std::isnan(values[index]);
    return std::tuple(isNaN, isNaN ? 0.0 : -values[index], index);
  };
  llvm::sort(order, [&](int64_t first, int64_t second) {
    return getKey(first) < getKey(second);
  });
  for (int64_t index : ArrayRef(order).take_front(5))
    stream << "  [" << index << "] " << llvm::format("%.6g", values[index])
           << '\n';
}

std::string makeFileName(StringRef name, llvm::StringSet<> &taken) {
  std::string stem;
  for (char character : name)
    stem += llvm::isAlnum(character) || StringRef("._-").contains(character)
                ? character
                : '_';
  // Not hidden, not empty, not a parent folder.
  if (stem.empty() || stem[0] == '.')
    stem.insert(0, "_");
  std::string unique = stem;
  for (int copy = 2; !taken.insert(unique).second; ++copy)
    unique = stem + "_" + std::to_string(copy);
  return unique + ".npy";
}

} // namespace

void mlir::cnn::printSummary(const TensorInfo &info, const Tensor &tensor,
                             llvm::raw_ostream &stream) {
  stream << info.name << ": " << describe(tensor);
  std::vector<double> values = tensor.toDoubles();
  auto isNaN = [](double value) { return std::isnan(value); };
  int64_t notNumbers = llvm::count_if(values, isNaN);
  std::vector<double> numbers = values;
  llvm::erase_if(numbers, isNaN);
  if (!numbers.empty()) {
    auto [smallest, largest] =
        std::minmax_element(numbers.begin(), numbers.end());
    double sum = std::accumulate(numbers.begin(), numbers.end(), 0.0);
    stream << llvm::format("  min %.6g  max %.6g  mean %.6g", *smallest,
                           *largest, sum / numbers.size());
  }
  if (notNumbers)
    stream << "  NaN " << notNumbers;
  stream << '\n';
  if (isLongVector(tensor))
    printFirstFive(values, stream);
}

Error mlir::cnn::writeOutputs(ArrayRef<TensorInfo> infos,
                              ArrayRef<Tensor> outputs, StringRef directory,
                              llvm::raw_ostream &stream) {
  if (std::error_code code = llvm::sys::fs::create_directories(directory))
    return createFileError(directory, code);
  llvm::StringSet<> taken;
  for (const auto &[info, output] : llvm::zip_equal(infos, outputs)) {
    const Tensor &tensor = output;
    llvm::SmallString<128> path(directory);
    llvm::sys::path::append(path, makeFileName(info.name, taken));
    Error error =
        llvm::writeToOutput(path, [&](llvm::raw_ostream &file) -> Error {
          printNpy(tensor, file);
          return Error::success();
        });
    if (error)
      return createFileError(path, std::move(error));
    stream << path << ": " << describe(tensor) << '\n';
  }
  return Error::success();
}
