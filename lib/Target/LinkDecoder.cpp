//===- LinkDecoder.cpp - The decoder of weights as LLVM IR ----------------===//
//
// lib/Support/WeightsDecoder.cpp is compiled to LLVM IR when the project is
// built, once for addresses of 64 bits and once for those of 32. It uses only
// pointers and numbers of fixed width, so that the IR is good for any machine.
//
//===----------------------------------------------------------------------===//

#include "LinkDecoder.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/MemoryBufferRef.h"

// The files that CMake names.
asm(".section .rodata\n"
    ".globl cnnc_decoder_32, cnnc_decoder_32_end\n"
    ".globl cnnc_decoder_64, cnnc_decoder_64_end\n"
    "cnnc_decoder_32: .incbin \"" CNNC_DECODER_32 "\"\n"
    "cnnc_decoder_32_end:\n"
    "cnnc_decoder_64: .incbin \"" CNNC_DECODER_64 "\"\n"
    "cnnc_decoder_64_end:\n"
    ".previous\n");

extern "C" const char cnnc_decoder_32[], cnnc_decoder_32_end[],
    cnnc_decoder_64[], cnnc_decoder_64_end[];

namespace mlir::cnn {
namespace {

llvm::StringRef getBitcode(int64_t pointerBits) {
  if (pointerBits == 32)
    return {cnnc_decoder_32,
            static_cast<size_t>(cnnc_decoder_32_end - cnnc_decoder_32)};
  return {cnnc_decoder_64,
          static_cast<size_t>(cnnc_decoder_64_end - cnnc_decoder_64)};
}

/// Forgets the machine that the IR was made for.
void makePortable(llvm::Module &decoder, const llvm::Module &target) {
  decoder.setTargetTriple(target.getTargetTriple());
  decoder.setDataLayout(target.getDataLayout());
  while (!decoder.named_metadata_empty())
    decoder.eraseNamedMetadata(&*decoder.named_metadata_begin());
  for (llvm::Function &function : decoder)
    if (!function.isDeclaration())
      function.setAttributes(
          function.getAttributes().removeFnAttributes(function.getContext()));
}

} // namespace

llvm::Error linkDecoder(llvm::Module &module, const ModelInterface &model) {
  auto decoder = llvm::parseBitcodeFile(
      llvm::MemoryBufferRef(getBitcode(model.machine.pointerBits), "decoder"),
      module.getContext());
  if (!decoder)
    return decoder.takeError();
  makePortable(**decoder, module);
  if (llvm::Linker::linkModules(module, std::move(*decoder),
                                llvm::Linker::LinkOnlyNeeded))
    return llvm::createStringError("the decoder of weights cannot be linked");
  llvm::Function *decode = module.getFunction("cnnc_decode_weights");
  decode->setLinkage(llvm::GlobalValue::InternalLinkage);
  decode->setName(model.name + "_decode_weights");
  return llvm::Error::success();
}

} // namespace mlir::cnn
