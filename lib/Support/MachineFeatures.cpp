//===- MachineFeatures.cpp - What few kernels ask of a machine ------------===//

#include "cnnc/Support/MachineFeatures.h"

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/TargetParser/Triple.h"

namespace mlir::cnn {

bool hasVectorPopcount(const Machine &machine) {
  llvm::Triple triple(machine.triple);
  std::string reason;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, reason);
  if (!target || !triple.isX86())
    return false;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      target->createMCSubtargetInfo(triple, machine.cpu, machine.features));
  return subtarget && machine.vectorBits == 512 &&
         subtarget->checkFeatures("+avx512vpopcntdq");
}

} // namespace mlir::cnn
