//===- KernelBase.td - The kernel dialect, its attributes and types ------===//

#ifndef CNNC_DIALECT_KERNEL_KERNELBASE
#define CNNC_DIALECT_KERNEL_KERNELBASE

include "cnnc/Dialect/CNN/CNNBase.td"
include "cnnc/Dialect/Kernel/KernelEnums.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let summary = "How the layers of a convolutional network are computed";
  let description = [{
    Every op is in destination style: it reads its `ins`, writes all elements of
    its `outs`, and in its tensor form returns what it wrote. All extents are
    static. An op is one algorithm on fixed layouts:

    | letters | layout |
    |---|---|
    | N C H W | plain image |
    | N Cb H W c | blocked image: c channels side by side, Cb = ceil(C / c); lanes beyond C hold anything |
    | c | lanes of a block, usually those of a vector register |
    | co | k * c output channels that a kernel computes together |

    Who packs a filter writes zero where an input lane is beyond C, so that
    whatever the lane holds does not count, as long as it is finite; kernels write
    finite numbers there.
  }];
  let cppNamespace = "::mlir::kernel";
  let dependentDialects = ["::mlir::cnn::CNNDialect"];
  let useDefaultAttributePrinterParser = 1;
}

//===----------------------------------------------------------------------===//
// Types and attributes
//===----------------------------------------------------------------------===//

/// A tensor, or after bufferization a memref, of static shape.
class Kernel_Array<list<int> ranks, string summary>
    : Type<And<[Or<[IsRankedTensorTypePred, IsMemRefTypePred]>,
                HasStaticShapePred, HasAnyRankOfPred<ranks>]>,
           summary # ", a tensor or memref of rank " #
               !interleave(ranks, " or ") # " and static shape",
           "::mlir::ShapedType">;

def Kernel_Image : Kernel_Array<[4, 5], "plain or blocked image">;
def Kernel_PlainImage : Kernel_Array<[4], "plain image">;
def Kernel_BlockedImage : Kernel_Array<[5], "blocked image">;
def Kernel_ChannelVector : Kernel_Array<[1], "one number per channel">;

def Kernel_PoolKindAttr : EnumAttr<Kernel_Dialect, Kernel_PoolKind,
                                   "pool_kind"> {
  let assemblyFormat = "`<` $value `>`";
}

/// Attributes of a window over H and W. Empty arrays stand for ones (strides,
/// dilations) and zeros (pads: both low pads, then both high pads).
defvar Kernel_Strides = DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">;
defvar Kernel_Pads = DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">;
defvar Kernel_Dilations = DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">;

//===----------------------------------------------------------------------===//
// Op base
//===----------------------------------------------------------------------===//

/// An op whose last `outputs` operands are destinations. Its results are the
/// destinations that are tensors.
class Kernel_Op<string mnemonic, int outputs = 1, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic, !listconcat([
        DestinationStyleOpInterface, InferTypeOpInterface,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>], traits)> {
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let hasVerifier = 1;

  code baseDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(
          getOperation(), getOperation()->getNumOperands() - }] # outputs
      # ", " # outputs # [{);
    }
    static ::llvm::LogicalResult inferReturnTypes(
        ::mlir::MLIRContext *, std::optional<::mlir::Location>,
        ::mlir::ValueRange operands, ::mlir::DictionaryAttr,
        ::mlir::OpaqueProperties, ::mlir::RegionRange,
        ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      for (::mlir::Value init : operands.take_back(}] # outputs # [{))
        if (::mlir::isa<::mlir::RankedTensorType>(init.getType()))
          types.push_back(init.getType());
      return ::mlir::success();
    }
  }];
  code windowDeclaration = [{
    /// The window over H and W.
    ::mlir::cnn::Window getWindow();
  }];
  let extraClassDeclaration = baseDeclaration;
}

#endif // CNNC_DIALECT_KERNEL_KERNELBASE
