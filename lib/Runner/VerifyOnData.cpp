//===- VerifyOnData.cpp - What passes change in a network's results -------===//
//
// Networks run as they are, without the compiler's own optimisations: those
// might do what is to be checked to both.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Runner/VerifyOnData.h"

#include "cnnc/Runner/ModelFile.h"

#include "cnnc/Calibration/Drop.h"
#include "cnnc/Calibration/Images.h"
#include "cnnc/Pipeline/Passes.h"

#include "mlir/IR/OperationSupport.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

namespace {

/// The outputs of each run.
using Results = std::vector<std::vector<Tensor>>;

/// How far results are from others.
struct Distance {
  double error = 0;
  /// The share of images in the same class, if an output has classes.
  std::optional<double> agreement;
};

double getError(ArrayRef<double> expected, ArrayRef<double> actual) {
  double signal = 0, noise = 0;
  for (auto [x, y] : llvm::zip_equal(expected, actual)) {
    if (x == y || (std::isnan(x) && std::isnan(y)))
      continue;
    noise += (x - y) * (x - y);
  }
  for (double x : expected)
    signal += std::isfinite(x) ? x * x : 0;
  if (noise == 0)
    return 0;
  return signal == 0 ? std::numeric_limits<double>::infinity()
                     : std::sqrt(noise / signal);
}

/// What both networks compute in all runs, one output after the other.
Expected<Distance> getDistance(const Results &expected, const Results &actual) {
  Distance distance;
  for (size_t output = 0; output < expected[0].size(); ++output) {
    std::vector<double> x, y;
    Drop drop;
    for (auto [before, after] : llvm::zip_equal(expected, actual)) {
      if (after.size() != before.size() ||
          after[output].getShape() != before[output].getShape())
        return createStringError("the shapes of results changed");
      llvm::append_range(x, before[output].toDoubles());
      llvm::append_range(y, after[output].toDoubles());
      drop.add(before[output], after[output]);
    }
    double error = getError(x, y);
    // An error that is no number is the largest, too.
    if (!(error <= distance.error))
      distance.error = error;
    if (drop.isOfClasses() && !distance.agreement)
      distance.agreement = 100 - drop.getPercent();
  }
  return distance;
}

/// A network as it was when something happened to it.
struct State {
  OperationFingerPrint fingerPrint;
  Results results;
};

} // namespace

class DataVerification::Instrumentation : public PassInstrumentation {
public:
  Instrumentation(DataVerification &verification, llvm::raw_ostream &stream)
      : verification(verification), stream(stream) {}

  void runBeforePass(Pass *pass, Operation *op) override {
    if (!isOver && changesNetworks(pass))
      forEachNetwork(op, [&](func::FuncOp function) { start(function); });
  }

  void runAfterPass(Pass *pass, Operation *op) override {
    if (!isOver && changesNetworks(pass))
      forEachNetwork(op,
                     [&](func::FuncOp function) { check(function, *pass); });
  }

private:
  /// The results of a network at first, and after the last change.
  struct Network {
    State first, last;
  };

  /// Not so of what nests passes, and of what removes weights to print the
  /// rest.
  bool changesNetworks(Pass *pass) {
    if (pass->getArgument() == elideWeights)
      isOver = true;
    return !pass->getArgument().empty() && !isOver;
  }

  static void forEachNetwork(Operation *op,
                             llvm::function_ref<void(func::FuncOp)> visit) {
    if (auto function = dyn_cast<func::FuncOp>(op))
      visit(function);
    else if (auto module = dyn_cast<ModuleOp>(op))
      for (auto function : module.getOps<func::FuncOp>())
        visit(function);
  }

  void start(func::FuncOp function);
  void check(func::FuncOp function, Pass &pass);
  void fail(func::FuncOp function, Error error);
  Expected<Results> run(func::FuncOp function);
  Expected<Results> run(func::FuncOp function, Engine &engine);
  void print(StringRef pass, const Distance &step, const Distance &all);

  DataVerification &verification;
  llvm::raw_ostream &stream;
  std::string elideWeights = createElideWeights()->getArgument().str();
  llvm::StringMap<Network> networks;
  bool isOver = false, hasHeader = false;
};

void DataVerification::Instrumentation::start(func::FuncOp function) {
  if (function.isDeclaration() || networks.count(function.getName()))
    return;
  Expected<Results> results = run(function);
  if (!results)
    return fail(function, results.takeError());
  if (results->empty())
    return;
  State state = {OperationFingerPrint(function), std::move(*results)};
  networks.try_emplace(function.getName(), Network{state, state});
}

void DataVerification::Instrumentation::check(func::FuncOp function,
                                              Pass &pass) {
  auto known = networks.find(function.getName());
  if (isOver || known == networks.end())
    return;
  Network &network = known->second;
  OperationFingerPrint fingerPrint(function);
  if (fingerPrint == network.last.fingerPrint)
    return print(
        pass.getArgument(), {},
        cantFail(getDistance(network.first.results, network.last.results)));
  Expected<Results> results = run(function);
  if (!results)
    return fail(function, results.takeError());
  if (results->empty())
    return;
  Expected<Distance> step = getDistance(network.last.results, *results);
  if (!step)
    return fail(function, step.takeError());
  print(pass.getArgument(), *step,
        cantFail(getDistance(network.first.results, *results)));
  if (!(step->error <= allowedError) &&
      !verification.isApproximate(pass.getArgument()))
    fail(function,
         createStringError(llvm::formatv(
             "--{0} is exact up to rounding, but changes results by {1:e1} of "
             "their magnitude, more than {2:e0}",
             pass.getArgument(), step->error, allowedError)));
  network.last = {fingerPrint, std::move(*results)};
}

void DataVerification::Instrumentation::fail(func::FuncOp function,
                                             Error error) {
  isOver = true;
  verification.failed = true;
  emitError(function.getLoc())
      << "verifying on data: " << toString(std::move(error));
}

/// Nothing if the network cannot be run because it is none of `cnn` any more.
Expected<Results>
DataVerification::Instrumentation::run(func::FuncOp function) {
  IRMapping mapping;
  OwningOpRef<ModuleOp> module = copyNetwork(function, mapping);
  if (findForeign(*module, Boundary::B)) {
    isOver = true;
    stream << "(what follows is below boundary B, and not compared)\n";
    return Results();
  }
  Expected<ModelFile> copy = copyModule(*module);
  if (!copy)
    return copy.takeError();
  CompileOptions options;
  options.optimize = false;
  options.winograd = std::nullopt;
  auto shared = std::make_shared<ModelFile>(std::move(*copy));
  auto engine = verification.options.useReference
                    ? makeReferenceEngine(shared)
                    : compileModel(*shared, options);
  if (!engine)
    return engine.takeError();
  return run(function, **engine);
}

Expected<Results> DataVerification::Instrumentation::run(func::FuncOp function,
                                                         Engine &engine) {
  Results results;
  auto add = [&](ArrayRef<Tensor> inputs) -> Error {
    Expected<std::vector<Tensor>> outputs = engine.run(inputs);
    if (!outputs)
      return outputs.takeError();
    results.push_back(std::move(*outputs));
    return Error::success();
  };
  if (verification.options.images.empty()) {
    std::vector<Tensor> inputs;
    for (const TensorInfo &info : engine.getInputs())
      inputs.push_back(makeRandomTensor(info));
    if (Error error = add(inputs))
      return std::move(error);
    return results;
  }
  auto images = CalibrationImages::open(function, verification.options);
  if (!images)
    return images.takeError();
  if (Error error = images->forEachRun(
          "verifying", [&](const Tensor &input) { return add(input); }))
    return std::move(error);
  return results;
}

void DataVerification::Instrumentation::print(StringRef pass,
                                              const Distance &step,
                                              const Distance &all) {
  if (verification.options.progress)
    verification.options.progress->clear();
  if (!hasHeader)
    stream << llvm::formatv("{0,-28} {1,10} {2,12} {3,12}\n", "pass", "error",
                            "error of all", "same class");
  hasHeader = true;
  stream << llvm::formatv("{0,-28} {1,10:e1} {2,12:e1} ", pass, step.error,
                          all.error);
  if (all.agreement)
    stream << llvm::format("%10.1f %%", *all.agreement);
  else
    stream << llvm::formatv("{0,12}", "-");
  stream << "\n";
}

DataVerification::DataVerification(CalibrationOptions options,
                                   std::function<bool(StringRef)> isApproximate)
    : options(std::move(options)), isApproximate(std::move(isApproximate)) {
  if (this->options.count == 0)
    this->options.count = defaultCount;
}

void DataVerification::addTo(PassManager &manager, llvm::raw_ostream &stream) {
  manager.addInstrumentation(std::make_unique<Instrumentation>(*this, stream));
}
