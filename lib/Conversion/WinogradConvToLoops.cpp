//===- WinogradConvToLoops.cpp - Winograd convolutions of floats ----------===//

#include "EmitFunction.h"
#include "KernelToLoops.h"
#include "WinogradEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

cnn::RationalMatrix getIdentity(int64_t size) {
  cnn::RationalMatrix matrix(size, size);
  for (int64_t i = 0; i < size; ++i)
    matrix(i, i) = cnn::Rational(1);
  return matrix;
}

cnn::WinogradMatrices getMatrices(WinogradConvOp op, int64_t dim) {
  int64_t outputs = op.getTile()[dim], taps = op.getWindow()[dim].size;
  if (taps > 1)
    return cnn::getWinogradMatrices(outputs, taps);
  // With one tap there is nothing to transform.
  cnn::RationalMatrix identity = getIdentity(outputs);
  return {identity, getIdentity(1), identity};
}

class WinogradConvEmitter : public WinogradEmitter {
public:
  WinogradConvEmitter(WinogradConvOp op, const cnn::Machine &machine)
      : WinogradEmitter(op, machine, {getMatrices(op, 0), getMatrices(op, 1)}),
        op(op), vector(VectorType::get({lanes}, builder.getF32Type())) {
    vectors = {vector, vector, vector};
  }

private:
  LogicalResult bind() override;
  Value loadPixel(Position position) override {
    return builder.load(input, position, vector);
  }
  Value getOutside() override { return builder.splat(0.0, vector); }
  Value getZeroSum() override { return builder.splat(0.0, vector); }
  int64_t getUnrolledChannels() const override { return 4; }
  void emitStep(Position image, Position weights,
                MutableArrayRef<Value> sums) override;
  void finishTile(MutableArrayRef<Value> values, Value channelBlock) override;
  Value finishElement(Value value, Position position) override;

  WinogradConvOp op;
  VectorType vector;
};

LogicalResult WinogradConvEmitter::bind() {
  if (failed(builder.flatten({{&input, op.getInput()},
                              {&filter, op.getFilter()},
                              {&bias, op.getBias()},
                              {&residual, op.getResidual()},
                              {&output, op.getOutput()},
                              {&tileScratch, op.getScratch()}})))
    return failure();
  productScratch = tileScratch;
  productBegin = layout.productBegin;
  return success();
}

void WinogradConvEmitter::emitStep(Position image, Position weights,
                                   MutableArrayRef<Value> sums) {
  SmallVector<Value> columns;
  for (int64_t part = 0; part < parts; ++part)
    columns.push_back(builder.load(filter, weights + part * lanes, vector));
  for (size_t i = 0; i < sums.size(); i += parts) {
    int64_t row = i / parts;
    Value element = builder.broadcast(
        builder.load(tileScratch, image + row * extents.channels), vector);
    for (int64_t part = 0; part < parts; ++part)
      sums[i + part] =
          builder.multiplyAdd(element, columns[part], sums[i + part]);
  }
}

void WinogradConvEmitter::finishTile(MutableArrayRef<Value> values,
                                     Value channelBlock) {
  if (!bias)
    return;
  Value offset = builder.load(bias, {builder.mul(channelBlock, lanes)}, vector);
  for (Value &value : values)
    value = arith::AddFOp::create(builder, value, offset);
}

Value WinogradConvEmitter::finishElement(Value value, Position position) {
  if (residual)
    value = arith::AddFOp::create(builder, value,
                                  builder.load(residual, position, vector));
  return cnn::emitFunction(builder, op.getActivationAttr(), value);
}

} // namespace

LogicalResult kernel::buildLoops(WinogradConvOp op,
                                 const cnn::Machine &machine) {
  return WinogradConvEmitter(op, machine).emit();
}
