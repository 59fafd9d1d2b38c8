//===- Dispatch.cpp - Several versions of a network in one ----------------===//

#include "Dispatch.h"

#include "CodeGeneration.h"
#include "LinkRuntime.h"

#include "cnnc/Target/Target.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace mlir::cnn {
namespace {

class Dispatcher {
public:
  Dispatcher(const ModelInterface &model, llvm::ArrayRef<Machine> versions,
             llvm::Module &module)
      : model(model), versions(versions), module(module),
        builder(module.getContext()), pointer(builder.getPtrTy()),
        word(builder.getIntNTy(model.machine.pointerBits)) {}

  void emit(llvm::ArrayRef<NeededWords> needed) {
    emitChoose(needed);
    llvm::Type *status = builder.getInt32Ty();
    llvm::SmallVector<llvm::Type *> arguments(model.decodedWeights ? 4 : 3,
                                              pointer);
    if (model.dynamicBatch)
      arguments.push_back(builder.getInt64Ty());
    auto *unsupported = ConstantInt::get(status, unsupportedProcessor);
    auto *nothing = ConstantInt::get(word, 0);
    emitFunction("_run", status, arguments, unsupported);
    emitFunction("_arena_size", word, {}, nothing);
    // What the network is, even where it does not run.
    emitFunction("_info", pointer, {}, nullptr);
    if (!model.decodedWeights)
      return;
    emitFunction("_load_weights", status, {pointer}, unsupported);
    emitFunction("_weights_size", word, {}, nothing);
  }

private:
  /// NAME_version() is the number of the version that runs here, or -1.
  void emitChoose(llvm::ArrayRef<NeededWords> needed) {
    llvm::SmallVector<uint64_t> words;
    for (const NeededWords &version : needed)
      words.append(version.begin(), version.end());
    auto *data = ConstantDataArray::get(module.getContext(), words);
    auto *table = new GlobalVariable(
        module, data->getType(), /*isConstant=*/true,
        GlobalValue::InternalLinkage, data, model.name + "_needed");
    llvm::Type *number = builder.getInt32Ty();
    FunctionCallee choosing = module.getOrInsertFunction(
        "cnnc_choose_version",
        llvm::FunctionType::get(number, {pointer, number}, /*isVarArg=*/false));
    choose = Function::Create(
        llvm::FunctionType::get(number, /*isVarArg=*/false),
        GlobalValue::InternalLinkage, model.name + "_version", module);
    choose->addFnAttr(llvm::Attribute::NoInline);
    builder.SetInsertPoint(BasicBlock::Create(module.getContext(), "", choose));
    builder.CreateRet(builder.CreateCall(
        choosing, {table, builder.getInt32(versions.size())}));
  }

  /// A function that calls the same of the version, or returns `otherwise`;
  /// null stands for what the last version returns.
  void emitFunction(StringRef suffix, llvm::Type *result,
                    llvm::ArrayRef<llvm::Type *> arguments,
                    llvm::Value *otherwise) {
    auto *type = llvm::FunctionType::get(result, arguments, /*isVarArg=*/false);
    auto *function = Function::Create(type, GlobalValue::ExternalLinkage,
                                      model.name + suffix, module);
    LLVMContext &context = module.getContext();
    auto *entry = BasicBlock::Create(context, "", function);
    llvm::SmallVector<BasicBlock *> calls;
    llvm::SmallVector<llvm::Value *> values(
        make_pointer_range(function->args()));
    for (const Machine &version : versions) {
      auto *callee = Function::Create(
          type, GlobalValue::ExternalLinkage,
          getVersionName(model.name, version.cpu) + suffix, module);
      callee->setVisibility(GlobalValue::HiddenVisibility);
      calls.push_back(BasicBlock::Create(context, "", function));
      builder.SetInsertPoint(calls.back());
      CallInst *call = builder.CreateCall(callee, values);
      call->setTailCall();
      builder.CreateRet(call);
    }
    BasicBlock *last = calls.back();
    if (otherwise) {
      last = BasicBlock::Create(context, "", function);
      builder.SetInsertPoint(last);
      builder.CreateRet(otherwise);
    }
    builder.SetInsertPoint(entry);
    SwitchInst *select =
        builder.CreateSwitch(builder.CreateCall(choose), last, calls.size());
    for (auto [i, call] : enumerate(calls))
      select->addCase(builder.getInt32(i), call);
  }

  const ModelInterface &model;
  llvm::ArrayRef<Machine> versions;
  llvm::Module &module;
  IRBuilder<> builder;
  llvm::Type *pointer, *word;
  Function *choose = nullptr;
};

} // namespace

std::string getVersionName(StringRef network, StringRef cpu) {
  std::string name = (network + "_" + cpu).str();
  for (char &c : name)
    if (!isAlnum(c))
      c = '_';
  return name;
}

Expected<std::unique_ptr<llvm::Module>>
makeDispatcher(const ModelInterface &model, llvm::ArrayRef<Machine> versions,
               LLVMContext &context) {
  llvm::SmallVector<NeededWords> needed;
  for (const Machine &version : versions) {
    Expected<NeededWords> words = getNeededWords(version);
    if (!words)
      return words.takeError();
    needed.push_back(*words);
  }
  // What decides runs on every processor.
  Triple triple(model.machine.triple);
  Expected<Machine> baseline =
      Machine::get(model.machine.triple, triple.isX86() ? "x86-64" : "generic");
  if (!baseline)
    return baseline.takeError();
  Expected<std::unique_ptr<TargetMachine>> target =
      createTargetMachine(*baseline);
  if (!target)
    return target.takeError();
  auto module = std::make_unique<llvm::Module>(model.name, context);
  module->setTargetTriple((*target)->getTargetTriple());
  module->setDataLayout((*target)->createDataLayout());
  Dispatcher(model, versions, *module).emit(needed);
  if (Error error = linkChooser(*module, model))
    return std::move(error);
  setFunctionAttributes(*module, *baseline);
  return std::move(module);
}

} // namespace mlir::cnn
