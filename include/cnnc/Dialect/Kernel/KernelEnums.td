//===- KernelEnums.td - Enumerations of the kernel dialect ---------------===//

#ifndef CNNC_DIALECT_KERNEL_KERNELENUMS
#define CNNC_DIALECT_KERNEL_KERNELENUMS

include "mlir/IR/EnumAttr.td"

def Kernel_PoolKind : I32EnumAttr<"PoolKind", "what a pool computes",
    [I32EnumAttrCase<"max", 0>, I32EnumAttrCase<"avg", 1>]> {
  let cppNamespace = "::mlir::kernel";
  let genSpecializedAttr = 0;
}

#endif // CNNC_DIALECT_KERNEL_KERNELENUMS
