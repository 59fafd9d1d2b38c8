//===- EngineObject.cpp - Compiled code in memory -------------------------===//

#include "EngineCompiled.h"

#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/TargetSelect.h"

using namespace mlir::cnn;
using llvm::Expected;

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

} // namespace

Expected<std::unique_ptr<Engine>>
mlir::cnn::loadObject(std::unique_ptr<llvm::MemoryBuffer> object) {
  Expected<std::string> name = findNetwork(object->getMemBufferRef());
  if (!name)
    return name.takeError();
  llvm::InitializeNativeTarget();
  Expected<std::unique_ptr<llvm::orc::LLJIT>> linker =
      llvm::orc::LLJITBuilder().create();
  if (!linker)
    return linker.takeError();
  // What objects may call: libm, and OpenMP where they use threads.
  auto process = llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
      (*linker)->getDataLayout().getGlobalPrefix());
  if (!process)
    return process.takeError();
  (*linker)->getMainJITDylib().addGenerator(std::move(*process));
  if (llvm::Error error = (*linker)->addObjectFile(std::move(object)))
    return std::move(error);
  return makeCompiledEngine(*name,
                            std::make_unique<LinkedObject>(std::move(*linker)));
}
