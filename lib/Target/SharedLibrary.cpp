//===- SharedLibrary.cpp - Link an object into a shared library -----------===//

#include "CodeGeneration.h"

#include "cnnc/Target/Target.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

namespace mlir::cnn {
namespace {

/// A program and the arguments that make it link for the model's machine.
struct Linker {
  std::string program;
  SmallVector<std::string> arguments;
};

llvm::Expected<Linker> findLinker(const ModelInterface &model) {
  llvm::Triple triple(model.machine.triple);
  llvm::Triple host(llvm::sys::getDefaultTargetTriple());
  auto find = [](ArrayRef<StringRef> names, ArrayRef<StringRef> folders) {
    for (StringRef name : names)
      if (auto path = llvm::sys::findProgramByName(name, folders))
        return *path;
    return std::string();
  };
  // The host's C compiler knows where the OpenMP library is.
  if (triple.getArch() == host.getArch() && model.threads)
    if (std::string path = find({"cc", "gcc", "clang-22", "clang"}, {});
        !path.empty())
      return Linker{path, {"-fopenmp", "-Wl,-z,noexecstack"}};
  std::string path = find({"ld.lld", "ld.lld-22"}, {});
  if (path.empty())
    path = find({"ld.lld"}, {"/usr/lib/llvm-22/bin"});
  if (!path.empty())
    return Linker{path, {"-z", "noexecstack"}};
  if (triple.getArch() == host.getArch())
    path = find({"cc", "gcc", "clang"}, {});
  if (!path.empty())
    return Linker{path, {"-nostdlib", "-Wl,-z,noexecstack"}};
  return llvm::createStringError(
      "cannot link a shared library for " + model.machine.triple +
      ": expected ld.lld, or a C compiler for this machine, on the PATH");
}

} // namespace

llvm::Error linkSharedLibrary(const ModelInterface &model,
                              llvm::MemoryBufferRef object, StringRef path) {
  // A library has to find at run time what it does not have.
  auto helper = findArithmeticHelper(object);
  if (!helper)
    return helper.takeError();
  if (*helper)
    return llvm::createStringError("cannot link a shared library for " +
                                   model.machine.triple + ": it would need '" +
                                   **helper +
                                   "', which its C compiler links; write "
                                   "an object, which has no such limit");
  llvm::Expected<Linker> linker = findLinker(model);
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
