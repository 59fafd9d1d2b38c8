//===- RecordInterface.cpp - Keep what callers need to know ---------------===//

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Support/ModelInterface.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_RECORDINTERFACE
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// [{name, type}] for arguments or results of the given types, with the length
/// where there is one.
ArrayAttr describe(Builder &builder, ArrayRef<Type> types, StringRef fallback,
                   function_ref<Attribute(unsigned, StringRef)> getAttribute) {
  SmallVector<Attribute> rows;
  for (auto [index, type] : llvm::enumerate(types)) {
    auto name =
        dyn_cast_if_present<StringAttr>(getAttribute(index, "cnn.name"));
    if (!name)
      name = builder.getStringAttr(fallback + Twine(index));
    NamedAttrList row;
    row.set("name", name);
    row.set("type", TypeAttr::get(type));
    if (Attribute length = getAttribute(index, interface::length))
      row.set(interface::length, length);
    rows.push_back(row.getDictionary(builder.getContext()));
  }
  return builder.getArrayAttr(rows);
}

struct RecordInterface : impl::RecordInterfaceBase<RecordInterface> {
  void runOnOperation() override {
    FailureOr<Operation *> found = findEntry(getOperation());
    auto entry =
        succeeded(found) ? dyn_cast<func::FuncOp>(*found) : func::FuncOp();
    if (!entry)
      return signalPassFailure();
    for (Type type : llvm::concat<const Type>(entry.getArgumentTypes(),
                                              entry.getResultTypes()))
      if (!isa<RankedTensorType>(type)) {
        entry.emitError() << "expected only tensors of known rank as arguments "
                             "and results of the network, got "
                          << type;
        return signalPassFailure();
      }
    record(entry);
  }

  void record(func::FuncOp entry) {
    Builder builder(&getContext());
    if (!entry->hasAttr(interface::inputs))
      entry->setAttr(interface::inputs,
                     describe(builder, entry.getArgumentTypes(), "input",
                              [&](unsigned i, StringRef key) {
                                return entry.getArgAttr(i, key);
                              }));
    if (!entry->hasAttr(interface::outputs))
      entry->setAttr(interface::outputs,
                     describe(builder, entry.getResultTypes(), "output",
                              [&](unsigned i, StringRef key) {
                                return entry.getResultAttr(i, key);
                              }));
    for (unsigned i = 0; i != entry.getNumArguments(); ++i)
      entry.setArgAttr(i,
                       bufferization::BufferizationDialect::kWritableAttrName,
                       builder.getBoolAttr(false));
  }
};

} // namespace
} // namespace mlir::cnn
