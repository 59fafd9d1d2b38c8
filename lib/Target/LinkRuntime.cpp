//===- LinkRuntime.cpp - Functions of networks written in C++ -------------===//
//
// lib/Support/WeightsDecoder.cpp and Dispatch/ChooseVersion.cpp are compiled to
// LLVM IR when the project is built: the decoder once for addresses of 64 bits
// and once for those of 32, with only pointers and numbers of fixed width, so
// that the IR is good for any machine; the chooser for each machine that it
// knows.
//
//===----------------------------------------------------------------------===//

#include "LinkRuntime.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/MemoryBufferRef.h"
#include "llvm/TargetParser/Triple.h"

// The files that CMake names.
#define CNNC_EMBED(symbol, file)                                               \
  asm(".section .rodata\n"                                                     \
      ".globl " #symbol ", " #symbol "_end\n" #symbol ": .incbin \"" file      \
      "\"\n" #symbol "_end:\n"                                                 \
      ".previous\n");                                                          \
  extern "C" const char symbol[], symbol##_end[];

CNNC_EMBED(cnnc_decoder_32, CNNC_DECODER_32)
CNNC_EMBED(cnnc_decoder_64, CNNC_DECODER_64)
CNNC_EMBED(cnnc_chooser_x86_64, CNNC_CHOOSER_X86_64)
CNNC_EMBED(cnnc_chooser_aarch64, CNNC_CHOOSER_AARCH64)

namespace mlir::cnn {
namespace {

llvm::StringRef getBytes(const char *begin, const char *end) {
  return {begin, static_cast<size_t>(end - begin)};
}

llvm::StringRef getDecoder(int64_t pointerBits) {
  return pointerBits == 32 ? getBytes(cnnc_decoder_32, cnnc_decoder_32_end)
                           : getBytes(cnnc_decoder_64, cnnc_decoder_64_end);
}

/// Forgets the machine that the IR was made for.
void makePortable(llvm::Module &runtime, const llvm::Module &target) {
  runtime.setTargetTriple(target.getTargetTriple());
  runtime.setDataLayout(target.getDataLayout());
  while (!runtime.named_metadata_empty())
    runtime.eraseNamedMetadata(&*runtime.named_metadata_begin());
  for (llvm::Function &function : runtime)
    if (!function.isDeclaration())
      function.setAttributes(
          function.getAttributes().removeFnAttributes(function.getContext()));
}

/// Defines what the module declares as "cnnc_" + `name`, and calls it
/// NETWORK_name.
llvm::Error link(llvm::Module &module, llvm::StringRef bitcode,
                 const std::string &network, const std::string &name) {
  auto runtime = llvm::parseBitcodeFile(llvm::MemoryBufferRef(bitcode, name),
                                        module.getContext());
  if (!runtime)
    return runtime.takeError();
  makePortable(**runtime, module);
  if (llvm::Linker::linkModules(module, std::move(*runtime),
                                llvm::Linker::LinkOnlyNeeded))
    return llvm::createStringError("cnnc_" + name + " cannot be linked");
  llvm::Function *function = module.getFunction("cnnc_" + name);
  function->setLinkage(llvm::GlobalValue::InternalLinkage);
  function->setName(network + "_" + name);
  return llvm::Error::success();
}

} // namespace

llvm::Error linkDecoder(llvm::Module &module, const ModelInterface &model) {
  return link(module, getDecoder(model.machine.pointerBits), model.name,
              "decode_weights");
}

llvm::Error linkChooser(llvm::Module &module, const ModelInterface &model) {
  llvm::StringRef bitcode =
      llvm::Triple(model.machine.triple).isAArch64()
          ? getBytes(cnnc_chooser_aarch64, cnnc_chooser_aarch64_end)
          : getBytes(cnnc_chooser_x86_64, cnnc_chooser_x86_64_end);
  return link(module, bitcode, model.name, "choose_version");
}

} // namespace mlir::cnn
