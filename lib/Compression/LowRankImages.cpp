//===- LowRankImages.cpp - What layers meet in images ---------------------===//

#include "LowRankImages.h"
#include "LowRankRemarks.h"

#include "cnnc/Calibration/Images.h"
#include "cnnc/Calibration/LayerSamples.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Error;
using llvm::Expected;

namespace {

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

  void add(const Tensor &input);

  /// Turns sums into means and covariances.
  void finish();

private:
  LowRankLayer &layer;
  int64_t counts = 0;
};

} // namespace

void Moments::add(const Tensor &input) {
  const WeightLayout &layout = layer.layer.layout;
  LayerSamples samples(layer.op, layout, input);
  ArrayRef<int64_t> positions = samples.getPositions();
  Samples rows(static_cast<Eigen::Index>(positions.size()), layout.size);
  std::vector<float> sample(layout.size);
  for (int64_t group = 0; group < layer.groups; ++group) {
    for (auto [row, position] : llvm::enumerate(positions)) {
      samples.get(position, group, sample);
      llvm::copy(sample, rows.row(static_cast<Eigen::Index>(row)).data());
    }
    layer.means[group] += rows.cast<double>().colwise().sum().transpose();
    layer.covariances[group].selfadjointView<Eigen::Lower>().rankUpdate(
        rows.transpose());
  }
  counts += static_cast<int64_t>(positions.size());
}

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
    if (layer->layer.layout.size > maxMomentSize) {
      remarkMissed(layer->op->getLoc(),
                   "images do not count, as it has more than " +
                       Twine(maxMomentSize) + " weights per output channel");
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
