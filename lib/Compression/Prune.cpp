//===- Prune.cpp - Remove what matters least ------------------------------===//

#include "Prune.h"

#include "cnnc/Compression/Passes.h"
#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/Machine.h"

#include "llvm/ADT/StringExtras.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_PRUNE
#include "cnnc/Compression/Passes.h.inc"

namespace {

struct Prune : impl::PruneBase<Prune> {
  explicit Prune(SharedCompressionContext context)
      : context(std::move(context)) {}

  void runOnOperation() override {
    FailureOr<PruningOptions> options = getOptions();
    if (failed(options))
      return signalPassFailure();
    if (options->scan.empty())
      context->keepOriginal(getOperation());
    auto prune = what == PrunedPart::weights ? pruneWeights : pruneChannels;
    if (failed(prune(getOperation(), *options, *context)))
      signalPassFailure();
  }

private:
  FailureOr<PruningOptions> getOptions();
  LogicalResult checkShares();
  LogicalResult checkUses();
  LogicalResult parsePattern(PruningOptions &options);

  InFlightDiagnostic refuse() {
    return getOperation().emitError() << "--prune expects ";
  }

  SharedCompressionContext context;
};

LogicalResult Prune::checkShares() {
  if (!(sparsity >= 0 && sparsity < 1))
    return refuse() << "sparsity to be a share from 0 to less than 1, such as "
                       "0.5; got "
                    << sparsity.getValue();
  for (auto [name, share] :
       {std::pair("macs", macs.getValue()), {"params", parameters.getValue()}})
    if (!(share >= 0 && share <= 1))
      return refuse() << name << " to be the share that is left, from 0 to 1, "
                      << "such as 0.75; got " << share;
  if (macs > 0 && parameters > 0)
    return refuse() << "one budget, macs or params; got both";
  if (multiple < 1)
    return refuse() << "multiple to be a number of channels, such as 8; got "
                    << multiple.getValue();
  return success();
}

LogicalResult Prune::checkUses() {
  bool isBudget = macs > 0 || parameters > 0;
  if (what == PrunedPart::channels && pattern != "any")
    return refuse() << "what=weights for pattern=" << pattern.getValue()
                    << "; channels have none";
  if (what == PrunedPart::weights &&
      (multiple > 1 || zero || score != ChannelScore::l1))
    return refuse() << "what=channels for score, multiple and zero";
  if (!curves.empty() && !isBudget && scope == PruneScope::layer)
    return refuse() << "macs, params or scope=global beside curves, which say "
                       "how much each layer gives";
  bool needsImages = !scan.empty() || score == ChannelScore::activation ||
                     score == ChannelScore::reconstruction;
  if (needsImages && context->calibration.images.empty())
    return refuse()
           << "--calibration, a folder of pictures, an .npz or an .npy "
              "file, for "
           << (scan.empty() ? "this score" : "scan");
  return success();
}

LogicalResult Prune::parsePattern(PruningOptions &options) {
  StringRef text = pattern;
  auto [first, second] = text.split(':');
  KeptPattern kept;
  if (text == "any")
    return success();
  if (!first.getAsInteger(10, kept.kept) && !second.getAsInteger(10, kept.of) &&
      kept.kept > 0 && kept.kept < kept.of) {
    options.pattern = kept;
    if (macs > 0 || parameters > 0 || scope == PruneScope::global ||
        sparsity != 0.5)
      return refuse() << "no sparsity, scope or budget beside pattern=" << text
                      << ", which says how many weights stay";
    return success();
  }
  if (text == "block") {
    auto machine = Machine::get(getOperation()->getParentOfType<ModuleOp>());
    if (!machine)
      return getOperation().emitError(llvm::toString(machine.takeError()));
    options.block = machine->getLanes();
    return success();
  }
  if (first == "block" && !second.getAsInteger(10, options.block) &&
      options.block > 1)
    return success();
  return refuse() << "pattern to be any, N:M with N less than M such as 2:4, "
                     "block or block:L; got '"
                  << text << "'";
}

FailureOr<PruningOptions> Prune::getOptions() {
  PruningOptions options;
  if (failed(checkShares()) || failed(checkUses()) ||
      failed(parsePattern(options)))
    return failure();
  options.what = what;
  options.sparsity = sparsity;
  options.scope = scope;
  if (macs > 0)
    options.macs = macs;
  if (parameters > 0)
    options.parameters = parameters;
  options.score = score;
  options.multiple = multiple;
  options.kept.assign(keep.begin(), keep.end());
  options.scan = scan;
  options.curves = curves;
  options.zeroes = zero;
  return options;
}

} // namespace

std::unique_ptr<Pass> createPrune(SharedCompressionContext context) {
  return std::make_unique<Prune>(std::move(context));
}

} // namespace mlir::cnn
