//===- ExternalizeWeights.cpp - One block of bytes for all constants ------===//

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Support/ModelInterface.h"
#include "cnnc/Support/WeightsBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_EXTERNALIZEWEIGHTS
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// A constant and where the block holds it.
struct Placement {
  memref::GlobalOp global;
  int64_t offset;
};

/// Puts every constant global into the block.
FailureOr<SmallVector<Placement>> place(ModuleOp module, WeightsBlock &block) {
  SmallVector<Placement> placements;
  for (auto global : module.getOps<memref::GlobalOp>()) {
    auto data = dyn_cast_or_null<ElementsAttr>(
        global.getInitialValue().value_or(Attribute()));
    if (!global.getConstant() || !data)
      return global.emitError("expected only constant globals with data");
    FailureOr<int64_t> offset = block.add(data);
    if (failed(offset))
      return global.emitError()
             << "constant of type " << global.getType()
             << " cannot be laid out; expected elements of whole bytes";
    placements.push_back({global, *offset});
  }
  return placements;
}

struct ExternalizeWeights : impl::ExternalizeWeightsBase<ExternalizeWeights> {
  void runOnOperation() override {
    WeightsBlock block;
    FailureOr<Operation *> entry = findEntry(getOperation());
    FailureOr<SmallVector<Placement>> placements = place(getOperation(), block);
    if (failed(entry) || failed(placements))
      return signalPassFailure();
    auto function = cast<func::FuncOp>(*entry);
    Builder builder(&getContext());
    auto blockType =
        MemRefType::get({block.getByteSize()}, builder.getI8Type());
    unsigned position = function.getNumArguments();
    if (failed(function.insertArgument(position, blockType, {},
                                       function.getLoc())))
      return signalPassFailure();
    readFromBlock(function, *placements);
    getOperation()->setAttr(interface::weights,
                            builder.getArrayAttr(block.getPieces()));
  }

  /// Reads constants as views of the function's last argument.
  static void readFromBlock(func::FuncOp function,
                            ArrayRef<Placement> placements) {
    Block &body = function.getBody().front();
    llvm::StringMap<Value> views;
    for (auto [global, offset] : placements) {
      auto builder = ImplicitLocOpBuilder::atBlockBegin(global.getLoc(), &body);
      Value position = arith::ConstantIndexOp::create(builder, offset);
      views[global.getSymName()] = memref::ViewOp::create(
          builder, global.getType(), body.getArguments().back(), position,
          ValueRange());
    }
    function.walk([&](memref::GetGlobalOp get) {
      get.replaceAllUsesWith(views.lookup(get.getName()));
      get.erase();
    });
    for (Placement placement : placements)
      placement.global.erase();
  }
};

} // namespace
} // namespace mlir::cnn
