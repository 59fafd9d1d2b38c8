//===- Scan.cpp - What each layer loses -----------------------------------===//

#include "Prune.h"

#include "cnnc/Calibration/LossMeter.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Error;
using llvm::Expected;

/// Shares of a part that are removed one after the other.
static constexpr double shares[] = {0.125, 0.25, 0.375, 0.5, 0.625, 0.75};

static remark::RemarkOpts getPruneRemark() {
  return remark::RemarkOpts::name("Prune").category("cnn");
}

void mlir::cnn::remarkPruned(Operation *op, const Twine &what) {
  remark::passed(op->getLoc(), getPruneRemark()) << what.str();
}

void mlir::cnn::remarkNotPruned(Operation *op, const Twine &why) {
  remark::missed(op->getLoc(), getPruneRemark()) << why.str();
}

std::string mlir::cnn::formatShare(double share) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.3g", 100 * share) << " %";
  return text;
}

LogicalResult mlir::cnn::checkNames(func::FuncOp function,
                                    ArrayRef<std::string> kept,
                                    ArrayRef<std::string> names) {
  for (const std::string &name : kept)
    if (!llvm::is_contained(names, name))
      return function.emitError()
             << "expected keep of --prune to name a layer of the network; "
                "there "
                "is no '"
             << name << "'; there are " << llvm::join(names, ", ");
  return success();
}

/// The table of `curves`: a row for each part, a column for each share.
static void printCurves(ArrayRef<LossCurve> curves, llvm::raw_ostream &stream) {
  stream << "loss in percent (power of the difference in percent) with a share "
            "of the layer removed\n";
  for (double share : shares)
    stream << llvm::format(" %15s", formatShare(share).c_str());
  stream << "  layer\n";
  for (const LossCurve &curve : curves) {
    for (const LossCurve::Point &point : ArrayRef(curve.points).drop_front())
      stream << llvm::format(" %5.1f (%7.3g)", point.drop, point.noise);
    stream << "  " << curve.name << "\n";
  }
}

static Expected<std::vector<LossCurve>>
measureParts(func::FuncOp function, const CalibrationOptions &options,
             ArrayRef<std::string> names, PrunePart prune) {
  Expected<CalibrationImages> images =
      CalibrationImages::open(function, options);
  if (!images)
    return images.takeError();
  Expected<LossMeter> meter = LossMeter::open(function, *images, options);
  if (!meter)
    return meter.takeError();
  std::vector<LossCurve> curves;
  for (auto [part, name] : llvm::enumerate(names)) {
    LossCurve curve{name, {{}}};
    for (double share : shares) {
      IRMapping mapping;
      OwningOpRef<ModuleOp> module = copyNetwork(function, mapping);
      prune(*module->getOps<func::FuncOp>().begin(), part, share);
      Expected<Loss> loss = meter->measure(*module, options);
      if (!loss)
        return loss.takeError();
      curve.points.push_back({share, loss->drop, loss->noise});
    }
    curves.push_back(std::move(curve));
  }
  return curves;
}

LogicalResult mlir::cnn::scanParts(func::FuncOp function,
                                   CompressionContext &context,
                                   ArrayRef<std::string> names, PrunePart prune,
                                   StringRef path) {
  Expected<std::vector<LossCurve>> curves =
      measureParts(function, context.calibration, names, prune);
  if (!curves)
    return function.emitError(llvm::toString(curves.takeError()));
  if (context.calibration.progress)
    context.calibration.progress->clear();
  printCurves(*curves, llvm::errs());
  Error error = llvm::writeToOutput(path, [&](llvm::raw_ostream &stream) {
    stream << writeCurves(*curves);
    return Error::success();
  });
  if (error)
    return function.emitError("scan of --prune cannot be written: ")
           << llvm::toString(std::move(error));
  return success();
}

FailureOr<std::vector<LossCurve>>
mlir::cnn::readCurves(func::FuncOp function, StringRef path,
                      ArrayRef<std::string> names) {
  auto refuse = [&](const Twine &why) {
    return function.emitError("expected curves of --prune to be a file that "
                              "its scan= wrote for this network; '")
           << path << "': " << why;
  };
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return refuse(buffer.getError().message());
  std::string error;
  std::optional<std::vector<LossCurve>> curves =
      parseCurves((*buffer)->getBuffer().str(), error);
  if (!curves)
    return refuse(error);
  std::vector<LossCurve> ordered;
  for (const std::string &name : names) {
    auto found = llvm::find_if(
        *curves, [&](const LossCurve &curve) { return curve.name == name; });
    if (found == curves->end())
      return refuse("there is no layer '" + name + "' in it");
    ordered.push_back(*found);
  }
  return ordered;
}
