//===- CompressWeights.cpp - The block of constants in few bytes ----------===//

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Support/CompressedWeights.h"
#include "cnnc/Support/ModelInterface.h"
#include "cnnc/Support/Weights.h"
#include "cnnc/Support/WeightsBlock.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Remarks.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_COMPRESSWEIGHTS
#include "cnnc/Conversion/Passes.h.inc"

namespace {

std::vector<char> compress(const WeightsBlock &weights) {
  CompressedWeights compressed;
  weights.forEachPiece([&](int64_t offset, ArrayRef<char> bytes, Type element) {
    compressed.add(offset,
                   {bytes, getCodedWidth(element.getIntOrFloatBitWidth())});
  });
  return compressed.finish(weights.getByteSize());
}

struct CompressWeights : impl::CompressWeightsBase<CompressWeights> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<Operation *> entry = findEntry(module);
    auto pieces = module->getAttrOfType<ArrayAttr>(interface::weights);
    FailureOr<WeightsBlock> weights = failure();
    if (pieces)
      weights = WeightsBlock::get(pieces);
    if (failed(entry) || failed(weights)) {
      if (succeeded(entry))
        module.emitError() << "expected attribute " << interface::weights
                           << ", a list of constants, which "
                              "--externalize-weights adds";
      return signalPassFailure();
    }
    if (weights->getByteSize() == 0)
      return;
    Builder builder(&getContext());
    std::vector<char> bytes = compress(*weights);
    auto type = RankedTensorType::get({static_cast<int64_t>(bytes.size())},
                                      builder.getI8Type());
    module->setAttr(interface::weights,
                    builder.getArrayAttr(makeConstant(type, bytes)));
    (*entry)->setAttr(interface::decodedWeights,
                      builder.getI64IntegerAttr(weights->getByteSize()));
    remark::passed((*entry)->getLoc(),
                   remark::RemarkOpts::name("CompressWeights").category("cnn"))
        << (Twine(weights->getByteSize()) + " bytes of constants in " +
            Twine(bytes.size()))
               .str();
  }
};

} // namespace
} // namespace mlir::cnn
