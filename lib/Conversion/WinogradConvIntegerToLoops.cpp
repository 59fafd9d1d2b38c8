//===- WinogradConvIntegerToLoops.cpp - Winograd convolutions of bytes ----===//

#include "EmitQuantized.h"
#include "KernelToLoops.h"
#include "WinogradEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

class WinogradConvIntegerEmitter : public WinogradEmitter {
public:
  WinogradConvIntegerEmitter(WinogradConvIntegerOp op,
                             const cnn::Machine &machine,
                             const cnn::IntegerWinograd &winograd)
      : WinogradEmitter(op, machine,
                        {winograd.dims[0].matrices, winograd.dims[1].matrices}),
        op(op), winograd(winograd), product(machine.wordProduct) {
    Type word = builder.getIntegerType(16);
    vectors = {VectorType::get(lanes, word),
               VectorType::get(lanes * product.terms, word),
               VectorType::get(lanes, builder.getI32Type()), product.terms};
  }

private:
  LogicalResult bind() override;
  Value loadPixel(Position position) override;
  Value getOutside() override {
    return splat(op.getInputZeroPoint(), vectors.input);
  }
  Value getZeroSum() override { return splat(0, vectors.product); }
  /// LLVM adds up in another order what several additions add to one sum, for
  /// which it needs more registers.
  int64_t getUnrolledChannels() const override {
    return product.accumulates ? 4 * product.terms : product.terms;
  }
  void emitStep(Position image, Position weights,
                MutableArrayRef<Value> sums) override;
  void finishTile(MutableArrayRef<Value> values, Value channelBlock) override;
  Value loadFactors(Position position);
  Value emitProducts(Value sum, Value lhs, Value rhs);
  Value finishSum(Value sum, Value factor);
  Value splat(int64_t value, VectorType type) {
    return arith::ConstantOp::create(
        builder,
        DenseElementsAttr::get(
            type, builder.getIntegerAttr(type.getElementType(), value)));
  }

  WinogradConvIntegerOp op;
  cnn::IntegerWinograd winograd;
  const cnn::DotProduct &product;
  FlatArray multiplier;
};

LogicalResult WinogradConvIntegerEmitter::bind() {
  return builder.flatten({{&input, op.getInput()},
                          {&filter, op.getFilter()},
                          {&bias, op.getBias()},
                          {&multiplier, op.getMultiplier()},
                          {&output, op.getOutput()},
                          {&tileScratch, op.getTiles()},
                          {&productScratch, op.getProducts()}});
}

Value WinogradConvIntegerEmitter::loadPixel(Position position) {
  Value bytes = builder.load(input, position,
                             VectorType::get(lanes, builder.getI8Type()));
  if (op.getUnsignedInput())
    return arith::ExtUIOp::create(builder, vectors.input, bytes);
  return arith::ExtSIOp::create(builder, vectors.input, bytes);
}

/// The neighbouring channels of one sum, for all lanes.
Value WinogradConvIntegerEmitter::loadFactors(Position position) {
  if (product.terms == 1)
    return builder.broadcast(builder.load(tileScratch, position),
                             vectors.filter);
  Type word = builder.getIntegerType(16);
  Value few =
      builder.load(tileScratch, position, VectorType::get(product.terms, word));
  Value number = LLVM::BitcastOp::create(
      builder, builder.getIntegerType(16 * product.terms), few);
  auto numbers = VectorType::get(lanes, number.getType());
  return vector::BitCastOp::create(builder, vectors.filter,
                                   builder.broadcast(number, numbers));
}

/// sum + lhs * rhs
Value WinogradConvIntegerEmitter::emitProducts(Value sum, Value lhs,
                                               Value rhs) {
  if (product.intrinsic.empty()) {
    lhs = arith::ExtSIOp::create(builder, vectors.product, lhs);
    rhs = arith::ExtSIOp::create(builder, vectors.product, rhs);
    return arith::AddIOp::create(builder, sum,
                                 arith::MulIOp::create(builder, lhs, rhs));
  }
  SmallVector<Value> operands = {lhs, rhs};
  if (product.accumulates)
    operands.insert(operands.begin(), sum);
  Value result = LLVM::CallIntrinsicOp::create(
                     builder, vectors.product,
                     builder.getStringAttr(product.intrinsic), operands)
                     .getResult(0);
  return product.accumulates
             ? result
             : Value(arith::AddIOp::create(builder, sum, result));
}

void WinogradConvIntegerEmitter::emitStep(Position image, Position weights,
                                          MutableArrayRef<Value> sums) {
  SmallVector<Value> columns;
  for (int64_t part = 0; part < parts; ++part)
    columns.push_back(builder.load(
        filter, weights + part * lanes * product.terms, vectors.filter));
  for (size_t i = 0; i < sums.size(); i += parts) {
    int64_t row = i / parts;
    Value factors = loadFactors(image + row * extents.channels);
    for (int64_t part = 0; part < parts; ++part)
      sums[i + part] = emitProducts(sums[i + part], factors, columns[part]);
  }
}

/// What the op makes of a sum with a bias.
Value WinogradConvIntegerEmitter::finishSum(Value sum, Value factor) {
  if (!factor)
    return sum;
  Value number = builder.mulFloat(
      arith::SIToFPOp::create(builder, factor.getType(), sum), factor);
  if (op.getRange().empty())
    return number;
  Type element = getElementTypeOrSelf(op.getOutput().getType());
  return cnn::emitQuantized(
      builder, number, op.getZeroPoint(),
      {op.getRange()[0], op.getRange()[1], element.getIntOrFloatBitWidth()});
}

void WinogradConvIntegerEmitter::finishTile(MutableArrayRef<Value> values,
                                            Value channelBlock) {
  Position channels = {builder.mul(channelBlock, lanes)};
  Value offset = builder.load(bias, channels, vectors.product), factor;
  VectorType floats = VectorType::get(lanes, builder.getF32Type());
  if (multiplier)
    factor = builder.load(multiplier, channels, floats);
  Value inverse = splat(winograd.inverse, vectors.product);
  Value shift = splat(winograd.shift, vectors.product);
  for (Value &value : values) {
    if (winograd.inverse != 1)
      value = arith::MulIOp::create(builder, value, inverse);
    value = arith::ShRSIOp::create(builder, value, shift);
    value = arith::AddIOp::create(builder, value, offset);
    value = finishSum(value, factor);
  }
}

} // namespace

LogicalResult kernel::buildLoops(WinogradConvIntegerOp op,
                                 const cnn::Machine &machine) {
  ArrayRef<int64_t> tile = op.getTile(), taps = op.getTaps();
  auto winograd =
      cnn::getIntegerWinograd({tile[0], tile[1]}, {taps[0], taps[1]});
  if (!winograd)
    return op.emitOpError("expects a tile that is computed in integers, such "
                          "as F(2, 3) or F(4, 3) in each dimension");
  const cnn::DotProduct &product = machine.wordProduct;
  int64_t lanes = op.getOutput().getType().getShape().back();
  if (op.getTerms() != product.terms || lanes != machine.getLanes())
    return op.emitOpError("expects ")
           << product.terms << " terms and blocks of " << machine.getLanes()
           << " lanes on this machine, got " << op.getTerms() << " and "
           << lanes;
  return WinogradConvIntegerEmitter(op, machine, *winograd).emit();
}
