//===- PredictKernel.cpp - How long a kernel should take ------------------===//

#include "PredictKernel.h"

#include "BufferViews.h"

#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Dialect/Kernel/Signs.h"
#include "cnnc/Support/CostModel.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::cnn {
namespace {

/// Functions that are a comparison or a few multiplications.
bool isCheap(FunctionAttr function) {
  static constexpr FunctionKind cheap[] = {
      FunctionKind::relu,         FunctionKind::leaky_relu,
      FunctionKind::clip,         FunctionKind::thresholded_relu,
      FunctionKind::hard_sigmoid, FunctionKind::hard_swish,
      FunctionKind::abs,          FunctionKind::neg};
  return !function || llvm::is_contained(cheap, function.getKind());
}

/// The block of all constants, if the memref is a view of it: the entry's
/// argument of bytes before the arena, which is the last.
MemRefType getWeightsBlock(Value memref) {
  auto argument = dyn_cast<BlockArgument>(getBuffer(memref));
  if (!argument ||
      argument.getArgNumber() + 1 == argument.getOwner()->getNumArguments())
    return {};
  auto type = dyn_cast<MemRefType>(argument.getType());
  return type && type.getElementType().isInteger(8) ? type : MemRefType();
}

KernelTraffic getTraffic(Operation *op, const KernelInfo &info) {
  KernelTraffic traffic;
  for (Value operand : op->getOperands()) {
    MemRefType block = getWeightsBlock(operand);
    if (!block)
      continue;
    auto type = cast<MemRefType>(operand.getType());
    traffic.weightBytes +=
        static_cast<double>(type.getNumElements() * getElementBytes(type));
    traffic.networkBytes = static_cast<double>(block.getNumElements());
  }
  traffic.imageBytes = static_cast<double>(info.bytes) - traffic.weightBytes;
  traffic.outputs = static_cast<double>(ShapedType::getNumElements(info.shape));
  if (auto function = op->getAttrOfType<FunctionAttr>("activation"))
    traffic.hasExponential = !isCheap(function);
  op->walk([&](Operation *inner) {
    traffic.hasExponential |=
        isa<math::ExpOp, math::ExpM1Op, math::LogOp, math::Log1pOp, math::ErfOp,
            math::TanhOp>(inner);
  });
  return traffic;
}

/// Part of the taps that fall inside an input of these extents.
double countInside(const Window &window, ArrayRef<int64_t> inputExtents,
                   ArrayRef<int64_t> outputExtents) {
  double part = 1;
  for (auto [dim, input, output] :
       llvm::zip_equal(window, inputExtents, outputExtents)) {
    int64_t taps = 0;
    for (int64_t position = 0; position != output; ++position) {
      auto [first, last] = dim.getValidTaps(position, input);
      taps += std::max<int64_t>(last - first, 0);
    }
    part *= static_cast<double>(taps) / static_cast<double>(output * dim.size);
  }
  return part;
}

/// A convolution that writes an image of shape N x C x H x W.
ConvWork getConv(const KernelInfo &info, const Window &window, Value image,
                 int64_t inputs) {
  ConvWork conv;
  conv.batch = info.shape[0];
  conv.inputs = inputs;
  conv.outputs = info.shape[1];
  conv.extents = {info.shape[2], info.shape[3]};
  conv.taps = {window[0].size, window[1].size};
  conv.stride = window[1].stride;
  conv.inside = countInside(
      window, cast<ShapedType>(image.getType()).getShape().slice(2, 2),
      conv.extents);
  return conv;
}

/// How the products of a convolution are added up.
DotProduct getProduct(kernel::ConvIntegerOp conv, const Machine &machine) {
  // Three operations for a word of channels.
  if (kernel::hasSigns(conv))
    return {"", /*terms=*/kernel::wordBits / 3, /*bits=*/1,
            /*isMixed=*/false, /*accumulates=*/true};
  bool hasBytes =
      getElementBytes(cast<MemRefType>(conv.getFilter().getType())) == 1;
  if (hasBytes && conv.getNarrow() > 0 && machine.narrowProduct)
    return machine.narrowProduct->products;
  if (hasBytes && machine.matrixProduct &&
      conv.getTerms() == machine.matrixProduct->terms)
    return machine.matrixProduct->get(conv.getUnsignedInput());
  return hasBytes && machine.byteProduct ? *machine.byteProduct
                                         : machine.wordProduct;
}

/// The sum of both convolutions, between which the image stays near.
double predictExpandedDepthwise(kernel::ExpandedDepthwiseConvOp op,
                                const KernelInfo &info,
                                const KernelTraffic &traffic,
                                const Machine &machine) {
  ArrayRef<int64_t> input = op.getInput().getType().getShape();
  KernelInfo expanded = info;
  expanded.shape = {input[0], info.shape[1], input[2], input[3]};
  KernelTraffic inner;
  inner.outputs =
      static_cast<double>(ShapedType::getNumElements(expanded.shape));
  inner.hasExponential = !isCheap(op.getExpansionActivationAttr());
  return predictDirectConv(
             getConv(expanded, Window(2), op.getInput(), input[1] * input[4]),
             inner, machine) +
         predictDepthwiseConv(getConv(info, op.getWindow(), op.getInput(),
                                      op.getGroupChannels()),
                              traffic, machine);
}

} // namespace

double predictKernel(Operation *op, const KernelInfo &info,
                     const Machine &machine) {
  KernelTraffic traffic = getTraffic(op, info);
  return TypeSwitch<Operation *, double>(op)
      .Case([&](kernel::DirectConvOp conv) {
        ArrayRef<int64_t> filter = conv.getFilter().getType().getShape();
        int64_t inputs = filter[1] * (conv.isBlocked() ? filter[4] : 1);
        return predictDirectConv(
            getConv(info, conv.getWindow(), conv.getInput(), inputs), traffic,
            machine);
      })
      .Case([&](kernel::ConvIntegerOp conv) {
        return predictConvInteger(getConv(info, conv.getWindow(),
                                          conv.getInput(),
                                          kernel::getGroupChannels(conv)),
                                  getProduct(conv, machine), traffic, machine);
      })
      .Case([&](kernel::DepthwiseConvOp conv) {
        return predictDepthwiseConv(getConv(info, conv.getWindow(),
                                            conv.getInput(),
                                            conv.getGroupChannels()),
                                    traffic, machine);
      })
      .Case([&](kernel::DepthwiseConvIntegerOp conv) {
        return predictDepthwiseConvInteger(
            getConv(info, conv.getWindow(), conv.getInput(), /*inputs=*/1),
            traffic, machine);
      })
      .Case([&](kernel::ExpandedDepthwiseConvOp conv) {
        return predictExpandedDepthwise(conv, info, traffic, machine);
      })
      .Case([&](kernel::WinogradConvOp conv) {
        ArrayRef<int64_t> image = conv.getInput().getType().getShape();
        int64_t inputs = image[1] * image[4];
        ArrayRef<int64_t> tile = conv.getTile();
        return predictWinogradConv(
            getConv(info, conv.getWindow(), conv.getInput(), inputs),
            {tile[0], tile[1]}, traffic, machine);
      })
      .Case([&](kernel::WinogradConvIntegerOp conv) {
        ArrayRef<int64_t> tile = conv.getTile();
        return predictWinogradConvInteger(getConv(info, conv.getWindow(),
                                                  conv.getInput(),
                                                  conv.getExtents().channels),
                                          {tile[0], tile[1]}, traffic, machine);
      })
      .Case([&](kernel::SparseConvOp conv) {
        ArrayRef<int64_t> image = conv.getInput().getType().getShape();
        return predictSparseConv(
            getConv(info, Window(2), conv.getInput(), image[1] * image[4]),
            static_cast<double>(conv.getValues().getType().getNumElements()),
            traffic, machine);
      })
      .Case([&](kernel::SparseMatmulOp matmul) {
        return predictSparseMatmul(
            {static_cast<double>(info.shape.front()),
             static_cast<double>(matmul.getInput().getType().getShape()[1])},
            static_cast<double>(matmul.getValues().getType().getNumElements()),
            traffic, machine);
      })
      .Case<kernel::MatmulOp, kernel::LookupMatmulOp>([&](auto matmul) {
        auto columns = static_cast<double>(info.shape.back());
        auto terms =
            static_cast<double>(matmul.getLhs().getType().getShape().back());
        return predictMatmul({traffic.outputs / columns, terms, columns},
                             traffic, machine);
      })
      .Case([&](kernel::PoolOp pool) {
        return predictPool(static_cast<double>(info.operations) /
                               std::max(traffic.outputs, 1.0),
                           pool.getKind() == kernel::PoolKind::max,
                           pool.getWindow()[1].stride, traffic, machine);
      })
      .Case<kernel::PackOp, kernel::UnpackOp>(
          [&](auto) { return predictPack(traffic, machine); })
      .Default([&](Operation *) {
        return predictLoops(static_cast<double>(info.operations), traffic,
                            machine);
      });
}

double getPeakFactor(Operation *op, const Machine &machine) {
  auto compare = [&](const DotProduct &product) {
    return getOperationsPerCycle(machine, product) /
           getOperationsPerCycle(machine);
  };
  return TypeSwitch<Operation *, double>(op)
      .Case([&](kernel::ConvIntegerOp conv) {
        return compare(getProduct(conv, machine));
      })
      .Case([&](kernel::WinogradConvIntegerOp) {
        return compare(machine.wordProduct);
      })
      .Default([&](Operation *) {
        bool isFloat16 = machine.hasFloat16Arithmetic &&
                         op->getNumOperands() > 0 &&
                         getElementTypeOrSelf(op->getOperand(0)).isF16();
        return isFloat16 ? 2.0 : 1.0;
      });
}

} // namespace mlir::cnn
