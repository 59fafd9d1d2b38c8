//===- DescribeKernel.cpp - What a kernel computes, for people ------------===//

#include "DescribeKernel.h"

#include "BufferViews.h"

#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Dialect/Kernel/Signs.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::cnn {
namespace {

/// "3x3/2 C64": taps, stride unless 1, input channels a filter reads.
std::string describeWindow(const Window &window, int64_t channels) {
  std::string text = llvm::join(
      llvm::map_range(window, [](auto &dim) { return Twine(dim.size).str(); }),
      "x");
  if (llvm::any_of(window, [](auto &dim) { return dim.stride != 1; }))
    text += "/" + std::to_string(window.front().stride);
  if (llvm::any_of(window, [](auto &dim) { return dim.dilation != 1; }))
    text += " dilation " + std::to_string(window.front().dilation);
  if (channels)
    text += " C" + std::to_string(channels);
  return text;
}

int64_t countTaps(const Window &window) {
  int64_t taps = 1;
  for (const WindowDim &dim : window)
    taps *= dim.size;
  return taps;
}

/// The extents of an image as N x C x H x W.
SmallVector<int64_t> getImageShape(ShapedType type) {
  ArrayRef<int64_t> shape = type.getShape();
  if (shape.size() != 5)
    return SmallVector<int64_t>(shape);
  return {shape[0], shape[1] * shape[4], shape[2], shape[3]};
}

/// Fills in an algorithm that computes each output element from `terms`
/// products.
void setProducts(KernelInfo &info, int64_t terms) {
  info.operations = 2 * terms * ShapedType::getNumElements(info.shape);
}

void describeConv(KernelInfo &info, kernel::DirectConvOp op) {
  ArrayRef<int64_t> filter = op.getFilter().getType().getShape();
  int64_t channels = filter[1] * (op.isBlocked() ? filter[4] : 1);
  info.detail = describeWindow(op.getWindow(), channels);
  if (op.getGroups() != 1)
    info.detail += " groups " + std::to_string(op.getGroups());
  setProducts(info, channels * countTaps(op.getWindow()));
}

void describeConv(KernelInfo &info, kernel::ConvIntegerOp op) {
  info.detail = describeWindow(op.getWindow(), kernel::getGroupChannels(op));
  if (op.getGroups() != 1)
    info.detail += " groups " + std::to_string(op.getGroups());
  setProducts(info, kernel::getGroupChannels(op) * countTaps(op.getWindow()));
}

template <typename OpTy>
void describeWinograd(KernelInfo &info, OpTy op) {
  int64_t channels = op.getExtents().channels;
  ArrayRef<int64_t> tile = op.getTile(), taps = op.getTaps();
  info.detail = llvm::formatv("F({0}x{1},{2}x{3}) C{4}", tile[0], tile[1],
                              taps[0], taps[1], channels);
  setProducts(info, channels * taps[0] * taps[1]);
}

void describeConv(KernelInfo &info, kernel::DepthwiseConvOp op) {
  int64_t channels = op.getGroupChannels();
  info.detail = describeWindow(op.getWindow(), channels > 1 ? channels : 0);
  setProducts(info, channels * countTaps(op.getWindow()));
}

void describeConv(KernelInfo &info, kernel::DepthwiseConvIntegerOp op) {
  info.detail = describeWindow(op.getWindow(), /*channels=*/0);
  setProducts(info, countTaps(op.getWindow()));
}

void describeConv(KernelInfo &info, kernel::ExpandedDepthwiseConvOp op) {
  ArrayRef<int64_t> input = op.getInput().getType().getShape();
  int64_t inputs = input[1] * input[4], channels = op.getGroupChannels();
  info.detail = "1x1 C" + std::to_string(inputs) + ", " +
                describeWindow(op.getWindow(), channels > 1 ? channels : 0);
  setProducts(info, channels * countTaps(op.getWindow()));
  info.operations +=
      2 * inputs * input[0] * info.shape[1] * input[2] * input[3];
}

/// "C64 10%": input channels, and the part of the weights that are not zero.
void describeSparse(KernelInfo &info, int64_t channels, int64_t outputs,
                    ShapedType values) {
  double density = static_cast<double>(values.getNumElements()) /
                   static_cast<double>(channels * outputs);
  info.detail = llvm::formatv("C{0} {1:F0}%", channels, 100 * density);
  setProducts(info, channels);
}

/// What a loop nest of no kernel computes: its shape, and the operations of its
/// body, counted once per iteration.
void describeLoops(KernelInfo &info, linalg::LinalgOp op) {
  int64_t iterations = 1;
  for (int64_t extent : op.getStaticLoopRanges())
    iterations *= extent;
  llvm::SetVector<StringRef> names;
  int64_t count = 0;
  op.getBlock()->walk([&](Operation *inner) {
    if (inner->getNumResults() == 0)
      return;
    names.insert(inner->getName().stripDialect());
    count += isa<FloatType>(inner->getResult(0).getType());
  });
  info.detail = llvm::join(names.getArrayRef().take_front(4), " ");
  info.operations = count * iterations;
}

/// Bytes of the buffers the operation reads or writes. Of destinations all but
/// the first of a kernel are scratch memory.
int64_t countBytes(Operation *op) {
  llvm::SetVector<Value> used;
  used.insert_range(op->getOperands());
  getUsedValuesDefinedAbove(op->getRegions(), used);
  if (isa<kernel::KernelDialect>(op->getDialect()))
    for (Value scratch :
         cast<DestinationStyleOpInterface>(op).getDpsInits().drop_front())
      used.remove(scratch);
  int64_t bytes = 0;
  for (Value value : used)
    if (auto type = dyn_cast<MemRefType>(value.getType());
        type && type.hasStaticShape())
      bytes += type.getNumElements() * getElementBytes(type);
  return bytes;
}

/// The shape of the first destination, or of the largest buffer used.
SmallVector<int64_t> getOutputShape(Operation *op) {
  if (auto destination = dyn_cast<DestinationStyleOpInterface>(op);
      destination && destination.getNumDpsInits())
    if (auto type =
            dyn_cast<MemRefType>(destination.getDpsInits().front().getType()))
      return isa<kernel::KernelDialect>(op->getDialect())
                 ? getImageShape(type)
                 : SmallVector<int64_t>(type.getShape());
  if (auto copy = dyn_cast<memref::CopyOp>(op))
    return SmallVector<int64_t>(
        cast<MemRefType>(copy.getTarget().getType()).getShape());
  return {};
}

} // namespace

std::string getLayer(Location location) {
  std::string layer;
  location->walk([&](Location inner) {
    auto name = dyn_cast<NameLoc>(inner);
    if (!name)
      return WalkResult::advance();
    layer = name.getName().str();
    return WalkResult::interrupt();
  });
  return layer;
}

void recordProducts(Operation *kernel, ShapedType output, int64_t terms) {
  kernel->setAttr(operationsAttribute,
                  Builder(kernel->getContext())
                      .getI64IntegerAttr(2 * terms * output.getNumElements()));
}

KernelInfo describeKernel(Operation *op) {
  KernelInfo info;
  info.layer = getLayer(op->getLoc());
  info.kernel = isa<kernel::KernelDialect>(op->getDialect())
                    ? op->getName().stripDialect().str()
                    : "generic";
  info.shape = getOutputShape(op);
  info.bytes = countBytes(op);
  TypeSwitch<Operation *>(op)
      .Case<kernel::DirectConvOp, kernel::ConvIntegerOp,
            kernel::DepthwiseConvOp, kernel::DepthwiseConvIntegerOp,
            kernel::ExpandedDepthwiseConvOp>(
          [&](auto conv) { describeConv(info, conv); })
      .Case<kernel::WinogradConvOp, kernel::WinogradConvIntegerOp>(
          [&](auto conv) { describeWinograd(info, conv); })
      .Case([&](kernel::SparseConvOp conv) {
        ArrayRef<int64_t> image = conv.getInput().getType().getShape();
        describeSparse(info, image[1] * image[4], info.shape[1],
                       conv.getValues().getType());
      })
      .Case([&](kernel::SparseMatmulOp matmul) {
        describeSparse(info, matmul.getInput().getType().getShape()[1],
                       info.shape[1], matmul.getValues().getType());
      })
      .Case<kernel::MatmulOp, kernel::LookupMatmulOp>([&](auto matmul) {
        int64_t terms = matmul.getLhs().getType().getShape().back();
        info.detail = "K" + std::to_string(terms);
        setProducts(info, terms);
      })
      .Case([&](kernel::PoolOp pool) {
        info.detail = (stringifyPoolKind(pool.getKind()) + " " +
                       describeWindow(pool.getWindow(), /*channels=*/0))
                          .str();
        info.operations = countTaps(pool.getWindow()) *
                          ShapedType::getNumElements(info.shape);
      })
      .Case([&](linalg::LinalgOp loops) { describeLoops(info, loops); })
      .Default([&](Operation *other) {
        if (info.kernel == "generic")
          info.detail = other->getName().getStringRef().str();
      });
  if (auto known = op->getAttrOfType<IntegerAttr>(operationsAttribute))
    info.operations = known.getInt();
  return info;
}

} // namespace mlir::cnn
