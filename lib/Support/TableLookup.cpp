//===- TableLookup.cpp - Tables in registers ------------------------------===//

#include "cnnc/Support/TableLookup.h"

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/TargetParser/Triple.h"

using llvm::StringRef;

std::vector<mlir::cnn::TableLookup>
mlir::cnn::getTableLookups(const Machine &machine) {
  llvm::Triple triple(machine.triple);
  std::string reason;
  // The machine is known, and so is its target.
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, reason);
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      target->createMCSubtargetInfo(triple, machine.cpu, machine.features));
  auto has = [&](StringRef feature) {
    return subtarget->checkFeatures(("+" + feature).str());
  };
  std::vector<TableLookup> lookups;
  if (triple.isX86() && machine.vectorBits == 512) {
    lookups = {{"llvm.x86.avx512.vpermilvar.ps.512", 1, 4},
               {"llvm.x86.avx512.permvar.sf.512", 1, 16},
               {"llvm.x86.avx512.vpermi2var.ps.512", 2, 32}};
  } else if (triple.isX86() && machine.vectorBits == 256) {
    lookups = {{"llvm.x86.avx.vpermilvar.ps.256", 1, 4}};
    if (has("avx2"))
      lookups.push_back({"llvm.x86.avx2.permps", 1, 8});
  } else if (triple.isX86() && has("ssse3")) {
    lookups = {{"llvm.x86.ssse3.pshuf.b.128", 1, 4, true, true}};
  } else if (triple.isAArch64()) {
    for (int64_t registers : {1, 2, 4})
      lookups.push_back(
          {"llvm.aarch64.neon.tbl" + std::to_string(registers) + ".v16i8",
           registers, 4 * registers, false, true});
  }
  return lookups;
}
