//===- Parts.cpp - A module as parts that compile in parallel -------------===//
//
// LLVM compiles a module on one thread, and nothing at hand joins objects. So
// parts are joined as assembly, which takes a tenth of the time of compiling.
//
//===----------------------------------------------------------------------===//

#include "Parts.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace mlir::cnn {
namespace {

using PartReader = Expected<std::unique_ptr<llvm::Module>>;

bool isKernel(const Function &function) {
  return !function.isDeclaration() && function.hasLocalLinkage() &&
         function.hasFnAttribute(llvm::Attribute::NoInline);
}

ModulePart writePart(const llvm::Module &module) {
  ModulePart part;
  raw_svector_ostream stream(part);
  WriteBitcodeToFile(module, stream);
  return part;
}

PartReader readPart(const ModulePart &part, LLVMContext &context) {
  return parseBitcodeFile(
      MemoryBufferRef(StringRef(part.data(), part.size()), "part"), context);
}

/// Calls `work` with each part, read into a context of its own, and with its
/// number; returns all errors.
Error forEachPart(
    llvm::ArrayRef<ModulePart> parts, const Machine &machine, bool text,
    llvm::function_ref<Error(size_t, llvm::Module &, TargetMachine &)> work) {
  std::vector<std::string> errors(parts.size());
  auto run = [&](size_t i) -> Error {
    LLVMContext context;
    PartReader module = readPart(parts[i], context);
    if (!module)
      return module.takeError();
    auto target = createTargetMachine(machine, text);
    if (!target)
      return target.takeError();
    return work(i, **module, **target);
  };
  DefaultThreadPool pool;
  for (size_t i = 0; i != parts.size(); ++i)
    pool.async([&, i] { errors[i] = toString(run(i)); });
  pool.wait();
  for (const std::string &error : errors)
    if (!error.empty())
      return createStringError(error);
  return Error::success();
}

/// Makes hidden symbols local, and tells the labels of one part from others',
/// except in strings.
void appendLocalized(StringRef text, size_t part, std::string &result) {
  constexpr StringLiteral hidden = "\t.hidden\t", global = "\t.globl\t";
  StringSet<> names;
  for (StringRef line : split(text, '\n'))
    if (line.consume_front(hidden))
      names.insert(line.split('\t').first.trim());
  std::string prefix = ".Lpart" + std::to_string(part) + "_";
  for (StringRef line : split(text, '\n')) {
    StringRef name = line;
    if (name.starts_with(hidden) ||
        (name.consume_front(global) &&
         names.contains(name.split('\t').first.trim())))
      continue;
    bool hasLabels = !line.starts_with("\t.asci");
    for (size_t at = line.find(".L"); hasLabels && at != StringRef::npos;
         at = line.find(".L")) {
      result += line.take_front(at);
      result += prefix;
      line = line.drop_front(at + 2);
    }
    result += line;
    result += '\n';
  }
}

} // namespace

std::vector<ModulePart> splitModule(llvm::Module &module, unsigned count) {
  // The largest first; of equal size, by name.
  std::vector<std::pair<Function *, uint64_t>> order;
  for (Function &function : module)
    if (isKernel(function))
      order.push_back({&function, function.getInstructionCount()});
  sort(order, [&](const auto &a, const auto &b) {
    return std::tuple(b.second, a.first->getName()) <
           std::tuple(a.second, b.first->getName());
  });
  SmallVector<uint64_t> sizes(count, 0);
  DenseMap<const GlobalValue *, unsigned> partOf;
  for (auto [kernel, size] : order) {
    auto smallest = min_element(sizes);
    *smallest += size;
    partOf[kernel] = smallest - sizes.begin();
    if (count == 1)
      continue;
    kernel->setLinkage(GlobalValue::ExternalLinkage);
    kernel->setVisibility(GlobalValue::HiddenVisibility);
  }
  std::vector<ModulePart> parts;
  for (unsigned part = 0; part != count; ++part) {
    ValueToValueMapTy map;
    auto copy = CloneModule(module, map, [&](const GlobalValue *value) {
      auto *variable = dyn_cast<GlobalVariable>(value);
      return partOf.lookup(value) == part ||
             (variable && variable->hasLocalLinkage());
    });
    // Constants that several parts use are each one's own.
    if (part != 0)
      for (GlobalVariable &variable : copy->globals())
        if (variable.hasLocalLinkage())
          variable.setLinkage(GlobalValue::PrivateLinkage);
    parts.push_back(writePart(*copy));
  }
  return parts;
}

Error optimizeParts(std::vector<ModulePart> &parts, const Machine &machine) {
  return forEachPart(
      parts, machine, /*text=*/false,
      [&](size_t i, llvm::Module &module, TargetMachine &target) {
        optimize(module, target);
        parts[i] = writePart(module);
        return Error::success();
      });
}

PartReader joinParts(llvm::ArrayRef<ModulePart> parts, LLVMContext &context) {
  PartReader module = readPart(parts.front(), context);
  for (const ModulePart &part : parts.drop_front()) {
    if (!module)
      break;
    PartReader other = readPart(part, context);
    if (!other)
      return other.takeError();
    if (Linker::linkModules(**module, std::move(*other)))
      return createStringError("the parts of the network do not fit together");
  }
  if (module)
    for (Function &function : **module)
      if (!function.isDeclaration() && function.hasHiddenVisibility()) {
        function.setVisibility(GlobalValue::DefaultVisibility);
        function.setLinkage(GlobalValue::InternalLinkage);
      }
  return module;
}

Expected<std::string> compileParts(llvm::ArrayRef<ModulePart> parts,
                                   const Machine &machine) {
  std::vector<SmallString<0>> texts(parts.size());
  if (Error error = forEachPart(
          parts, machine, /*text=*/true,
          [&](size_t i, llvm::Module &module, TargetMachine &target) {
            target.Options.MCOptions.AsmVerbose = false;
            raw_svector_ostream stream(texts[i]);
            return generate(module, target, CodeGenFileType::AssemblyFile,
                            stream);
          }))
    return std::move(error);
  std::string result;
  for (auto [i, text] : enumerate(texts))
    appendLocalized(text, i, result);
  return result;
}

} // namespace mlir::cnn
