//===- NativeModule.cpp - From the LLVM dialect to files ------------------===//

#include "CodeGeneration.h"
#include "Dispatch.h"
#include "LinkRuntime.h"
#include "Parts.h"

#include "cnnc/Target/Target.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Transforms/Utils/Cloning.h"

namespace mlir::cnn {
namespace {

/// Weights up to this size are a constant of the module.
constexpr int64_t largestConstant = 64 << 10;
/// Parts that large networks are compiled in: enough to keep processors evenly
/// busy, few enough that what each part repeats does not count.
constexpr unsigned partCount = 8;

/// Creates a temporary file and returns its path.
llvm::Expected<SmallString<128>> createTemporary(StringRef suffix) {
  SmallString<128> path;
  if (std::error_code code =
          llvm::sys::fs::createTemporaryFile("cnnc", suffix, path))
    return llvm::createStringError(code, "cannot create a temporary file: " +
                                             code.message());
  return path;
}

/// Assembly that defines `symbol` with what the directive `content` says. LLVM
/// constants of the size of weights take many times their size in memory.
std::string defineSymbol(StringRef symbol, StringRef content, int64_t size) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << ".section .rodata." << symbol << ",\"a\",%progbits\n"
         << ".p2align 6\n"
         << ".type " << symbol << ",%object\n"
         << symbol << ":\n"
         << content << "\n"
         << ".size " << symbol << ", " << size << "\n"
         << ".text\n";
  return text;
}

/// The directive for `size` bytes at `offset` of a file.
std::string includeFile(StringRef path, int64_t offset, int64_t size) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << ".incbin \"";
  llvm::printEscapedString(path, stream);
  stream << "\", " << offset << ", " << size;
  return text;
}

/// Where the bytes of `symbol` are in an ELF file.
llvm::Expected<uint64_t> findInFile(StringRef path, StringRef symbol) {
  auto object = llvm::object::ObjectFile::createObjectFile(path);
  if (!object)
    return object.takeError();
  for (const llvm::object::SymbolRef &it : object->getBinary()->symbols()) {
    llvm::Expected<StringRef> name = it.getName();
    if (!name)
      return name.takeError();
    if (*name != symbol)
      continue;
    auto section = it.getSection();
    auto offset = it.getValue();
    if (!section || !offset)
      return llvm::joinErrors(section.takeError(), offset.takeError());
    return llvm::object::ELFSectionRef(**section).getOffset() + *offset;
  }
  return llvm::createStringError("the object has no symbol '" + symbol + "'");
}

/// Gives all that a version defines, and its weights, names that no other
/// version has; only the dispatcher sees its entry points.
void renameVersion(llvm::Module &module, const ModelInterface &model) {
  std::string prefix = getVersionName(model.name, model.machine.cpu);
  for (llvm::GlobalValue &value : module.global_values()) {
    StringRef name = value.getName();
    bool isOurs = !value.isDeclaration() || name == model.name + "_weights";
    if (!isOurs || name.starts_with("llvm."))
      continue;
    if (!value.hasLocalLinkage())
      value.setVisibility(llvm::GlobalValue::HiddenVisibility);
    if (!name.consume_front(model.name))
      value.setName(prefix + "_" + name);
    else
      value.setName(prefix + name);
  }
}

} // namespace

std::string NativeInterface::describeProcessors() const {
  return versions.empty() ? machine.cpu : llvm::join(versions, " or ");
}

llvm::Expected<NativeModule> NativeModule::create(ModuleOp op, bool isVersion) {
  NativeModule result;
  FailureOr<Operation *> entry = findEntry(op);
  FailureOr<ModelInterface> model = failure();
  if (succeeded(entry))
    model = ModelInterface::get(*entry);
  if (failed(model))
    return llvm::createStringError("the module has no network to compile");
  static_cast<ModelInterface &>(result.model) = *model;
  if (auto pieces = op->getAttrOfType<ArrayAttr>(interface::weights)) {
    FailureOr<WeightsBlock> weights = WeightsBlock::get(pieces);
    if (failed(weights))
      return llvm::createStringError("the module's weights are not constants");
    std::string prefix = isVersion
                             ? getVersionName(model->name, model->machine.cpu)
                             : model->name;
    result.weights.push_back({prefix + "_weights", *weights});
  }

  auto machine = createTargetMachine(model->machine);
  if (!machine)
    return machine.takeError();
  result.machine = std::move(*machine);
  result.context = std::make_unique<llvm::LLVMContext>();
  auto module = translateModuleToLLVMIR(op, *result.context, model->name);
  if (!module)
    return llvm::createStringError("the module is not in the LLVM dialect");
  module->setTargetTriple(result.machine->getTargetTriple());
  module->setDataLayout(result.machine->createDataLayout());
  if (result.machine->isPositionIndependent())
    module->setPICLevel(llvm::PICLevel::BigPIC);
  if (model->decodedWeights)
    if (llvm::Error error = linkDecoder(*module, *model))
      return std::move(error);
  if (isVersion)
    renameVersion(*module, *model);
  setFunctionAttributes(*module, model->machine);
  propagateArguments(*module, *result.machine);
  result.parts = splitModule(*module, result.hasLargeWeights() ? partCount : 1);
  if (llvm::Error error = optimizeParts(result.parts, model->machine))
    return std::move(error);
  return result;
}

llvm::Expected<NativeModule>
NativeModule::combine(std::vector<NativeModule> versions) {
  NativeModule result = std::move(versions.front());
  std::vector<Machine> machines;
  result.model.versions.push_back(result.model.machine.cpu);
  machines.push_back(result.model.machine);
  for (NativeModule &version : llvm::drop_begin(versions)) {
    NativeInterface &model = result.model, &other = version.model;
    model.versions.push_back(other.machine.cpu);
    machines.push_back(other.machine);
    model.arenaBytes = std::max(model.arenaBytes, other.arenaBytes);
    model.decodedWeights = std::max(model.decodedWeights, other.decodedWeights);
    llvm::move(version.weights, std::back_inserter(result.weights));
    llvm::move(version.parts, std::back_inserter(result.parts));
  }
  auto dispatcher = makeDispatcher(result.model, machines, *result.context);
  if (!dispatcher)
    return dispatcher.takeError();
  std::vector<ModulePart> part = splitModule(**dispatcher, 1);
  if (llvm::Error error = optimizeParts(part, result.model.machine))
    return std::move(error);
  llvm::append_range(result.parts, std::move(part));
  // Functions say what they are compiled for. The assembler that puts them into
  // one object has to know every instruction; that of x86 does anyhow.
  Machine assembler = result.model.machine;
  if (result.machine->getTargetTriple().isAArch64())
    assembler.features = "+all";
  if (llvm::Error error =
          createTargetMachine(assembler).moveInto(result.machine))
    return std::move(error);
  return std::move(result);
}

bool NativeModule::hasLargeWeights() const {
  return machine->getTargetTriple().isOSBinFormatELF() &&
         llvm::any_of(weights, [](const NamedWeights &it) {
           return it.block.getByteSize() > largestConstant;
         });
}

namespace {

/// A constant of the module with the bytes of the block, in place of what
/// declares it.
void defineConstant(llvm::GlobalVariable *declaration,
                    const WeightsBlock &block) {
  llvm::Module &module = *declaration->getParent();
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  block.write(stream);
  auto *data = llvm::ConstantDataArray::getString(module.getContext(), bytes,
                                                  /*AddNull=*/false);
  auto *definition =
      new llvm::GlobalVariable(module, data->getType(), /*isConstant=*/true,
                               llvm::GlobalValue::InternalLinkage, data, "");
  definition->setAlignment(llvm::Align(bufferAlignment));
  declaration->replaceAllUsesWith(definition);
  definition->takeName(declaration);
  declaration->eraseFromParent();
}

} // namespace

llvm::Expected<std::unique_ptr<llvm::Module>>
NativeModule::defineWeights(StringRef file) const {
  auto joined = joinParts(parts, *context);
  if (!joined)
    return joined.takeError();
  int64_t offset = 0;
  for (const NamedWeights &it : weights) {
    llvm::GlobalVariable *declaration =
        (*joined)->getGlobalVariable(it.symbol, /*AllowInternal=*/true);
    int64_t size = it.block.getByteSize();
    if (declaration && hasLargeWeights())
      (*joined)->appendModuleInlineAsm(
          defineSymbol(it.symbol, includeFile(file, offset, size), size));
    else if (declaration)
      defineConstant(declaration, it.block);
    offset += size;
  }
  return std::move(*joined);
}

llvm::Expected<std::unique_ptr<llvm::Module>>
NativeModule::compileLargeModule() const {
  auto text = compileParts(parts, model.machine);
  if (!text)
    return text.takeError();
  auto module = std::make_unique<llvm::Module>(model.name, *context);
  module->setTargetTriple(machine->getTargetTriple());
  module->setDataLayout(machine->createDataLayout());
  module->appendModuleInlineAsm(*text);
  for (const NamedWeights &it : weights) {
    int64_t size = it.block.getByteSize();
    module->appendModuleInlineAsm(
        defineSymbol(it.symbol, ".zero " + std::to_string(size), size));
  }
  return module;
}

llvm::Error NativeModule::writeWeights(StringRef path) const {
  return llvm::writeToOutput(path, [&](llvm::raw_ostream &stream) {
    for (const NamedWeights &it : weights)
      it.block.write(stream);
    return llvm::Error::success();
  });
}

llvm::Error NativeModule::emitObjectTo(StringRef path) const {
  std::error_code code;
  llvm::raw_fd_ostream stream(path, code);
  if (code)
    return llvm::createFileError(path, code);
  auto module = hasLargeWeights() ? compileLargeModule() : defineWeights("");
  if (!module)
    return module.takeError();
  if (llvm::Error error = generate(**module, *machine,
                                   llvm::CodeGenFileType::ObjectFile, stream))
    return error;
  if (hasLargeWeights()) {
    stream.flush();
    for (const NamedWeights &it : weights) {
      auto offset = findInFile(path, it.symbol);
      if (!offset)
        return offset.takeError();
      stream.seek(*offset);
      it.block.write(stream);
    }
  }
  stream.close();
  return stream.has_error() ? llvm::createFileError(path, stream.error())
                            : llvm::Error::success();
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
NativeModule::emitObject() const {
  llvm::Expected<SmallString<128>> path = createTemporary("o");
  if (!path)
    return path.takeError();
  // The buffer below stays what it is without the file's name.
  llvm::scope_exit remove([&] { llvm::sys::fs::remove(*path); });
  if (llvm::Error error = emitObjectTo(*path))
    return std::move(error);
  auto buffer = llvm::MemoryBuffer::getFile(*path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createFileError(*path, buffer.getError());
  if (llvm::Error error = readCalledFunctions((*buffer)->getMemBufferRef()))
    return std::move(error);
  return std::move(*buffer);
}

llvm::Error
NativeModule::readCalledFunctions(llvm::MemoryBufferRef object) const {
  auto names = getCalledFunctions(object, model.machine);
  if (!names)
    return names.takeError();
  calledFunctions = std::move(*names);
  return llvm::Error::success();
}

llvm::Expected<std::string> NativeModule::getHeader() const {
  // What code for one processor of 64 bits does not call need not be looked
  // for.
  bool mayCall = model.threads || !model.versions.empty() ||
                 model.machine.pointerBits == 32;
  if (mayCall && !calledFunctions)
    if (auto object = emitObject(); !object)
      return object.takeError();
  return makeHeader(model,
                    calledFunctions.value_or(std::vector<std::string>()));
}

llvm::Error NativeModule::writeObject(StringRef path) const {
  SmallString<128> temporary;
  if (std::error_code code =
          llvm::sys::fs::createUniqueFile(path + "-%%%%%%.tmp", temporary))
    return llvm::createFileError(path, code);
  llvm::scope_exit remove([&] { llvm::sys::fs::remove(temporary); });
  if (llvm::Error error = emitObjectTo(temporary))
    return error;
  auto buffer = llvm::MemoryBuffer::getFile(temporary, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createFileError(temporary, buffer.getError());
  if (llvm::Error error = readCalledFunctions((*buffer)->getMemBufferRef()))
    return error;
  if (std::error_code code = llvm::sys::fs::rename(temporary, path))
    return llvm::createFileError(path, code);
  return llvm::Error::success();
}

llvm::Error NativeModule::writeText(OutputKind kind, StringRef path) const {
  std::string weightsPath =
      (path == "-" ? StringRef(model.name) : path).str() + ".weights";
  if (hasLargeWeights())
    if (llvm::Error error = writeWeights(weightsPath))
      return error;
  auto copy = defineWeights(llvm::sys::path::filename(weightsPath));
  if (!copy)
    return copy.takeError();
  auto printer = createTargetMachine(model.machine, /*text=*/true);
  if (!printer)
    return printer.takeError();
  return llvm::writeToOutput(
      path, [&](llvm::raw_ostream &output) -> llvm::Error {
        if (kind == OutputKind::LLVMText) {
          (*copy)->print(output, nullptr);
          return llvm::Error::success();
        }
        SmallString<0> text;
        llvm::raw_svector_ostream stream(text);
        if (llvm::Error error = generate(
                **copy, **printer, llvm::CodeGenFileType::AssemblyFile, stream))
          return error;
        output << text;
        return llvm::Error::success();
      });
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
makeArchive(const ModelInterface &model, llvm::MemoryBufferRef object) {
  // The object was a temporary file, whose name would be another every time.
  std::string name = model.name + ".o";
  llvm::NewArchiveMember member({object.getBuffer(), name});
  return llvm::writeArchiveToBuffer(
      member, llvm::SymtabWritingMode::NormalSymtab,
      llvm::object::Archive::K_GNU, /*Deterministic=*/true, /*Thin=*/false);
}

llvm::Error NativeModule::writeBinary(OutputKind kind, StringRef path) const {
  // Standard output and devices are no files to put another in place of.
  bool isFile = path != "-" && (!llvm::sys::fs::exists(path) ||
                                llvm::sys::fs::is_regular_file(path));
  if (kind == OutputKind::Object && isFile)
    return writeObject(path);
  auto object = emitObject();
  if (!object)
    return object.takeError();
  if (kind == OutputKind::SharedLibrary)
    return linkSharedLibrary(model, (*object)->getMemBufferRef(), path);
  llvm::MemoryBufferRef content = (*object)->getMemBufferRef();
  if (kind == OutputKind::Package)
    return writePackage(model, content, path);
  std::unique_ptr<llvm::MemoryBuffer> archive;
  if (kind == OutputKind::Archive) {
    if (llvm::Error error = makeArchive(model, content).moveInto(archive))
      return error;
    content = archive->getMemBufferRef();
  }
  return llvm::writeToOutput(path, [&](llvm::raw_ostream &output) {
    output << content.getBuffer();
    return llvm::Error::success();
  });
}

llvm::Error NativeModule::write(OutputKind kind, StringRef path) const {
  switch (kind) {
  case OutputKind::Header:
    return llvm::writeToOutput(
        path, [&](llvm::raw_ostream &output) -> llvm::Error {
          llvm::Expected<std::string> header = getHeader();
          if (!header)
            return header.takeError();
          output << *header;
          return llvm::Error::success();
        });
  case OutputKind::LLVMText:
  case OutputKind::Assembly:
    return writeText(kind, path);
  case OutputKind::Object:
  case OutputKind::Archive:
  case OutputKind::SharedLibrary:
  case OutputKind::Package:
    return writeBinary(kind, path);
  }
  llvm_unreachable("all kinds are handled");
}

} // namespace mlir::cnn
