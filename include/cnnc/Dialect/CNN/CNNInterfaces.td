//===- CNNInterfaces.td - Interfaces of cnn ops --------------------------===//

#ifndef CNNC_DIALECT_CNN_CNNINTERFACES
#define CNNC_DIALECT_CNN_CNNINTERFACES

include "mlir/IR/OpBase.td"

def CNN_ActivatedOp : OpInterface<"ActivatedOp"> {
  let cppNamespace = "::mlir::cnn";
  let description = "A layer that can apply a function to its result.";
  let methods = [
    InterfaceMethod<"The function applied to the result, or null.",
                    "::mlir::cnn::FunctionAttr", "getActivationAttr">,
    InterfaceMethod<"Sets the function applied to the result.", "void",
                    "setActivationAttr",
                    (ins "::mlir::cnn::FunctionAttr":$activation)>,
  ];
}

#endif // CNNC_DIALECT_CNN_CNNINTERFACES
