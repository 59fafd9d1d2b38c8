//===- DilatedConv.cpp - Dilated convolutions as dense ones ---------------===//

#include "DilatedConv.h"

#include "Rewrites.h"

using namespace mlir;
using namespace mlir::cnn;

bool mlir::cnn::canSplitDilations(ConvOp conv) {
  ArrayRef<int64_t> shape = getShape(conv.getInput());
  Window window = conv.getWindow();
  if (window.size() != 2 || ShapedType::isDynamicShape(shape))
    return false;
  for (auto [dim, extent] : llvm::zip_equal(window, shape.drop_front(2)))
    if (dim.stride != 1 || extent % dim.dilation != 0 ||
        dim.padLow % dim.dilation != 0 || dim.padHigh % dim.dilation != 0)
      return false;
  return true;
}

namespace {

/// N x C x H x W to and from N*d*d' x C x H/d x W/d'.
class Phases {
public:
  Phases(OpBuilder &builder, Location loc, Window window)
      : builder(builder), loc(loc), rows(window[0].dilation),
        columns(window[1].dilation) {}

  Value split(Value image) {
    ArrayRef<int64_t> shape = getShape(image);
    int64_t height = shape[2] / rows, width = shape[3] / columns;
    Value parts =
        reshape(image, {shape[0], shape[1], height, rows, width, columns});
    return reshape(transpose(parts, {0, 3, 5, 1, 2, 4}),
                   {shape[0] * rows * columns, shape[1], height, width});
  }

  Value join(Value images) {
    ArrayRef<int64_t> shape = getShape(images);
    int64_t batch = shape[0] / (rows * columns);
    Value parts =
        reshape(images, {batch, rows, columns, shape[1], shape[2], shape[3]});
    return reshape(transpose(parts, {0, 3, 4, 1, 5, 2}),
                   {batch, shape[1], shape[2] * rows, shape[3] * columns});
  }

private:
  Value reshape(Value value, ArrayRef<int64_t> shape) {
    return ReshapeOp::create(builder, loc, value, shape);
  }
  Value transpose(Value value, ArrayRef<int64_t> permutation) {
    return TransposeOp::create(builder, loc, value, permutation);
  }

  OpBuilder &builder;
  Location loc;
  int64_t rows, columns;
};

} // namespace

ConvOp mlir::cnn::splitDilations(RewriterBase &rewriter, ConvOp conv) {
  Window window = conv.getWindow();
  Phases phases(rewriter, conv.getLoc(), window);
  Value residual = conv.getResidual();
  if (residual)
    residual = phases.split(residual);
  SmallVector<int64_t> pads = {window[0].padLow / window[0].dilation,
                               window[1].padLow / window[1].dilation,
                               window[0].padHigh / window[0].dilation,
                               window[1].padHigh / window[1].dilation};
  auto dense = ConvOp::create(
      rewriter, conv.getLoc(), phases.split(conv.getInput()), conv.getFilter(),
      conv.getBias(), residual, conv.getStrides(), pads,
      SmallVector<int64_t>{1, 1}, conv.getGroups(), conv.getActivationAttr());
  rewriter.replaceOp(conv, phases.join(dense.getOutput()));
  return dense;
}
