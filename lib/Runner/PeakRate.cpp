//===- PeakRate.cpp - What this machine could compute at best -------------===//
//
// A loop of independent fused multiply-adds on vectors, written at boundary E
// and compiled like any network: the peak of what our compiler may use.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Pipeline/Registration.h"
#include "cnnc/Runner/Profile.h"

#include "LoadModel.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FormatVariadic.h"

#include <chrono>
#include <thread>

using namespace mlir::cnn;
using llvm::Expected;
using Clock = std::chrono::steady_clock;

namespace {

/// More than latency times throughput of any processor we know, and few enough
/// to stay in registers with the two constants.
int64_t getAccumulators(const Machine &machine) {
  return machine.vectorRegisters >= 32 ? 20 : 12;
}

constexpr int64_t iterations = 1 << 18;

/// sums[k] = sums[k] * factor + 1, for each k and many times.
std::string writeLoop(const Machine &machine) {
  int64_t count = getAccumulators(machine), lanes = machine.getLanes();
  std::string vector = llvm::formatv("vector<{0}xf32>", lanes);
  std::string starts, carried, types, body, results, total;
  for (int64_t k = 0; k != count; ++k) {
    const char *comma = k ? ", " : "";
    starts += llvm::formatv("  %s{0} = arith.constant dense<{0}.0> : {1}\n", k,
                            vector);
    carried += llvm::formatv("{0}%a{1} = %s{1}", comma, k);
    types += comma + vector;
    body += llvm::formatv("    %n{0} = vector.fma %a{0}, %factor, %one : {1}\n",
                          k, vector);
    results += llvm::formatv("{0}%n{1}", comma, k);
    if (k)
      total += llvm::formatv(
          "  %t{0} = arith.addf {1}, %r#{0} : {2}\n", k,
          k == 1 ? "%r#0" : llvm::formatv("%t{0}", k - 1).str(), vector);
  }
  std::string output = llvm::formatv("memref<{0}xf32>", lanes);
  return llvm::formatv(
      "func.func @peak(%out: {0}, %weights: memref<0xi8>, "
      "%arena: memref<0xi8>) attributes {{cnn.arena_size = 0 : i64, "
      "cnn.inputs = [], cnn.outputs = [{{name = \"sum\", "
      "type = tensor<{1}xf32>}]} {{\n"
      "  %first = arith.constant 0 : index\n"
      "  %last = arith.constant {2} : index\n"
      "  %step = arith.constant 1 : index\n"
      "  %factor = arith.constant dense<0.5> : {3}\n"
      "  %one = arith.constant dense<1.0> : {3}\n"
      "{4}"
      "  %r:{5} = scf.for %i = %first to %last step %step "
      "iter_args({6}) -> ({7}) {{\n"
      "{8}"
      "    scf.yield {9} : {7}\n"
      "  }\n"
      "{10}"
      "  vector.store %t{11}, %out[%first] : {0}, {3}\n"
      "  return\n"
      "}\n",
      output, lanes, iterations, vector, starts, count, carried, types, body,
      results, total, count - 1);
}

Expected<std::unique_ptr<Engine>> compileLoop(const Machine &machine) {
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  return loadCompiled(&context, [&]() -> Expected<NativeModule> {
    auto module =
        mlir::parseSourceString<mlir::ModuleOp>(writeLoop(machine), &context);
    if (!module)
      return llvm::createStringError("the loop of the peak was not read");
    machine.setOn(*module);
    CompileOptions options;
    options.machine = machine;
    mlir::PassManager manager(&context, mlir::ModuleOp::getOperationName());
    buildLLVMPipeline(manager, options);
    if (failed(manager.run(*module)))
      return llvm::createStringError("the loop of the peak was not compiled");
    return NativeModule::create(*module);
  });
}

/// Seconds that all threads together need for the loop.
double timeOnce(Engine &loop, int64_t threads) {
  std::vector<std::vector<Tensor>> outputs(threads);
  auto work = [&](int64_t thread) {
    // It has no inputs and no way to fail.
    llvm::cantFail(loop.runInto({}, outputs[thread]));
  };
  Clock::time_point start = Clock::now();
  std::vector<std::thread> others;
  for (int64_t thread = 1; thread < threads; ++thread)
    others.emplace_back(work, thread);
  work(0);
  for (std::thread &other : others)
    other.join();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

} // namespace

Expected<double> mlir::cnn::measurePeakRate(int64_t threads) {
  Machine machine = Machine::getHost();
  Expected<std::unique_ptr<Engine>> loop = compileLoop(machine);
  if (!loop)
    return loop.takeError();
  double operations = 2.0 * machine.getLanes() * getAccumulators(machine) *
                      iterations * threads;
  double rate = 0;
  Clock::time_point start = Clock::now();
  do
    rate = std::max(rate, operations / timeOnce(**loop, threads));
  while (Clock::now() - start < std::chrono::milliseconds(100));
  return rate;
}
