//===- SharedLibrary.cpp - Link an object into a shared library -----------===//

#include "CodeGeneration.h"
#include "CrossTools.h"

#include "cnnc/Target/Target.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Triple.h"

namespace mlir::cnn {
namespace {

/// A program and the arguments that make it link for the model's machine.
struct Linker {
  std::string program;
  SmallVector<std::string> arguments;
  /// What the name that programs look for follows.
  StringRef soname = "-Wl,-soname=";
};

/// The first of these programs that there is, with its path; or "".
std::string findProgram(ArrayRef<StringRef> names,
                        ArrayRef<StringRef> folders = {}) {
  for (StringRef name : names)
    if (auto path = llvm::sys::findProgramByName(name, folders))
      return *path;
  return "";
}

/// Finds a linker; of one that has to link `helper` as well, an arithmetic
/// function, a C compiler.
llvm::Expected<Linker> findLinker(const ModelInterface &model,
                                  const std::optional<std::string> &helper) {
  llvm::Triple triple(model.machine.triple);
  std::optional<CrossCompiler> cross = getCrossCompiler(triple);
  std::string compiler;
  if (isNative(triple))
    compiler = findProgram({"cc", "gcc", "clang-22", "clang"});
  else if (cross)
    compiler = findProgram({cross->command});
  // A C compiler knows where the OpenMP library is.
  if (model.threads && !compiler.empty())
    return Linker{compiler, {"-fopenmp", "-Wl,-z,noexecstack"}};
  if (!helper) {
    std::string path = findProgram({"ld.lld", "ld.lld-22"});
    if (path.empty())
      path = findProgram({"ld.lld"}, {"/usr/lib/llvm-22/bin"});
    if (!path.empty())
      return Linker{path, {"-z", "noexecstack"}, "-soname="};
  }
  if (!compiler.empty())
    return Linker{compiler, {"-nostdlib", "-Wl,-z,noexecstack", "-lgcc"}};

  std::string expected = helper ? "" : "ld.lld (Debian's package lld-22)";
  if (isNative(triple))
    cross = CrossCompiler{"cc", "gcc"};
  if (cross)
    expected += (expected.empty() ? "" : " or ") + cross->command +
                " (Debian's package " + cross->package + ")";
  return llvm::createStringError(
      "cannot link a shared library for " + model.machine.triple +
      (helper ? ", which needs the function '" + *helper + "'" : "") +
      ": expected " + (expected.empty() ? "a C compiler for it" : expected) +
      " on the PATH; --emit=obj and --emit=static need no linker");
}

} // namespace

llvm::Error linkSharedLibrary(const ModelInterface &model,
                              llvm::MemoryBufferRef object, StringRef path,
                              StringRef soname) {
  if (isBareMetal(llvm::Triple(model.machine.triple)))
    return llvm::createStringError(
        model.machine.triple +
        " has no shared libraries; write an object or a static library");
  // A library has to find at run time what it does not have.
  auto called = getCalledFunctions(object, model.machine);
  if (!called)
    return called.takeError();
  auto helper = llvm::find_if_not(*called, isFoundAtRunTime);
  llvm::Expected<Linker> linker = findLinker(
      model, helper == called->end() ? std::nullopt : std::optional(*helper));
  if (!linker)
    return linker.takeError();

  SmallString<128> objectPath, libraryPath, messagePath;
  llvm::scope_exit remove([&] {
    for (StringRef file : {objectPath, libraryPath, messagePath})
      if (!file.empty())
        llvm::sys::fs::remove(file);
  });
  std::pair<StringRef, SmallString<128> *> files[] = {
      {"o", &objectPath}, {"so", &libraryPath}, {"txt", &messagePath}};
  for (auto [suffix, file] : files)
    if (std::error_code code =
            llvm::sys::fs::createTemporaryFile("cnnc", suffix, *file))
      return llvm::createStringError(code, "cannot create a temporary file: " +
                                               code.message());
  if (llvm::Error error =
          llvm::writeToOutput(objectPath, [&](llvm::raw_ostream &stream) {
            stream << object.getBuffer();
            return llvm::Error::success();
          }))
    return error;

  SmallVector<StringRef> command = {linker->program, "-shared", "-o",
                                    libraryPath, objectPath};
  llvm::append_range(command, linker->arguments);
  std::string name = (linker->soname + soname).str();
  if (!soname.empty())
    command.push_back(name);
  std::optional<StringRef> redirects[] = {StringRef(), messagePath.str(),
                                          messagePath.str()};
  std::string reason;
  int code = llvm::sys::ExecuteAndWait(linker->program, command,
                                       /*Env=*/std::nullopt, redirects,
                                       /*SecondsToWait=*/0, /*MemoryLimit=*/0,
                                       &reason);
  if (code != 0) {
    if (auto message = llvm::MemoryBuffer::getFile(messagePath))
      reason += (*message)->getBuffer();
    return llvm::createStringError("linking with " + linker->program +
                                   " failed: " + reason);
  }
  auto library = llvm::MemoryBuffer::getFile(libraryPath);
  if (!library)
    return llvm::createStringError(library.getError(),
                                   "the linker wrote no library");
  return llvm::writeToOutput(path, [&](llvm::raw_ostream &stream) {
    stream << (*library)->getBuffer();
    return llvm::Error::success();
  });
}

} // namespace mlir::cnn
