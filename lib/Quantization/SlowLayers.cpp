//===- SlowLayers.cpp - What integers would make slower -------------------===//
//
// A layer by itself is not what counts: between floats and integers are
// conversions. Which ops are of which kind, such that the sum of all estimates
// is the least, is a minimum cut.
//
//===----------------------------------------------------------------------===//

#include "SlowLayers.h"
#include "LayerTimes.h"

#include "cnnc/Support/MinimumCut.h"
#include "cnnc/Support/Weights.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::cnn;

/// Floats have to be this much faster: they also take more memory.
static constexpr double leastGain = 1.1;

namespace {

class SlowLayerFinder {
public:
  SlowLayerFinder(func::FuncOp function, const Plan &plan,
                  const Machine &machine, int64_t mostWeight)
      : plan(plan), estimator(function, machine, mostWeight) {
    for (Operation &op : function.front())
      if (plan.isInteger(&op)) {
        nodes[plan.getTarget(&op)] = ops.size();
        ops.push_back(&op);
      }
    conversions.resize(ops.size());
  }

  FloatLayers find();

private:
  void addOperands(KindGraph &graph, size_t node);
  void addFloatUsers(KindGraph &graph, size_t node);
  double estimateReading(Operation *producer, Value value) const;
  std::string describe(size_t node) const;

  const Plan &plan;
  LayerEstimator estimator;
  SmallVector<Operation *> ops;
  llvm::DenseMap<Value, size_t> nodes;
  std::vector<LayerTimes> times;
  /// What converting all that an op reads and writes would take.
  std::vector<double> conversions;
};

/// What it costs that an op reads as floats what `producer` computes in
/// integers: a layer stores either.
double SlowLayerFinder::estimateReading(Operation *producer,
                                        Value value) const {
  StringRef why;
  constexpr double partOfStores = 0.25;
  double conversion = estimator.estimateConversion(value);
  return getLayer(producer, why) ? partOfStores * conversion : conversion;
}

/// Costs of operands of another kind than the op.
void SlowLayerFinder::addOperands(KindGraph &graph, size_t node) {
  for (Value value : ops[node]->getOperands()) {
    if (getConstant(value))
      continue;
    double conversion = estimator.estimateConversion(value);
    conversions[node] += conversion;
    auto found = nodes.find(value);
    if (found == nodes.end()) {
      graph.addCost(node, conversion, 0);
      continue;
    }
    size_t source = found->second;
    graph.addEdge(node, source, conversion);
    graph.addEdge(source, node, estimateReading(ops[source], value));
    conversions[source] += conversion;
  }
}

/// Costs of what floats need in any case.
void SlowLayerFinder::addFloatUsers(KindGraph &graph, size_t node) {
  Value target = plan.getTarget(ops[node]);
  bool isRead = llvm::any_of(target.getUsers(), [&](Operation *user) {
    return !plan.isInteger(user);
  });
  if (isRead)
    graph.addCost(node, estimateReading(ops[node], target), 0);
}

std::string SlowLayerFinder::describe(size_t node) const {
  constexpr double thousand = 1000;
  auto [integers, floats] = times[node];
  std::string text = llvm::formatv(
      "it stays in float: estimated at {0:F1} thousand cycles in integers and "
      "at {1:F1} in floats",
      integers / thousand, floats / thousand);
  if (integers <= floats)
    text += llvm::formatv(", but at {0:F1} for conversions to and from bytes",
                          conversions[node] / thousand);
  return text;
}

FloatLayers SlowLayerFinder::find() {
  KindGraph graph(ops.size());
  for (auto [node, op] : llvm::enumerate(ops)) {
    times.push_back(estimator.estimate(op));
    graph.addCost(node, times[node].integers, leastGain * times[node].floats);
    addOperands(graph, node);
    addFloatUsers(graph, node);
  }
  // What lies between layers follows them.
  FloatLayers slow;
  StringRef why;
  for (auto [node, isFloat] : llvm::enumerate(graph.findCheapest()))
    if (isFloat && getLayer(ops[node], why))
      slow[ops[node]] = describe(node);
  return slow;
}

} // namespace

FloatLayers mlir::cnn::findSlowLayers(func::FuncOp function, const Plan &plan,
                                      const Machine &machine,
                                      const QuantizationOptions &options) {
  return SlowLayerFinder(function, plan, machine, getLargestWeight(options))
      .find();
}
