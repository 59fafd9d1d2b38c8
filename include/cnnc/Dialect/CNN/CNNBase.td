//===- CNNBase.td - The cnn dialect, its attributes and types ----------===//

#ifndef CNNC_DIALECT_CNN_CNNBASE
#define CNNC_DIALECT_CNN_CNNBASE

include "cnnc/Dialect/CNN/CNNInterfaces.td"

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def CNN_Dialect : Dialect {
  let name = "cnn";
  let summary = "What the layers of a convolutional network compute";
  let description = [{
    Tensors are plain ranked tensors, images in N x C x H x W order and filters
    in O x C x U x V order, and every result type is inferred. Only the
    batch, dimension 0, may be dynamic. An op says what is computed; how is the
    business of the `kernel` dialect.
  }];
  let cppNamespace = "::mlir::cnn";
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// Only the batch may be dynamic, and sums of extents do not overflow.
def CNN_ShapePred : CPred<"::mlir::cnn::isSupportedShape("
    "::llvm::cast<::mlir::ShapedType>($_self).getShape())">;

class CNN_TensorOf<list<Type> elements, list<Pred> predicates = [],
                   string summary = "tensor, dynamic in dimension 0 at most,">
    : RankedTensorOf<elements, !listconcat([CNN_ShapePred], predicates), summary>;

def CNN_Tensor : CNN_TensorOf<[AnyFloat, AnyInteger]>;
def CNN_TruthTensor : CNN_TensorOf<[I1]>;
def CNN_FloatTensor : CNN_TensorOf<[AnyFloat]>;
def CNN_IntegerTensor : CNN_TensorOf<[AnyInteger]>;
def CNN_ChannelVector
    : CNN_TensorOf<[AnyFloat], [HasAnyRankOfPred<[1]>], "1-D tensor">;
/// An image with one to three spatial dimensions.
def CNN_Image : CNN_TensorOf<[AnyFloat], [HasAnyRankOfPred<[3, 4, 5]>],
                             "image of rank 3, 4 or 5">;
/// The same with integers, for layers that only compare or move elements.
def CNN_AnyImage : CNN_TensorOf<[AnyFloat, AnyInteger],
                                [HasAnyRankOfPred<[3, 4, 5]>],
                                "image of rank 3, 4 or 5">;

//===----------------------------------------------------------------------===//
// Enumerations
//===----------------------------------------------------------------------===//

class CNN_Enum<string name, string summary, list<string> cases>
    : I32EnumAttr<name, summary,
                  !foreach(i, !range(!size(cases)),
                           I32EnumAttrCase<cases[i], i>)> {
  let cppNamespace = "::mlir::cnn";
  let genSpecializedAttr = 0;
}

def CNN_FunctionKind : CNN_Enum<"FunctionKind", "function of one number", [
    "relu", "leaky_relu", "clip", "elu", "selu", "celu", "thresholded_relu",
    "sigmoid", "hard_sigmoid", "hard_swish", "silu", "mish", "tanh", "softplus",
    "softsign", "gelu", "gelu_tanh", "exp", "log", "sqrt", "reciprocal", "erf",
    "abs", "neg", "floor", "ceil", "round", "sign", "sin", "cos", "tan", "asin",
    "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "shrink",
    "bit_not"]>;

class CNN_EnumAttr<EnumInfo info, string attributeMnemonic>
    : EnumAttr<CNN_Dialect, info, attributeMnemonic> {
  let assemblyFormat = "`<` $value `>`";
}

def CNN_BinaryKind : CNN_Enum<"BinaryKind", "function of two numbers",
    ["add", "sub", "mul", "div", "pow", "min", "max", "prelu", "mod", "rem",
     "bit_and", "bit_or", "bit_xor", "shift_left", "shift_right"]>;
def CNN_BinaryKindAttr : CNN_EnumAttr<CNN_BinaryKind, "binary_kind">;

def CNN_CompareKind : CNN_Enum<"CompareKind", "comparison of two numbers",
    ["eq", "ne", "lt", "le", "gt", "ge"]>;
def CNN_CompareKindAttr : CNN_EnumAttr<CNN_CompareKind, "compare_kind">;

def CNN_ReduceKind : CNN_Enum<"ReduceKind", "reduction",
    ["sum", "mean", "prod", "min", "max"]>;
def CNN_ReduceKindAttr : CNN_EnumAttr<CNN_ReduceKind, "reduce_kind">;

def CNN_ArgReduceKind : CNN_Enum<"ArgReduceKind", "extremum to find", ["min", "max"]>;
def CNN_ArgReduceKindAttr : CNN_EnumAttr<CNN_ArgReduceKind, "arg_reduce_kind">;

def CNN_PadMode : CNN_Enum<"PadMode", "values a pad writes",
    ["constant", "reflect", "edge", "wrap"]>;
def CNN_PadModeAttr : CNN_EnumAttr<CNN_PadMode, "pad_mode">;

def CNN_BlockOrder : CNN_Enum<"BlockOrder",
    "order of depth and column/row in the channels of depth_to_space",
    ["depth_column_row", "column_row_depth"]>;
def CNN_BlockOrderAttr : CNN_EnumAttr<CNN_BlockOrder, "block_order">;

//===----------------------------------------------------------------------===//
// The function attribute
//===----------------------------------------------------------------------===//

def CNN_FunctionAttr : AttrDef<CNN_Dialect, "Function"> {
  let mnemonic = "function";
  let summary = "A function of one number with up to two parameters";
  let description = [{
    What `cnn.unary` applies and what layers apply to their result:

    | function | value |
    |---|---|
    | `relu` | `max(x, 0)` |
    | `leaky_relu, a` | `x < 0 ? a * x : x` |
    | `clip, a, b` | `min(max(x, a), b)` |
    | `elu, a` | `x < 0 ? a * (exp(x) - 1) : x` |
    | `selu, a, b` | `b * (x < 0 ? a * (exp(x) - 1) : x)` |
    | `celu, a` | `max(x, 0) + min(0, a * (exp(x / a) - 1))` |
    | `thresholded_relu, a` | `x > a ? x : 0` |
    | `sigmoid` | `1 / (1 + exp(-x))` |
    | `hard_sigmoid, a, b` | `min(max(a * x + b, 0), 1)` |
    | `hard_swish` | `x * hard_sigmoid(x, 1/6, 1/2)` |
    | `silu` | `x * sigmoid(x)` |
    | `mish` | `x * tanh(softplus(x))` |
    | `softplus` | `log(1 + exp(x))` |
    | `softsign` | `x / (1 + abs(x))` |
    | `gelu` | `x * (1 + erf(x / sqrt(2))) / 2` |
    | `gelu_tanh` | `x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2` |
    | `shrink, a, b` | `x < -a ? x + b : x > a ? x - b : 0` |
    | `tanh exp log sqrt reciprocal erf abs neg floor ceil round sign sin cos` | as named; `round` to nearest even |
    | `tan asin acos atan sinh cosh asinh acosh atanh` | as named |
    | `bit_not` | every bit turned, which is the opposite of a truth value |

    Example: `#cnn.function<clip, 0.0, 6.0>`
  }];
  let parameters = (ins "::mlir::cnn::FunctionKind":$kind,
                        APFloatParameter<"">:$first,
                        APFloatParameter<"">:$second);
  let builders = [
    AttrBuilder<(ins "::mlir::cnn::FunctionKind":$kind,
                     CArg<"double", "0.0">:$alpha,
                     CArg<"double", "0.0">:$beta), [{
      return $_get($_ctxt, kind, ::llvm::APFloat(alpha), ::llvm::APFloat(beta));
    }]>
  ];
  let extraClassDeclaration = [{
    double getAlpha() const { return getFirst().convertToDouble(); }
    double getBeta() const { return getSecond().convertToDouble(); }
    /// The value at `x`, in double precision.
    double evaluate(double x) const;
  }];
  let hasCustomAssemblyFormat = 1;
}

//===----------------------------------------------------------------------===//
// Op base
//===----------------------------------------------------------------------===//

class CNN_Op<string mnemonic, list<Trait> traits = []>
    : Op<CNN_Dialect, mnemonic, !listconcat([Pure], traits)>;

/// As InferTypeOpAdaptor, but operands that no op accepts are refused before the
/// op's own rule sees them: types are inferred before they are verified.
def CNN_InferTypes : TraitList<[
    DeclareOpInterfaceMethods<InferTypeOpInterface>,
    NativeOpTrait<"InferTypeOpAdaptor", [], [{
      static ::llvm::LogicalResult
      inferReturnTypes(::mlir::MLIRContext *context,
                       std::optional<::mlir::Location> location,
                       Adaptor adaptor,
                       ::llvm::SmallVectorImpl<::mlir::Type> &types);
    }], [{
      ::llvm::LogicalResult
      $cppClass::inferReturnTypes(::mlir::MLIRContext *context,
                                  std::optional<::mlir::Location> location,
                                  ::mlir::ValueRange operands,
                                  ::mlir::DictionaryAttr attributes,
                                  ::mlir::OpaqueProperties properties,
                                  ::mlir::RegionRange regions,
                                  ::llvm::SmallVectorImpl<::mlir::Type> &types) {
        $cppClass::Adaptor adaptor(operands, attributes, properties, regions);
        return ::mlir::success(
            ::mlir::succeeded(checkTypes(location, getOperationName(),
                                         operands.getTypes())) &&
            ::mlir::succeeded(inferReturnTypes(context, location, adaptor,
                                               types)) &&
            ::mlir::succeeded(checkTypes(location, getOperationName(), types)));
      }
    }]>]>;

/// An op whose result type follows from operands and attributes; the rule is in
/// inferReturnTypes, which is also the verifier.
class CNN_InferringOp<string mnemonic, list<Trait> traits = []>
    : CNN_Op<mnemonic, !listconcat([CNN_InferTypes], traits)>;

#endif // CNNC_DIALECT_CNN_CNNBASE
