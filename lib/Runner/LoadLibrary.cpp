//===- LoadLibrary.cpp - Compiled code in a shared library --------===//

#include "cnnc/Runner/CompiledNetwork.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <dlfcn.h>

using namespace mlir::cnn;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Expected;
using llvm::StringRef;

// An OpenMP function all implementations share; no header, which only some
// compilers have.
extern "C" int omp_get_num_places();

namespace {

class SharedLibrary : public LoadedCode {
public:
  explicit SharedLibrary(void *handle) : handle(handle) {}
  ~SharedLibrary() override { dlclose(handle); }

  Expected<void *> lookup(const std::string &function) override {
    if (void *address = dlsym(handle, function.c_str()))
      return address;
    return createStringError("function " + function + " is missing");
  }

private:
  void *handle;
};

/// The network's name if the library is called libNAME.so or NAME.so.
StringRef getNameOfFile(StringRef path) {
  StringRef stem = llvm::sys::path::stem(path);
  stem.consume_front("lib");
  return stem;
}

} // namespace

Expected<std::unique_ptr<CompiledNetwork>>
mlir::cnn::loadCompiledLibrary(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createFileError(path, buffer.getError());
  Expected<std::string> name =
      findNetwork((*buffer)->getMemBufferRef(), getNameOfFile(path));
  if (!name)
    return createFileError(path, name.takeError());
  // A name without a slash would be searched in the system's folders.
  llvm::SmallString<128> absolute(path);
  if (std::error_code code = llvm::sys::fs::make_absolute(absolute))
    return createFileError(path, code);
  // The library may bring another OpenMP, which binds this thread to one
  // processor if OMP_PROC_BIND says so. Ours has to see all of them before.
  omp_get_num_places();
  void *handle = dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return createStringError(dlerror());
  Expected<std::unique_ptr<CompiledNetwork>> network =
      CompiledNetwork::create(*name, std::make_unique<SharedLibrary>(handle));
  if (!network)
    return createFileError(path, network.takeError());
  return network;
}
