//===- ImportFuzzer.cpp - Broken ONNX files, by libFuzzer -----------------===//
//
// Whatever the bytes are, importing them ends in a valid network or in exactly
// one error. What small networks become after the passes on cnn is valid, too,
// and the interpreter computes it or says why not.
//
//===----------------------------------------------------------------------===//

#include "Mutate.h"

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Import/Import.h"
#include "cnnc/Reference/Interpreter.h"
#include "cnnc/Transforms/Passes.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/DebugStringHelper.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

#include <cstdio>
#include <cstdlib>

using namespace mlir;

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

/// libFuzzer keeps inputs that count here for the first time, as it does those
/// that reach code for the first time, of which it sees little unless all
/// libraries are built for that.
__attribute__((
    used,
    section("__libfuzzer_extra_counters"))) static uint8_t outcomes[1 << 14];

namespace {

/// Counts a message, whatever names and numbers are in it, or a kind of op.
void countOutcome(StringRef text) {
  std::string words;
  bool isQuoted = false;
  for (char c : text.split(" (on ").first) {
    isQuoted ^= c == '\'';
    if (!isQuoted && !llvm::isDigit(c))
      words += c;
  }
  outcomes[llvm::xxh3_64bits(words) % std::size(outcomes)] = 1;
}

/// Counts which kinds of op work on results of which.
void countOutcomes(ModuleOp module) {
  module.walk([&](Operation *op) {
    std::string kind = op->getName().getStringRef().str();
    for (Value operand : op->getOperands())
      if (Operation *definition = operand.getDefiningOp())
        countOutcome(kind + definition->getName().getStringRef().str());
    for (Type type : op->getResultTypes())
      countOutcome(kind + debugString(getElementTypeOrSelf(type)));
  });
}

/// Ends the run as a finding.
void require(bool condition, const char *message) {
  if (condition)
    return;
  std::fprintf(stderr, "finding: %s\n", message);
  std::abort();
}

/// Few, small tensors: nothing takes long.
bool isSmall(ModuleOp module) {
  int64_t ops = 0, elements = 0;
  module.walk([&](Operation *op) {
    ++ops;
    for (Type type : op->getResultTypes())
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        elements += tensor.hasStaticShape() ? tensor.getNumElements() : 64;
  });
  return ops <= 64 && elements <= 4096;
}

/// Layers that add up many numbers for each result.
bool isCheap(func::FuncOp function) {
  int64_t work = 0;
  function.walk([&](Operation *op) {
    int64_t product = 1;
    for (Type type : op->getOperandTypes())
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        product *= tensor.hasStaticShape() ? 1 + tensor.getNumElements() : 64;
    work += op->getNumOperands() > 1 ? product : 0;
    if (isa<cnn::AvgPoolOp, cnn::MaxPoolOp>(op))
      work += 1 << 10;
  });
  return work <= 1 << 22;
}

LogicalResult runPasses(ModuleOp module) {
  PassManager manager(module.getContext());
  manager.addNestedPass<func::FuncOp>(cnn::createPromoteFloat16());
  manager.addNestedPass<func::FuncOp>(cnn::createSimplify());
  manager.addNestedPass<func::FuncOp>(cnn::createFoldBN());
  manager.addNestedPass<func::FuncOp>(cnn::createFuseResidual());
  manager.addNestedPass<func::FuncOp>(cnn::createFuseActivation());
  manager.addNestedPass<func::FuncOp>(cnn::createRewriteGroupedConv());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  return manager.run(module);
}

/// Computes the network for inputs of zeros and of a batch of 2.
void interpret(func::FuncOp function) {
  std::vector<cnn::Tensor> inputs;
  for (Type type : function.getArgumentTypes()) {
    auto tensor = cast<RankedTensorType>(type);
    SmallVector<int64_t> shape(tensor.getShape());
    for (int64_t &extent : shape)
      extent = ShapedType::isDynamic(extent) ? 2 : extent;
    auto checked = tensor.clone(shape);
    auto element = cnn::getElementType(tensor.getElementType());
    if (!element || checked.getNumElements() > 4096)
      return;
    inputs.emplace_back(*element, shape);
  }
  cnn::InterpreterOptions options;
  options.threads = 1;
  auto results = cnn::interpret(function, inputs, options);
  if (!results)
    llvm::consumeError(results.takeError());
}

void testNetwork(ModuleOp module) {
  require(succeeded(verify(module)), "the importer made an invalid network");
  if (!isSmall(module))
    return;
  auto function = *module.getOps<func::FuncOp>().begin();
  if (isCheap(function))
    interpret(function);
  if (succeeded(runPasses(module)))
    require(succeeded(verify(module)), "a pass made an invalid network");
}

/// A context with what it has uniqued is thrown away from time to time.
MLIRContext &getContext() {
  static std::unique_ptr<MLIRContext> context;
  static int uses = 0;
  if (uses++ % 500 == 0)
    context = std::make_unique<MLIRContext>(MLIRContext::Threading::DISABLED);
  return *context;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  MLIRContext &context = getContext();
  int errors = 0;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    errors += diagnostic.getSeverity() == DiagnosticSeverity::Error;
    countOutcome(diagnostic.str());
    return success();
  });
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  // Long loops take long, and do nothing new.
  cnn::ImportOptions options;
  options.maxCopiedNodes = 500;
  auto module = cnn::importONNX(
      llvm::MemoryBufferRef(bytes, "/nowhere/model.onnx"), &context, options);
  require(errors == (succeeded(module) ? 0 : 1),
          "importing did not end in a network or in one error");
  if (succeeded(module)) {
    countOutcomes(**module);
    testNetwork(**module);
  }
  return 0;
}

/// Writes `model`, or fails if it is too large.
static size_t write(const onnx::ModelProto &model, uint8_t *data,
                    size_t maxSize) {
  size_t size = model.ByteSizeLong();
  if (size > maxSize || !model.SerializeToArray(data, maxSize))
    return 0;
  return size;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned seed) {
  onnx::ModelProto model;
  if (seed % 20 == 0 || !model.ParseFromArray(data, size))
    return LLVMFuzzerMutate(data, size, maxSize);
  cnn::Mutator(seed).mutate(model);
  if (size_t written = write(model, data, maxSize))
    return written;
  return LLVMFuzzerMutate(data, size, maxSize);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t *first,
                                            size_t firstSize,
                                            const uint8_t *second,
                                            size_t secondSize, uint8_t *out,
                                            size_t maxSize, unsigned seed) {
  onnx::ModelProto model, other;
  if (!model.ParseFromArray(first, firstSize) ||
      !other.ParseFromArray(second, secondSize))
    return 0;
  cnn::Mutator(seed).cross(model, other);
  return write(model, out, maxSize);
}
