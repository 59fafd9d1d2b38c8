//===- TuneLayer.cpp - One convolution as a network -----------------------===//

#include "TuneLayer.h"

#include "cnnc/Pipeline/Registration.h"
#include "cnnc/Support/Weights.h"
#include "cnnc/Transforms/ConvCandidates.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/raw_ostream.h"

#include <random>

namespace mlir::cnn {
namespace {

SmallVector<int64_t> getExtents(Value value) {
  return SmallVector<int64_t>(cast<ShapedType>(value.getType()).getShape());
}

std::string print(Attribute attribute) {
  std::string text;
  llvm::raw_string_ostream(text) << attribute;
  return text;
}

/// Builds the module of one convolution in a context of its own: dialects
/// cannot be loaded into one where passes are running.
class LayerBuilder {
public:
  LayerBuilder(ConvOp conv, MLIRContext *context)
      : conv(conv), builder(context), location(UnknownLoc::get(context)) {}

  OwningOpRef<ModuleOp> build(ConvAlgorithm algorithm) {
    OwningOpRef<ModuleOp> module(ModuleOp::create(location));
    SmallVector<Type> inputs = {getImageType(conv.getInput())};
    if (conv.getResidual())
      inputs.push_back(getImageType(conv.getResidual()));
    SmallVector<Type> outputs(layerCopies, getImageType(conv.getOutput()));
    auto function = func::FuncOp::create(
        location, "layer", builder.getFunctionType(inputs, outputs));
    module->push_back(function);
    Block *body = function.addEntryBlock();
    builder.setInsertionPointToStart(body);
    SmallVector<Value> results;
    for (int64_t copy = 0; copy < layerCopies; ++copy)
      results.push_back(createConv(body, algorithm));
    func::ReturnOp::create(builder, location, results);
    return module;
  }

private:
  Value createConv(Block *body, ConvAlgorithm algorithm) {
    Value filter = makeWeights(getExtents(conv.getFilter()));
    Value bias =
        conv.getBias() ? makeWeights(getExtents(conv.getBias())) : Value();
    auto layer = ConvOp::create(
        builder, location, body->getArgument(0), filter, bias,
        conv.getResidual() ? body->getArgument(1) : Value(), conv.getStrides(),
        conv.getPads(), conv.getDilations(), conv.getGroups(), getActivation());
    layer->setAttr(algorithmAttribute,
                   builder.getStringAttr(algorithm.toString()));
    return layer.getOutput();
  }

  Type getImageType(Value image) {
    SmallVector<int64_t> shape = getExtents(image);
    shape[0] = 1;
    return RankedTensorType::get(shape, builder.getF32Type());
  }

  FunctionAttr getActivation() {
    if (!conv.getActivationAttr())
      return nullptr;
    return cast<FunctionAttr>(
        parseAttribute(print(conv.getActivationAttr()), builder.getContext()));
  }

  Value makeWeights(ArrayRef<int64_t> shape) {
    std::vector<float> values(ShapedType::getNumElements(shape));
    for (float &value : values)
      value = static_cast<float>(engine() >> 8 & 0xffff) / 65536.0f - 0.5f;
    return createConstant(
        builder, location,
        makeConstant(shape, std::move(values), builder.getContext()));
  }

  ConvOp conv;
  OpBuilder builder;
  Location location;
  /// Fixed by the C++ standard, and so the same everywhere.
  std::minstd_rand engine;
};

} // namespace

std::string describeLayer(ConvOp conv) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  SmallVector<int64_t> filter = getExtents(conv.getFilter());
  // The input channels are those of the image.
  filter.erase(filter.begin() + 1);
  stream << "conv ";
  llvm::interleave(llvm::drop_begin(getExtents(conv.getInput())), stream, "x");
  stream << " filter ";
  llvm::interleave(filter, stream, "x");
  auto printUnlessDefault = [&](StringRef name, ArrayRef<int64_t> numbers) {
    if (numbers.empty())
      return;
    stream << " " << name << " ";
    llvm::interleave(numbers, stream, " ");
  };
  printUnlessDefault("pads", conv.getPads());
  printUnlessDefault("dilations", conv.getDilations());
  if (conv.getBias())
    stream << " bias";
  if (conv.getResidual())
    stream << " residual";
  if (conv.getActivationAttr())
    stream << " activation " << conv.getActivationAttr();
  return text;
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
compileLayer(ConvOp conv, ConvAlgorithm algorithm, CompileOptions options) {
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  context.loadDialect<CNNDialect, arith::ArithDialect, func::FuncDialect>();
  OwningOpRef<ModuleOp> module = LayerBuilder(conv, &context).build(algorithm);
  options.tuning.reset();
  options.progress.reset();
  // The pass that obeys the layer's attribute.
  options.winograd = WinogradTile::automatic;
  options.profile = options.machine->hasTickCounter;
  options.compressWeights = false;
  llvm::Expected<NativeModule> native = compile(*module, options);
  if (!native)
    return native.takeError();
  return native->emitObject();
}

} // namespace mlir::cnn
