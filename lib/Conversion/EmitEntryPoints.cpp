//===- EmitEntryPoints.cpp - The C interface of the compiled model --------===//

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Support/ModelInterface.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_EMITENTRYPOINTS
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// Of `Support/WeightsDecoder.h`; linked where the object is made.
constexpr StringLiteral decodeFunction = "cnnc_decode_weights";

/// The arguments of NAME_run: arrays of pointers, the arena, the weights where
/// they have been decoded, and the number of images where it is dynamic.
struct RunArguments {
  Value inputs, outputs, arena, weights, batch;

  SmallVector<Value> getFields() const {
    SmallVector<Value> fields = {inputs, outputs, arena, weights, batch};
    llvm::erase(fields, Value());
    return fields;
  }
  static RunArguments get(ValueRange fields, const ModelInterface &model) {
    RunArguments arguments{fields[0], fields[1], fields[2], {}, {}};
    if (model.decodedWeights)
      arguments.weights = fields[3];
    if (model.dynamicBatch)
      arguments.batch = fields.back();
    return arguments;
  }
};

class EntryPoints {
public:
  EntryPoints(LLVM::LLVMFuncOp network, const ModelInterface &model)
      : network(network), model(model),
        builder(network.getLoc(), network->getContext()),
        pointer(LLVM::LLVMPointerType::get(builder.getContext())),
        word(builder.getIntegerType(model.machine.pointerBits)) {
    builder.setInsertionPointAfter(network);
  }

  void emit() {
    network.setLinkage(LLVM::Linkage::Internal);
    // LLVM has no place for names of tensors.
    for (unsigned i = 0; i != network.getNumArguments(); ++i)
      for (StringRef attribute : {"cnn.name", interface::length.data()})
        network.removeArgAttr(i, builder.getStringAttr(attribute));
    emitInfo();
    emitArenaSize();
    if (hasWeights())
      declareWeights();
    if (model.decodedWeights)
      emitLoadWeights();
    emitRun();
  }

private:
  std::string getName(StringRef suffix) const {
    return (model.name + suffix).str();
  }
  ArrayAttr getPieces() const {
    return network->getParentOfType<ModuleOp>()->getAttrOfType<ArrayAttr>(
        interface::weights);
  }
  bool hasWeights() const { return getPieces() && !getPieces().empty(); }
  /// The bytes of compressed weights, which are one constant.
  int64_t getCompressedSize() const {
    return cast<ElementsAttr>(getPieces()[0]).getNumElements();
  }

  /// A function whose builder stands at the start of its body.
  LLVM::LLVMFuncOp startFunction(StringRef name, Type result,
                                 ArrayRef<Type> arguments) {
    builder.setInsertionPointAfter(network);
    auto function = LLVM::LLVMFuncOp::create(
        builder, name, LLVM::LLVMFunctionType::get(result, arguments));
    builder.setInsertionPointToStart(function.addEntryBlock(builder));
    return function;
  }
  Value constant(Type type, int64_t value) {
    return LLVM::ConstantOp::create(builder, type,
                                    builder.getIntegerAttr(type, value));
  }
  SmallVector<Type> getRunTypes() {
    SmallVector<Type> types(model.decodedWeights ? 4 : 3, pointer);
    if (model.dynamicBatch)
      types.push_back(builder.getI64Type());
    return types;
  }

  void emitInfo() {
    std::string text = model.toJSON();
    text.push_back('\0');
    auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), text.size());
    auto global = LLVM::GlobalOp::create(
        builder, type, /*isConstant=*/true, LLVM::Linkage::Internal,
        getName("_info_text"), builder.getStringAttr(text));
    startFunction(getName("_info"), pointer, {});
    LLVM::ReturnOp::create(builder, LLVM::AddressOfOp::create(builder, global));
  }

  void emitArenaSize() {
    startFunction(getName("_arena_size"), word, {});
    LLVM::ReturnOp::create(builder, constant(word, model.arenaBytes));
  }

  /// The code generator defines the symbol with the bytes of cnn.weights.
  void declareWeights() {
    builder.setInsertionPointAfter(network);
    weights = LLVM::GlobalOp::create(
        builder, builder.getI8Type(), /*isConstant=*/true,
        LLVM::Linkage::External, getName("_weights"), Attribute(),
        bufferAlignment, /*addrSpace=*/0, /*dsoLocal=*/true);
  }

  /// NAME_load_weights(memory) decodes the weights to the start of `memory`;
  /// the decoder's own memory follows.
  void emitLoadWeights() {
    Type i32 = builder.getI32Type(), i64 = builder.getI64Type();
    startFunction(getName("_weights_size"), word, {});
    LLVM::ReturnOp::create(builder, constant(word, model.getWeightsMemory()));
    LLVM::LLVMFuncOp decode =
        declare(decodeFunction, i32, {pointer, i64, pointer, i64, pointer});
    LLVM::LLVMFuncOp load =
        startFunction(getName("_load_weights"), i32, {pointer});
    Value memory = load.getArgument(0);
    Value scratch = LLVM::GEPOp::create(
        builder, pointer, builder.getI8Type(), memory,
        ArrayRef<LLVM::GEPArg>{constant(i64, model.getDecoderOffset())});
    Value block = LLVM::AddressOfOp::create(builder, weights);
    Value status =
        LLVM::CallOp::create(
            builder, decode,
            ValueRange{block, constant(i64, getCompressedSize()), memory,
                       constant(i64, *model.decodedWeights), scratch})
            .getResult();
    LLVM::ReturnOp::create(builder, status);
  }

  void emitRun() {
    Type status = builder.getI32Type();
    LLVM::LLVMFuncOp team = model.threads ? emitTeam() : LLVM::LLVMFuncOp();
    LLVM::LLVMFuncOp run =
        startFunction(getName("_run"), status, getRunTypes());
    RunArguments arguments = RunArguments::get(run.getArguments(), model);
    if (team)
      callTeam(team, arguments);
    else
      emitImages(arguments, {});
    LLVM::ReturnOp::create(builder, constant(status, 0));
  }

  LLVM::LLVMFuncOp declare(StringRef name, Type result,
                           ArrayRef<Type> arguments) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointAfter(network);
    return LLVM::LLVMFuncOp::create(
        builder, name, LLVM::LLVMFunctionType::get(result, arguments));
  }

  LLVM::LLVMStructType getFrameType() {
    return LLVM::LLVMStructType::getLiteral(builder.getContext(),
                                            getRunTypes());
  }

  /// What each thread of the parallel region runs.
  LLVM::LLVMFuncOp emitTeam() {
    Type i32 = builder.getI32Type();
    LLVM::LLVMFuncOp getNumber = declare("omp_get_thread_num", i32, {});
    LLVM::LLVMFuncOp getCount = declare("omp_get_num_threads", i32, {});
    LLVM::LLVMFuncOp team =
        startFunction(getName("_team"),
                      LLVM::LLVMVoidType::get(builder.getContext()), {pointer});
    team.setLinkage(LLVM::Linkage::Internal);
    Value frame =
        LLVM::LoadOp::create(builder, getFrameType(), team.getArgument(0));
    SmallVector<Value> fields;
    for (int64_t i = 0, e = getRunTypes().size(); i != e; ++i)
      fields.push_back(LLVM::ExtractValueOp::create(builder, frame, i));
    SmallVector<Value> thread;
    for (LLVM::LLVMFuncOp query : {getNumber, getCount}) {
      Value number =
          LLVM::CallOp::create(builder, query, ValueRange()).getResult();
      thread.push_back(number.getType() == word
                           ? number
                           : LLVM::ZExtOp::create(builder, word, number));
    }
    emitImages(RunArguments::get(fields, model), thread);
    LLVM::ReturnOp::create(builder, ValueRange());
    return team;
  }

  /// GOMP_parallel(team, &arguments, /*threads=*/0, /*flags=*/0)
  void callTeam(LLVM::LLVMFuncOp team, const RunArguments &arguments) {
    Type i32 = builder.getI32Type();
    LLVM::LLVMFuncOp parallel =
        declare("GOMP_parallel", LLVM::LLVMVoidType::get(builder.getContext()),
                {pointer, pointer, i32, i32});
    Value frame = LLVM::AllocaOp::create(builder, pointer, getFrameType(),
                                         constant(i32, 1), /*alignment=*/0);
    Value content = LLVM::UndefOp::create(builder, getFrameType());
    for (auto [i, field] : llvm::enumerate(arguments.getFields()))
      content = LLVM::InsertValueOp::create(builder, content, field,
                                            static_cast<int64_t>(i));
    LLVM::StoreOp::create(builder, content, frame);
    Value zero = constant(i32, 0);
    LLVM::CallOp::create(builder, parallel,
                         ValueRange{LLVM::AddressOfOp::create(builder, team),
                                    frame, zero, zero});
  }

  /// Runs the network for each image.
  void emitImages(const RunArguments &arguments, ValueRange thread) {
    if (!arguments.batch)
      return callNetwork(arguments, Value(), thread);
    Type i64 = builder.getI64Type();
    Block *before = builder.getBlock();
    Block *after = before->splitBlock(builder.getInsertionPoint());
    Region *region = before->getParent();
    Location loc = builder.getLoc();
    Block *header =
        builder.createBlock(region, after->getIterator(), {i64}, {loc});
    Block *body = builder.createBlock(region, after->getIterator());
    builder.setInsertionPointToEnd(before);
    LLVM::BrOp::create(builder, ValueRange{constant(i64, 0)}, header);
    builder.setInsertionPointToEnd(header);
    Value image = header->getArgument(0);
    Value more = LLVM::ICmpOp::create(builder, LLVM::ICmpPredicate::slt, image,
                                      arguments.batch);
    LLVM::CondBrOp::create(builder, more, body, after);
    builder.setInsertionPointToEnd(body);
    callNetwork(arguments, image, thread);
    // The next image uses the same arena.
    if (auto barrier =
            network->getParentOfType<ModuleOp>().lookupSymbol<LLVM::LLVMFuncOp>(
                interface::barrier);
        barrier && !thread.empty())
      LLVM::CallOp::create(builder, barrier, ValueRange());
    Value next = LLVM::AddOp::create(builder, image, constant(i64, 1));
    LLVM::BrOp::create(builder, ValueRange{next}, header);
    builder.setInsertionPointToEnd(after);
  }

  /// Pointers to the data of one image, from an array of pointers.
  void loadPointers(Value array, ArrayRef<ModelTensor> tensors, Value image,
                    SmallVectorImpl<Value> &pointers) {
    for (auto [i, tensor] : llvm::enumerate(tensors)) {
      Value slot =
          LLVM::GEPOp::create(builder, pointer, pointer, array,
                              ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
      Value data = LLVM::LoadOp::create(builder, pointer, slot);
      if (image && tensor.hasDynamicBatch()) {
        Value bytes = LLVM::MulOp::create(
            builder, image,
            constant(builder.getI64Type(), tensor.getByteSize()));
        data = LLVM::GEPOp::create(builder, pointer, builder.getI8Type(), data,
                                   ArrayRef<LLVM::GEPArg>{bytes});
      }
      pointers.push_back(data);
    }
  }

  void callNetwork(const RunArguments &arguments, Value image,
                   ValueRange thread) {
    SmallVector<Value> operands;
    loadPointers(arguments.inputs, model.inputs, image, operands);
    loadPointers(arguments.outputs, model.outputs, image, operands);
    if (arguments.weights)
      operands.push_back(arguments.weights);
    else if (weights)
      operands.push_back(LLVM::AddressOfOp::create(builder, weights));
    else
      operands.push_back(LLVM::ZeroOp::create(builder, pointer));
    operands.push_back(arguments.arena);
    llvm::append_range(operands, thread);
    LLVM::CallOp::create(builder, network, operands);
  }

  LLVM::LLVMFuncOp network;
  const ModelInterface &model;
  ImplicitLocOpBuilder builder;
  Type pointer;
  /// size_t of the machine.
  Type word;
  LLVM::GlobalOp weights;
};

struct EmitEntryPoints : impl::EmitEntryPointsBase<EmitEntryPoints> {
  void runOnOperation() override {
    FailureOr<Operation *> entry = findEntry(getOperation());
    auto network = succeeded(entry) ? dyn_cast<LLVM::LLVMFuncOp>(*entry)
                                    : LLVM::LLVMFuncOp();
    if (!network) {
      if (succeeded(entry))
        (*entry)->emitError("expected the network in the LLVM dialect");
      return signalPassFailure();
    }
    FailureOr<ModelInterface> model = ModelInterface::get(network);
    if (failed(model))
      return signalPassFailure();
    size_t pointers = model->inputs.size() + model->outputs.size() + 2;
    size_t expected = pointers + (model->threads ? 2 : 0);
    if (network.getNumArguments() != expected) {
      network.emitError() << "expected " << expected
                          << " arguments: inputs, outputs, weights, arena"
                          << (model->threads ? ", thread, threads" : "")
                          << "; got " << network.getNumArguments();
      return signalPassFailure();
    }
    EntryPoints(network, *model).emit();
  }
};

} // namespace
} // namespace mlir::cnn
