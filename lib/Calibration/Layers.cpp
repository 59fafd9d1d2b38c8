//===- Layers.cpp - Layers with constant weights --------------------------===//

#include "cnnc/Calibration/Layers.h"

#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

static bool isFloat32(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType().isF32();
}

static std::optional<Layer> getConv(ConvOp conv, StringRef &why) {
  if (conv.getResidual()) {
    why = "it adds a residual; expected a network before --fuse-residual";
    return std::nullopt;
  }
  ArrayRef<int64_t> filter = getShape(conv.getFilter());
  Layer layer{conv.getInput(),
              conv.getFilter(),
              conv.getBias(),
              {},
              conv.getActivationAttr()};
  layer.layout.channels = filter[0];
  layer.layout.taps = 1;
  for (int64_t extent : filter.drop_front(2))
    layer.layout.taps *= extent;
  layer.layout.size = filter[1] * layer.layout.taps;
  layer.layout.groups = static_cast<int64_t>(conv.getGroups());
  return layer;
}

static std::optional<Layer> getGemm(GemmOp gemm, StringRef &why) {
  ArrayRef<int64_t> rhs = getShape(gemm.getRhs());
  Layer layer{gemm.getLhs(),
              gemm.getRhs(),
              gemm.getBias(),
              {},
              gemm.getActivationAttr()};
  layer.layout.channelsFirst = gemm.getTransposeRhs();
  layer.layout.channels = gemm.getTransposeRhs() ? rhs[0] : rhs[1];
  layer.layout.size = gemm.getTransposeRhs() ? rhs[1] : rhs[0];
  bool hasPlainBias =
      !gemm.getBias() ||
      cast<RankedTensorType>(gemm.getBias().getType()).getNumElements() ==
          layer.layout.channels;
  if (gemm.getTransposeLhs() || gemm.getAlpha().convertToDouble() != 1 ||
      (gemm.getBias() && gemm.getBeta().convertToDouble() != 1) ||
      !hasPlainBias) {
    why = "it transposes its input, scales, or has no bias per column";
    return std::nullopt;
  }
  return layer;
}

std::optional<Layer> mlir::cnn::getLayer(Operation *op, StringRef &why) {
  std::optional<Layer> layer;
  if (auto conv = dyn_cast<ConvOp>(op))
    layer = getConv(conv, why);
  else if (auto gemm = dyn_cast<GemmOp>(op))
    layer = getGemm(gemm, why);
  else if (auto matmul = dyn_cast<MatmulOp>(op);
           matmul && getShape(matmul.getRhs()).size() == 2) {
    ArrayRef<int64_t> rhs = getShape(matmul.getRhs());
    layer = {matmul.getLhs(), matmul.getRhs(), Value(), {rhs[1], rhs[0]}, {}};
    layer->layout.channelsFirst = false;
  }
  if (!layer)
    return std::nullopt;
  bool isConstant =
      getConstant(layer->weights) && (!layer->bias || getConstant(layer->bias));
  if (!isConstant || getConstant(layer->input) || !isFloat32(layer->input)) {
    why = "it is not a layer of float32 with constant weights";
    return std::nullopt;
  }
  return layer;
}

void mlir::cnn::inferResultTypes(Operation *op) {
  SmallVector<Type> types;
  auto inferring = dyn_cast<InferTypeOpInterface>(op);
  if (!inferring)
    types.assign(op->getNumResults(), op->getOperand(0).getType());
  else if (failed(inferring.inferReturnTypes(
               op->getContext(), op->getLoc(), op->getOperands(),
               op->getAttrDictionary(), op->getPropertiesStorage(),
               op->getRegions(), types)))
    llvm::report_fatal_error("operands do not fit together");
  for (auto [result, type] : llvm::zip_equal(op->getResults(), types))
    result.setType(type);
}
