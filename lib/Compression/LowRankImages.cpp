//===- LowRankImages.cpp - What layers meet in images ---------------------===//

#include "LowRankImages.h"
#include "LowRankRemarks.h"

#include "cnnc/Calibration/Images.h"
#include "cnnc/Calibration/Patches.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Error;
using llvm::Expected;

namespace {

/// Covariances of more numbers, 85 MB each, are not made.
constexpr int64_t maxSize = 4608;

/// Of the positions of a layer in one run so many are used, evenly spaced.
constexpr int64_t maxPositions = 64;

/// A row for each position.
using Samples =
    Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// First and second moments of the inputs of a layer's groups.
class Moments {
public:
  explicit Moments(LowRankLayer &layer) : layer(layer) {
    int64_t size = layer.layer.layout.size;
    layer.means.assign(layer.groups, Vector::Zero(size));
    layer.covariances.assign(layer.groups, Eigen::MatrixXf::Zero(size, size));
  }

  void add(const Tensor &input) {
    if (auto conv = dyn_cast<ConvOp>(layer.op))
      return addPatches(Patches(conv, input));
    ArrayRef<float> values = input.get<float>();
    int64_t size = layer.layer.layout.size;
    addSamples(values.size() / size, [&](int64_t row, float *sample) {
      llvm::copy(values.slice(row * size, size), sample);
    });
  }

  /// Turns sums into means and covariances.
  void finish();

private:
  void addPatches(const Patches &patches) {
    std::vector<float> patch(layer.layer.layout.size);
    for (int64_t group = 0; group < layer.groups; ++group)
      addSamples(
          patches.getCount(),
          [&](int64_t position, float *sample) {
            patches.get(position, group * layer.shape.inputs, patch);
            llvm::copy(patch, sample);
          },
          group);
  }

  void addSamples(int64_t count,
                  llvm::function_ref<void(int64_t, float *)> read,
                  int64_t group = 0) {
    int64_t rows = std::min(count, maxPositions);
    Samples samples(rows, layer.layer.layout.size);
    for (int64_t i = 0; i < rows; ++i)
      read((2 * i + 1) * count / (2 * rows), samples.row(i).data());
    layer.means[group] += samples.cast<double>().colwise().sum().transpose();
    layer.covariances[group].selfadjointView<Eigen::Lower>().rankUpdate(
        samples.transpose());
    counts += group == 0 ? rows : 0;
  }

  LowRankLayer &layer;
  int64_t counts = 0;
};

} // namespace

void Moments::finish() {
  for (auto [mean, covariance] :
       llvm::zip_equal(layer.means, layer.covariances)) {
    mean /= static_cast<double>(counts);
    Eigen::MatrixXf full = covariance.selfadjointView<Eigen::Lower>();
    full /= static_cast<float>(counts);
    if (layer.hasBias())
      full -= (mean * mean.transpose()).cast<float>();
    shrinkCovariance(full, counts);
    covariance = std::move(full);
  }
}

Error mlir::cnn::observeInputs(func::FuncOp function,
                               const CalibrationOptions &options,
                               ArrayRef<LowRankLayer *> layers) {
  Expected<CalibrationImages> images =
      CalibrationImages::open(function, options);
  if (!images)
    return images.takeError();
  std::vector<std::pair<Value, Moments>> observed;
  SmallVector<Value> inputs;
  IRMapping mapping;
  OwningOpRef<ModuleOp> module = copyNetwork(function, mapping);
  for (LowRankLayer *layer : layers) {
    if (layer->layer.layout.size > maxSize) {
      remarkMissed(layer->op->getLoc(),
                   "images do not count, as it has more than " +
                       Twine(maxSize) + " weights per output channel");
      continue;
    }
    observed.emplace_back(layer->getInput(), Moments(*layer));
    if (!isa<BlockArgument>(layer->getInput()))
      inputs.push_back(mapping.lookup(layer->getInput()));
  }
  setResults(*module, inputs);
  Expected<RunFunction> run = loadNetwork(*module, options);
  if (!run)
    return run.takeError();
  Error error =
      images->forEachRun("observing layers", [&](const Tensor &image) -> Error {
        Expected<std::vector<Tensor>> tensors = (*run)(image);
        if (!tensors)
          return tensors.takeError();
        const Tensor *next = tensors->data();
        for (auto &[value, moments] : observed)
          moments.add(isa<BlockArgument>(value) ? image : *next++);
        return Error::success();
      });
  if (error)
    return error;
  for (auto &[value, moments] : observed)
    moments.finish();
  return Error::success();
}
