//===- CodeGeneration.cpp - Driving LLVM ----------------------------------===//

#include "CodeGeneration.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/PassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/IPO/DeadArgumentElimination.h"
#include "llvm/Transforms/IPO/SCCP.h"

using namespace llvm;

namespace mlir::cnn {
namespace {

/// A target without any library function, so that no pass makes calls.
TargetLibraryInfoImpl getNoLibrary(const Triple &triple) {
  TargetLibraryInfoImpl library(triple);
  library.disableAllFunctions();
  return library;
}

} // namespace

Expected<std::unique_ptr<TargetMachine>>
createTargetMachine(const Machine &machine, bool text) {
  Triple triple(machine.triple);
  std::string reason;
  const llvm::Target *target = TargetRegistry::lookupTarget(triple, reason);
  if (!target)
    return createStringError(reason);
  TargetOptions options;
  options.DisableIntegratedAS = text;
  if (triple.isARM() && triple.getEnvironment() != Triple::GNUEABI)
    options.FloatABIType = FloatABI::Hard;
  std::unique_ptr<TargetMachine> result(target->createTargetMachine(
      triple, machine.cpu, machine.features, options, Reloc::PIC_,
      /*CM=*/std::nullopt, CodeGenOptLevel::Aggressive));
  if (!result)
    return createStringError("LLVM cannot generate code for " + machine.triple);
  return result;
}

void setFunctionAttributes(llvm::Module &module, const Machine &machine) {
  std::string bits = std::to_string(machine.vectorBits);
  for (Function &function : module) {
    function.setDoesNotThrow();
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", machine.cpu);
    if (!machine.features.empty())
      function.addFnAttr("target-features", machine.features);
    function.addFnAttr("prefer-vector-width", bits);
    function.addFnAttr("min-legal-vector-width", bits);
    function.addFnAttr("frame-pointer", "none");
    function.addFnAttr("no-builtins");
  }
}

namespace {

/// Runs the passes that `build` makes.
void runPasses(llvm::Module &module, TargetMachine &target,
               llvm::function_ref<ModulePassManager(PassBuilder &)> build) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  // Kernels are unrolled as they should be. An inner loop that LLVM unrolls
  // early is lost for the vectoriser, which then takes the loop around it.
  PipelineTuningOptions tuning;
  tuning.LoopUnrolling = false;
  PassBuilder builder(&target, tuning);
  functions.registerPass([&] {
    return TargetLibraryAnalysis(getNoLibrary(target.getTargetTriple()));
  });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  build(builder).run(module, modules);
}

} // namespace

void propagateArguments(llvm::Module &module, TargetMachine &target) {
  runPasses(module, target, [](PassBuilder &) {
    ModulePassManager passes;
    passes.addPass(IPSCCPPass());
    passes.addPass(DeadArgumentEliminationPass());
    return passes;
  });
}

void optimize(llvm::Module &module, TargetMachine &target) {
  runPasses(module, target, [](PassBuilder &builder) {
    return builder.buildPerModuleDefaultPipeline(OptimizationLevel::O3);
  });
}

Error generate(llvm::Module &module, TargetMachine &target,
               CodeGenFileType type, raw_pwrite_stream &stream) {
  legacy::PassManager passes;
  TargetLibraryInfoImpl library = getNoLibrary(target.getTargetTriple());
  passes.add(new TargetLibraryInfoWrapperPass(library));
  if (target.addPassesToEmitFile(passes, stream, /*DwoOut=*/nullptr, type))
    return createStringError("LLVM cannot write this kind of file for " +
                             target.getTargetTriple().str());
  passes.run(module);
  return Error::success();
}

namespace {

/// The names of what the object does not define.
Expected<std::vector<std::string>> getUndefined(object::ObjectFile &object) {
  std::vector<std::string> names;
  for (const object::SymbolRef &symbol : object.symbols()) {
    Expected<uint32_t> flags = symbol.getFlags();
    if (!flags)
      return flags.takeError();
    Expected<StringRef> name = symbol.getName();
    if (!name)
      return name.takeError();
    if ((*flags & object::SymbolRef::SF_Undefined) && !name->empty())
      names.push_back(name->str());
  }
  return names;
}

/// Divisions, and conversions of 64-bit integers, that the binary interface of
/// 32-bit ARM has as functions.
bool isArithmeticHelper(StringRef name) {
  static constexpr StringLiteral helpers[] = {
      "__aeabi_idiv",     "__aeabi_uidiv",   "__aeabi_idivmod",
      "__aeabi_uidivmod", "__aeabi_ldivmod", "__aeabi_uldivmod",
      "__aeabi_f2lz",     "__aeabi_f2ulz",   "__aeabi_d2lz",
      "__aeabi_d2ulz",    "__aeabi_l2f",     "__aeabi_ul2f",
      "__aeabi_l2d",      "__aeabi_ul2d"};
  return is_contained(helpers, name);
}

} // namespace

Expected<std::optional<std::string>>
findArithmeticHelper(MemoryBufferRef buffer) {
  auto object = object::ObjectFile::createObjectFile(buffer);
  if (!object)
    return object.takeError();
  auto names = getUndefined(**object);
  if (!names)
    return names.takeError();
  auto found = find_if(*names, isArithmeticHelper);
  return found == names->end() ? std::nullopt : std::optional(*found);
}

Error checkSelfContained(MemoryBufferRef buffer) {
  auto object = object::ObjectFile::createObjectFile(buffer);
  if (!object)
    return object.takeError();
  auto names = getUndefined(**object);
  if (!names)
    return names.takeError();
  for (StringRef name : *names)
    if (!name.starts_with("GOMP_") && !name.starts_with("omp_get_") &&
        name != "_GLOBAL_OFFSET_TABLE_" && !isArithmeticHelper(name))
      return createStringError("the object would need the library function '" +
                               name + "', but compiled networks call none");
  return Error::success();
}

} // namespace mlir::cnn
