//===- Plan.cpp - What is computed in integers ----------------------------===//
//
// Layers with constant weights are. What lies between them is, too, if only
// layers need its result; what the outputs need stays in float.
//
//===----------------------------------------------------------------------===//

#include "Plan.h"
#include "Remarks.h"

#include "cnnc/Support/Weights.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Expected;

//===----------------------------------------------------------------------===//
// Roles
//===----------------------------------------------------------------------===//

static bool isFloat32(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType().isF32();
}

namespace {

/// What an op can do with integers.
enum class Role {
  /// Nothing.
  Float,
  /// Sums of products.
  Layer,
  /// Computes new integers from integers.
  Map,
  /// Only moves or compares them.
  Carrier
};

Role getRole(Operation *op) {
  if (op->getNumResults() != 1 || op->getNumOperands() == 0 ||
      !llvm::all_of(op->getOperands(), isFloat32) ||
      !isFloat32(op->getResult(0)))
    return Role::Float;
  StringRef why;
  if (getLayer(op, why))
    return Role::Layer;
  auto isVariable = [](Value value) { return !getConstant(value); };
  return llvm::TypeSwitch<Operation *, Role>(op)
      .Case<MaxPoolOp, ReshapeOp, TransposeOp, SliceOp, ExpandOp,
            DepthToSpaceOp, SpaceToDepthOp>([&](Operation *carrier) {
        return isVariable(carrier->getOperand(0)) ? Role::Carrier : Role::Float;
      })
      .Case([&](UnaryOp unary) {
        return isVariable(unary.getInput()) ? Role::Map : Role::Float;
      })
      .Case([&](BinaryOp binary) {
        bool isArithmetic = binary.getKind() == BinaryKind::add ||
                            binary.getKind() == BinaryKind::sub ||
                            binary.getKind() == BinaryKind::mul;
        return isArithmetic && llvm::any_of(op->getOperands(), isVariable)
                   ? Role::Map
                   : Role::Float;
      })
      .Case([](ReduceOp reduce) {
        if (reduce.getKind() == ReduceKind::max ||
            reduce.getKind() == ReduceKind::min)
          return Role::Carrier;
        auto input = cast<RankedTensorType>(reduce.getInput().getType());
        bool isStatic = llvm::none_of(reduce.getAxes(), [&](int64_t axis) {
          return input.isDynamicDim(axis);
        });
        return reduce.getKind() == ReduceKind::mean && isStatic ? Role::Map
                                                                : Role::Float;
      })
      .Case([](AvgPoolOp pool) {
        return pool.getCeil() ? Role::Float : Role::Map;
      })
      .Case([&](ConcatOp concat) {
        return llvm::all_of(concat.getInputs(), isVariable) ? Role::Map
                                                            : Role::Float;
      })
      .Default(Role::Float);
}

/// The function behind `op` that limits of integers can replace, or null.
UnaryOp findLimit(Operation *op) {
  if (!op->getResult(0).hasOneUse())
    return {};
  auto unary = dyn_cast<UnaryOp>(*op->getResult(0).user_begin());
  bool isLimit =
      unary && (unary.getFunction().getKind() == FunctionKind::relu ||
                unary.getFunction().getKind() == FunctionKind::clip);
  return isLimit ? unary : UnaryOp();
}

/// `op` computes in floats between bytes, with a constant: a scale or a shift.
bool isScaling(Operation *op) {
  return isa<BinaryOp>(op) && getRole(op) == Role::Map &&
         llvm::any_of(op->getOperands(),
                      [](Value value) { return bool(getConstant(value)); });
}

/// A limit behind a layer in float stays there, too: it is of no use to round
/// what it takes away.
void keepLimits(FloatLayers &kept) {
  for (Operation *op : llvm::to_vector(llvm::make_first_range(kept)))
    if (getRole(op) == Role::Layer)
      if (UnaryOp limit = findLimit(op))
        kept.insert({limit, "the layer before it is in float"});
}

/// The names in a location.
void collectNames(Location location, SmallVectorImpl<StringRef> &names) {
  if (auto name = dyn_cast<NameLoc>(location))
    names.push_back(name.getName());
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      collectNames(part, names);
}

constexpr const char *keptByName = "it is to stay in float";

/// The ops that the options name.
Expected<FloatLayers> findKept(func::FuncOp function,
                               const QuantizationOptions &options) {
  FloatLayers kept;
  for (const std::string &name : options.keptInFloat) {
    bool found = false;
    for (Operation &op : function.front()) {
      SmallVector<StringRef> names;
      collectNames(op.getLoc(), names);
      if (!llvm::is_contained(names, name))
        continue;
      kept[&op] = keptByName;
      found = true;
    }
    if (!found)
      return llvm::createStringError("expected keep of --quantize to name a "
                                     "layer of the network; there is no '" +
                                     name + "'");
  }
  return kept;
}

/// Layers that no layer comes before, if `first`, or behind.
DenseSet<Operation *> findOuterLayers(func::FuncOp function, bool first) {
  DenseSet<Operation *> outer;
  DenseSet<Value> beyond;
  auto visit = [&](Operation &op) {
    auto from = first ? ValueRange(op.getOperands()) : op.getResults();
    auto to = first ? ValueRange(op.getResults()) : op.getOperands();
    bool isBeyond =
        llvm::any_of(from, [&](Value value) { return beyond.contains(value); });
    bool isLayer = getRole(&op) == Role::Layer;
    if (isLayer && !isBeyond)
      outer.insert(&op);
    if (isLayer || isBeyond)
      beyond.insert(to.begin(), to.end());
  };
  Block &body = function.front();
  if (first)
    llvm::for_each(body, visit);
  else
    llvm::for_each(llvm::reverse(body), visit);
  return outer;
}

} // namespace

//===----------------------------------------------------------------------===//
// The plan
//===----------------------------------------------------------------------===//

Expected<Plan> Plan::make(func::FuncOp function,
                          const QuantizationOptions &options,
                          const FloatLayers &floatLayers) {
  Expected<FloatLayers> kept = findKept(function, options);
  if (!kept)
    return kept.takeError();
  auto keepOuter = [&](bool first) {
    for (Operation *op : findOuterLayers(function, first))
      (*kept)[op] = keptByName;
  };
  if (options.firstInFloat)
    keepOuter(/*first=*/true);
  if (options.lastInFloat)
    keepOuter(/*first=*/false);
  for (const auto &[op, why] : floatLayers)
    (*kept)[op] = why;
  keepLimits(*kept);
  Plan plan(options);
  plan.chooseOps(function, *kept);
  if (plan.tensors.empty())
    return llvm::createStringError(
        "the network has no layer that can be quantized; expected a conv, gemm "
        "or matmul of float32 with constant weights");
  plan.shareParameters();
  return plan;
}

/// Some op takes `value` as integers.
void Plan::want(Value value) {
  if (!getConstant(value) && wanted.insert(value).second)
    tensors.push_back(value);
}

/// The same of the operands of `op`. Scales and shifts in a row are computed in
/// floats, without rounding in between.
void Plan::wantOperands(Operation *op, const FloatLayers &kept) {
  for (Value value : op->getOperands()) {
    Operation *source = value.getDefiningOp();
    bool isInner = source && isa<BinaryOp>(op) && value.hasOneUse() &&
                   !kept.contains(source) && isScaling(source);
    if (isInner)
      innerOps.insert(source);
    else
      want(value);
  }
}

/// Lets the op before `unary`, if it is one with limits, replace it.
bool Plan::absorb(UnaryOp unary, const FloatLayers &kept) {
  Operation *source = unary.getInput().getDefiningOp();
  if (!source || kept.contains(source) || kept.contains(unary) ||
      findLimit(source) != unary)
    return false;
  Role role = getRole(source);
  bool isSum =
      isa<BinaryOp>(source) && role == Role::Map && isWanted(unary.getOutput());
  if (role != Role::Layer && !isSum)
    return false;
  absorbed[source] = unary;
  return true;
}

void Plan::chooseOps(func::FuncOp function, const FloatLayers &kept) {
  for (Operation &op : llvm::reverse(function.front())) {
    if (auto unary = dyn_cast<UnaryOp>(op); unary && absorb(unary, kept))
      continue;
    Role role = getRole(&op);
    if (kept.contains(&op)) {
      if (role != Role::Float)
        remarkMissed(&op, kept.lookup(&op));
      continue;
    }
    StringRef why;
    if (role == Role::Float && !getLayer(&op, why) && !why.empty())
      remarkMissed(&op, why);
    if (isa<BatchNormOp>(op))
      remarkMissed(&op, "a batch norm that --fold-bn has not folded");
    if (role == Role::Layer) {
      integerOps.insert(&op);
      want(op.getOperand(0));
    } else if (innerOps.contains(&op)) {
      wantOperands(&op, kept);
    } else if (role != Role::Float && isWanted(getTarget(&op))) {
      integerOps.insert(&op);
      wantOperands(&op, kept);
    }
  }
}

bool Plan::isCarrier(Operation *op) const {
  return isInteger(op) && getRole(op) == Role::Carrier;
}

/// The integers of `part`, an operand of a concat, can be made as the result's
/// are: only the concat needs them, and they are rounded in any case.
bool Plan::canShareWith(Value part) const {
  while (part.hasOneUse()) {
    Operation *op = part.getDefiningOp();
    if (!op)
      return false;
    if (auto unary = dyn_cast<UnaryOp>(op); unary && isAbsorbed(unary))
      op = unary.getInput().getDefiningOp();
    if (!isInteger(op))
      return false;
    if (!isCarrier(op))
      return true;
    part = op->getOperand(0);
  }
  return false;
}

void Plan::shareParameters() {
  for (Value value : tensors)
    groups.insert(value);
  // From inputs to outputs, as carriers and parts follow their sources.
  for (Value value : llvm::reverse(tensors)) {
    Operation *op = value.getDefiningOp();
    if (!op || !isInteger(op))
      continue;
    if (isCarrier(op))
      groups.unionSets(value, op->getOperand(0));
    if (isa<ConcatOp>(op))
      for (Value part : op->getOperands())
        if (canShareWith(part))
          groups.unionSets(value, part);
  }
}

void Plan::setStatistics(const Statistics &statistics) {
  NumberFormat format = cnn::getFormat(options.activations);
  ranges.clear();
  largest.clear();
  for (Value value : tensors) {
    NumberRange range =
        statistics.at(value).observer.getRange(format, options.range);
    NumberRange &joined = ranges[groups.getLeaderValue(value)];
    joined = joined.join(range);
  }
  deriveParameters();
}

void Plan::deriveParameters() {
  for (Value value : tensors)
    parameters[value] = cnn::getParameters(
        ranges.lookup(groups.getLeaderValue(value)), getFormat(value));
}

NumberFormat Plan::getFormat(Value value) const {
  auto found = largest.find(groups.getLeaderValue(value));
  if (found == largest.end())
    return cnn::getFormat(options.activations);
  return {-found->second, found->second, /*isSymmetric=*/true};
}

void Plan::setLargest(Value value, int64_t number) {
  largest[groups.getLeaderValue(value)] = number;
  deriveParameters();
}
