//===- Drop.cpp - How much a network loses --------------------------------===//

#include "cnnc/Calibration/Drop.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <limits>

using namespace mlir::cnn;
using llvm::ArrayRef;

/// [N, K] with K > 1, besides extents of 1.
static bool isClassVector(ArrayRef<int64_t> shape) {
  return shape.size() >= 2 &&
         llvm::count_if(shape.drop_front(),
                        [](int64_t extent) { return extent > 1; }) == 1;
}

void Drop::add(const Tensor &expected, const Tensor &actual) {
  std::vector<double> x = expected.toDoubles(), y = actual.toDoubles();
  ArrayRef<int64_t> shape = expected.getShape();
  hasClasses = isClassVector(shape);
  if (hasClasses) {
    size_t classes = x.size() / shape[0];
    for (int64_t image = 0; image < shape[0]; ++image)
      addClasses(ArrayRef(x).slice(image * classes, classes),
                 ArrayRef(y).slice(image * classes, classes));
  }
  for (auto [a, b] : llvm::zip_equal(x, y)) {
    signal += a * a;
    noise += (b - a) * (b - a);
  }
}

void Drop::addClasses(ArrayRef<double> expected, ArrayRef<double> actual) {
  auto findLargest = [](ArrayRef<double> numbers) {
    return llvm::max_element(numbers) - numbers.begin();
  };
  images += 1;
  others += findLargest(expected) == findLargest(actual) ? 0 : 1;
}

double Drop::getPercent() const {
  if (hasClasses)
    return 100 * others / images;
  return getNoisePercent();
}

double Drop::getNoisePercent() const {
  return noise == 0 ? 0 : 100 * noise / signal;
}

double mlir::cnn::getDecibels(double signal, double noise) {
  if (noise == 0)
    return std::numeric_limits<double>::infinity();
  return 10 * std::log10(signal / noise);
}
