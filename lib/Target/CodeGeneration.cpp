//===- CodeGeneration.cpp - Driving LLVM ----------------------------------===//

#include "CodeGeneration.h"
#include "CrossTools.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/PassManager.h"
#include "llvm/IR/RuntimeLibcalls.h"
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

/// The calling convention that compilers for RISC-V use with these registers;
/// empty, which is LLVM's choice, elsewhere.
StringRef getABIName(const Triple &triple, const Machine &machine) {
  if (!triple.isRISCV())
    return "";
  bool isWide = triple.isRISCV64();
  switch (machine.floatArgumentBits) {
  case 64:
    return isWide ? "lp64d" : "ilp32d";
  case 32:
    return isWide ? "lp64f" : "ilp32f";
  default:
    return isWide ? "lp64" : "ilp32";
  }
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
  options.MCOptions.ABIName = getABIName(triple, machine);
  // Linkers leave out what a program does not use.
  options.FunctionSections = true;
  options.DataSections = true;
  // 32-bit ARM has tables even of functions that do not unwind; these have none
  // in the form of other machines.
  options.ExceptionModel = ExceptionHandling::DwarfCFI;
  // Addresses are fixed when the program is linked.
  bool isFixed = isBareMetal(triple);
  // RISC-V's other model is for addresses around 0 only.
  std::optional<CodeModel::Model> model;
  if (isFixed && triple.isRISCV())
    model = CodeModel::Medium;
  std::unique_ptr<TargetMachine> result(target->createTargetMachine(
      triple, machine.cpu, machine.features, options,
      isFixed ? Reloc::Static : Reloc::PIC_, model,
      CodeGenOptLevel::Aggressive));
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
    // Also where they are none: in one module with functions for others, the
    // module's are not meant.
    function.addFnAttr("target-cpu", machine.cpu);
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

/// A function of numbers that the libraries of every compiler for machines of
/// 32 bits have: libgcc and compiler-rt. Those of C's mathematical library and
/// of memory have other names.
bool isArithmetic(StringRef name, const Machine &machine) {
  if (machine.pointerBits != 32 || !name.starts_with("__") ||
      name.contains("mem"))
    return false;
  return RTLIB::RuntimeLibcallsInfo(Triple(machine.triple))
             .getSupportedLibcallImpl(name) != RTLIB::Unsupported;
}

} // namespace

bool isFoundAtRunTime(StringRef name) {
  return name.starts_with("GOMP_") || name.starts_with("omp_get_") ||
         name == "getauxval";
}

Expected<std::vector<std::string>> getCalledFunctions(MemoryBufferRef buffer,
                                                      const Machine &machine) {
  auto object = object::ObjectFile::createObjectFile(buffer);
  if (!object)
    return object.takeError();
  auto names = getUndefined(**object);
  if (!names)
    return names.takeError();
  llvm::erase(*names, "_GLOBAL_OFFSET_TABLE_");
  for (StringRef name : *names)
    if (!isFoundAtRunTime(name) && !isArithmetic(name, machine))
      return createStringError("the object would need the library function '" +
                               name + "', but compiled networks call none");
  sort(*names);
  return names;
}

} // namespace mlir::cnn
