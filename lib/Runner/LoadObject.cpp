//===- LoadObject.cpp - Compiled code in memory -------------------------===//

#include "cnnc/Runner/CompiledNetwork.h"

#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/TargetSelect.h"

#include <dlfcn.h>

using namespace mlir::cnn;
using llvm::Expected;
using llvm::orc::DynamicLibrarySearchGenerator;

// An OpenMP function all implementations share; no header, which only some
// compilers have.
extern "C" int omp_get_num_places();

namespace {

class LinkedObject : public LoadedCode {
public:
  explicit LinkedObject(std::unique_ptr<llvm::orc::LLJIT> linker)
      : linker(std::move(linker)) {}

  Expected<void *> lookup(const std::string &function) override {
    Expected<llvm::orc::ExecutorAddr> address = linker->lookup(function);
    if (!address)
      return address.takeError();
    return address->toPtr<void *>();
  }

private:
  std::unique_ptr<llvm::orc::LLJIT> linker;
};

/// Lets code call what objects may call: OpenMP where they use threads, and
/// libm. This library's OpenMP is not among what a process shows everyone where
/// the library is a plug-in, as in Python.
llvm::Error addFunctions(llvm::orc::LLJIT &linker) {
  char prefix = linker.getDataLayout().getGlobalPrefix();
  Dl_info openMP;
  if (dladdr(reinterpret_cast<void *>(&omp_get_num_places), &openMP) &&
      openMP.dli_fname) {
    auto library =
        DynamicLibrarySearchGenerator::Load(openMP.dli_fname, prefix);
    if (!library)
      return library.takeError();
    linker.getMainJITDylib().addGenerator(std::move(*library));
  }
  auto process = DynamicLibrarySearchGenerator::GetForCurrentProcess(prefix);
  if (!process)
    return process.takeError();
  linker.getMainJITDylib().addGenerator(std::move(*process));
  return llvm::Error::success();
}

} // namespace

Expected<std::unique_ptr<CompiledNetwork>>
mlir::cnn::loadCompiledObject(std::unique_ptr<llvm::MemoryBuffer> object) {
  Expected<std::string> name = findNetwork(object->getMemBufferRef());
  if (!name)
    return name.takeError();
  llvm::InitializeNativeTarget();
  Expected<std::unique_ptr<llvm::orc::LLJIT>> linker =
      llvm::orc::LLJITBuilder().create();
  if (!linker)
    return linker.takeError();
  if (llvm::Error error = addFunctions(**linker))
    return std::move(error);
  if (llvm::Error error = (*linker)->addObjectFile(std::move(object)))
    return std::move(error);
  return CompiledNetwork::create(
      *name, std::make_unique<LinkedObject>(std::move(*linker)));
}
