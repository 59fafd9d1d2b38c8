//===- ExplainLayers.cpp - What the compiler makes of layers --------------===//
//
// Layers are followed through the compiler by locations of their own: whatever
// passes make of a layer carries them, and remarks do.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Pipeline/ExplainLayers.h"

#include "LayerRemarks.h"

#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Support/ModelInterface.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "llvm/ADT/StringExtras.h"

namespace mlir::cnn {
namespace {

/// Gives the ops of each layer of a copy of `module` a location of its own,
/// behind the name of the layer.
OwningOpRef<ModuleOp> copyWithMarks(ModuleOp module,
                                    const NetworkFigures &figures,
                                    LayerMarks &marks) {
  IRMapping mapping;
  OwningOpRef<ModuleOp> copy = cast<ModuleOp>(module->clone(mapping));
  for (auto [index, layer] : llvm::enumerate(figures.layers)) {
    Location mark = marks.add(layer.layer, module.getContext());
    for (Operation *op : layer.ops)
      mapping.lookup(op)->setLoc(mark);
  }
  return copy;
}

/// The op does something, or will: constants, and memory that it is to be
/// written to, are no trace of a layer.
bool isWork(Operation *op) {
  return isa<CNNDialect, kernel::KernelDialect, linalg::LinalgDialect>(
             op->getDialect()) ||
         isa<memref::CopyOp>(op) || isa<ViewLikeOpInterface>(op) ||
         (op->getDialect()->getNamespace() == "tensor" &&
          op->getNumOperands() > 0);
}

/// After which pass nothing is left of a layer.
class LastTraces : public PassInstrumentation {
public:
  LastTraces(const LayerMarks &marks, std::vector<std::string> &endings)
      : marks(marks), endings(endings) {}

  void runAfterPass(Pass *pass, Operation *root) override {
    // Passes of passes are over before they are; what has no argument is one.
    StringRef name = pass->getArgument();
    if (name.empty())
      return;
    llvm::BitVector left(endings.size());
    root->walk([&](Operation *op) {
      if (isWork(op))
        for (size_t index : marks.find(op->getLoc()))
          left.set(index);
    });
    for (auto [index, ending] : llvm::enumerate(endings))
      if (left.test(index))
        ending.clear();
      else if (ending.empty())
        ending = name.str();
  }

private:
  const LayerMarks &marks;
  std::vector<std::string> &endings;
};

/// Where layers are when kernels are known but not yet functions.
struct Places {
  /// The layer whose kernel computes it as well.
  llvm::DenseMap<size_t, size_t> hosts;
  /// Something of the layer is another way to see a buffer.
  llvm::BitVector views;
};

Places findPlaces(Block &entry, const LayerMarks &marks, size_t layers) {
  Places places;
  places.views.resize(layers);
  for (Operation &op : entry) {
    SmallVector<size_t> own = marks.find(op.getLoc());
    if (own.empty())
      continue;
    if (isa<ViewLikeOpInterface>(op)) {
      places.views.set(own.front());
      continue;
    }
    op.walk([&](Operation *inner) {
      for (size_t index : marks.find(inner->getLoc()))
        if (index != own.front())
          places.hosts.try_emplace(index, own.front());
    });
  }
  return places;
}

/// The kernels of each layer, and what all of them need.
struct Kernels {
  std::vector<SmallVector<KernelInfo, 1>> ofLayers;
  int64_t arenaBytes = 0;
};

Kernels collectKernels(ModuleOp module, const LayerMarks &marks,
                       size_t layers) {
  Kernels kernels;
  kernels.ofLayers.resize(layers);
  module.walk([&](func::FuncOp function) {
    if (auto size = function->getAttrOfType<IntegerAttr>(interface::arenaSize))
      kernels.arenaBytes = size.getInt();
    function.walk([&](func::CallOp call) {
      auto info = KernelInfo::get(call->getAttr(interface::kernel));
      SmallVector<size_t> own = marks.find(call.getLoc());
      if (info && !own.empty())
        kernels.ofLayers[own.front()].push_back(*info);
    });
  });
  return kernels;
}

/// "direct_conv 3x3 C64 + pack": what takes longest first, equal ones counted.
std::string describe(ArrayRef<KernelInfo> kernels) {
  struct Group {
    std::string text;
    int64_t count = 0, work = 0;
  };
  SmallVector<Group> groups;
  for (const KernelInfo &info : kernels) {
    std::string text =
        info.kernel + (info.detail.empty() ? "" : " ") + info.detail;
    auto *group =
        llvm::find_if(groups, [&](Group &it) { return it.text == text; });
    if (group == groups.end())
      group = &groups.emplace_back(Group{text});
    ++group->count;
    group->work += info.work;
  }
  llvm::sort(groups, [](const Group &a, const Group &b) {
    return std::tie(b.work, a.text) < std::tie(a.work, b.text);
  });
  auto toText = [](const Group &group) {
    return (group.count == 1 ? "" : std::to_string(group.count) + " x ") +
           group.text;
  };
  return llvm::join(llvm::map_range(groups, toText), " + ");
}

/// What became of a layer without kernels.
void explainAbsent(LayerFigures &layer, size_t index, const Places &places,
                   const NetworkFigures &figures, const std::string &ending) {
  auto host = places.hosts.find(index);
  if (host != places.hosts.end()) {
    layer.algorithm = "fused";
    layer.reason =
        "computed within '" + figures.layers[host->second].layer + "'";
    return;
  }
  if (places.views.test(index)) {
    layer.algorithm = "view";
    if (layer.reason.empty())
      layer.reason = "another way to see its input, which stays where it is";
    return;
  }
  layer.algorithm = "none";
  if (!ending.empty())
    layer.reason += (layer.reason.empty() ? "" : "; ") +
                    ("nothing is left of it after --" + ending);
}

} // namespace

LogicalResult explainLayers(ModuleOp module, NetworkFigures &figures,
                            const CompileOptions &options) {
  size_t count = figures.layers.size();
  LayerMarks marks;
  OwningOpRef<ModuleOp> copy = copyWithMarks(module, figures, marks);
  CompileOptions known = options;
  if (!known.machine) {
    llvm::Expected<Machine> machine = Machine::get(*copy);
    if (!machine)
      return module.emitError(llvm::toString(machine.takeError()));
    known.machine = *machine;
  }
  known.machine->setOn(*copy);

  RemarkCollector remarks(module.getContext(), marks);
  std::vector<std::string> endings(count);
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  buildPipelineFor(*copy, manager, known, Boundary::D);
  manager.addInstrumentation(std::make_unique<LastTraces>(marks, endings));
  if (failed(manager.run(*copy)))
    return failure();
  auto entry = *copy->getOps<func::FuncOp>().begin();
  Places places = findPlaces(entry.getBody().front(), marks, count);
  PassManager outliner(module.getContext(), ModuleOp::getOperationName());
  OutlineKernelsOptions outline;
  outline.describe = true;
  outliner.addPass(createOutlineKernels(outline));
  if (failed(outliner.run(*copy)))
    return failure();

  Kernels kernels = collectKernels(*copy, marks, count);
  figures.arenaBytes = kernels.arenaBytes;
  figures.total.compiledSeconds = 0;
  for (auto [index, layer] : llvm::enumerate(figures.layers)) {
    layer.reason = remarks.getText(index);
    ArrayRef<KernelInfo> own = kernels.ofLayers[index];
    if (own.empty() && remarks.isFused(index))
      layer.algorithm = "fused";
    else if (own.empty())
      explainAbsent(layer, index, places, figures, endings[index]);
    else
      layer.algorithm = describe(own);
    for (const KernelInfo &info : own)
      layer.compiledSeconds +=
          static_cast<double>(info.work) / figures.machine.floatRate;
    figures.total.compiledSeconds += layer.compiledSeconds;
  }
  return success();
}

} // namespace mlir::cnn
