//===- CNNElementwise.td - Functions of numbers, reductions, scans --------===//

#ifndef CNNC_DIALECT_CNN_CNNELEMENTWISE
#define CNNC_DIALECT_CNN_CNNELEMENTWISE

include "cnnc/Dialect/CNN/CNNBase.td"

//===----------------------------------------------------------------------===//
// Every element by itself
//===----------------------------------------------------------------------===//

def CNN_UnaryOp : CNN_Op<"unary", [SameOperandsAndResultType]> {
  let summary = "A function applied to every element";
  let description = [{
    On integers `relu`, `clip`, `abs`, `neg`, `sign` and `bit_not`, which wrap;
    on truth values `bit_not`; on floats everything but `bit_not`.

    Example: `%y = cnn.unary <clip, 0.0, 6.0> %x : tensor<1x8x4x4xf32>`
  }];
  let arguments = (ins CNN_FunctionAttr:$function, CNN_Tensor:$input);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = "$function $input attr-dict `:` type($input)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def CNN_BinaryOp : CNN_InferringOp<"binary", [SameOperandsElementType]> {
  let summary = "A function of two operands, element by element";
  let description = [{
    Shapes broadcast by numpy's rules: aligned at the last dimension, extents
    equal or one of them 1. `prelu` is `x < 0 ? slope * x : x`; `rem` is the
    remainder of the quotient rounded to zero, with the sign of the dividend;
    `mod` is that of the quotient rounded down, with the sign of the divisor.
    Integers wrap and their quotient is rounded to zero; division by zero gives
    zero. `bit_and`, `bit_or` and `bit_xor` take integers and are all that truth
    values have; `shift_left` and `shift_right` take unsigned integers, and a
    shift of all bits or more gives zero.

    Example: `%y = cnn.binary <add> %a, %b : tensor<1x8x4x4xf32>, tensor<8x1x1xf32>`
  }];
  let arguments = (ins CNN_BinaryKindAttr:$kind, CNN_Tensor:$lhs,
                       CNN_Tensor:$rhs);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat =
      "$kind $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs)";
  let hasFolder = 1;
}

def CNN_CompareOp : CNN_InferringOp<"compare", [SameOperandsElementType]> {
  let summary = "A comparison of two operands, element by element";
  let description = [{
    Shapes broadcast as in `cnn.binary`. NaN is unequal to everything and every
    other comparison with it is false.

    Example: `%y = cnn.compare <lt> %a, %b : tensor<1x8x4x4xf32>, tensor<8x1x1xf32>`
  }];
  let arguments = (ins CNN_CompareKindAttr:$kind, CNN_Tensor:$lhs,
                       CNN_Tensor:$rhs);
  let results = (outs CNN_TruthTensor:$output);
  let assemblyFormat =
      "$kind $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs)";
}

def CNN_SelectOp : CNN_InferringOp<"select"> {
  let summary = "One of two operands, element by element";
  let description = [{
    ```
    y = condition ? yes : no
    ```
    All three shapes broadcast as in `cnn.binary`.

    Example:
    ```mlir
    %y = cnn.select %c, %a, %b
      : tensor<4x4xi1>, tensor<1x8x4x4xf32>, tensor<f32>
    ```
  }];
  let arguments = (ins CNN_TruthTensor:$condition, CNN_Tensor:$yes,
                       CNN_Tensor:$no);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = [{
    $condition `,` $yes `,` $no attr-dict `:` type($condition) `,` type($yes)
    `,` type($no)
  }];
  let hasFolder = 1;
}

def CNN_CastOp : CNN_InferringOp<"cast"> {
  let summary = "Conversion to another element type";
  let description = [{
    Floats round to nearest even. A float becomes an integer by truncation; what
    is out of range becomes the nearest integer, NaN becomes zero. Integers wrap.
    What is not zero is true.

    Example: `%y = cnn.cast %x to f32 : tensor<1x8xf16>`
  }];
  let arguments = (ins CNN_Tensor:$input, TypeAttr:$type);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = "$input `to` $type attr-dict `:` type($input)";
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Along dimensions
//===----------------------------------------------------------------------===//

def CNN_SoftmaxOp : CNN_Op<"softmax", [SameOperandsAndResultType]> {
  let summary = "Softmax, or its logarithm, along one dimension";
  let description = [{
    ```
    y = exp(x - max) / sum of exp(x - max) along axis;  with `log` its logarithm
    ```
    Example: `%y = cnn.softmax %x axis 1 : tensor<1x1000xf32>`
  }];
  let arguments = (ins CNN_FloatTensor:$input, I64Attr:$axis, UnitAttr:$log);
  let results = (outs CNN_FloatTensor:$output);
  let assemblyFormat =
      "$input `axis` $axis (`log` $log^)? attr-dict `:` type($input)";
  let hasVerifier = 1;
}

def CNN_ReduceOp : CNN_InferringOp<"reduce"> {
  let summary = "Sum, mean, product, minimum or maximum over dimensions";
  let description = [{
    With `keepDims` a reduced dimension stays as 1, otherwise it disappears. A
    global pool is a reduce over the spatial dimensions with `keepDims`.

    Example: `%y = cnn.reduce <mean> %x axes [2, 3] keepDims : tensor<1x8x4x4xf32>`
  }];
  let arguments = (ins CNN_ReduceKindAttr:$kind, CNN_Tensor:$input,
                       DenseI64ArrayAttr:$axes, UnitAttr:$keepDims);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = [{
    $kind $input `axes` $axes (`keepDims` $keepDims^)?
    attr-dict `:` type($input)
  }];
}

def CNN_ArgReduceOp : CNN_InferringOp<"arg_reduce"> {
  let summary = "Where along a dimension the minimum or maximum is";
  let description = [{
    The index, an i64, of the first extremum, or of the last with `last`. NaN is
    the extremum where there is one. `keepDims` as in `cnn.reduce`.

    Example: `%y = cnn.arg_reduce <max> %x axis 1 keepDims : tensor<1x8x4x4xf32>`
  }];
  let arguments = (ins CNN_ArgReduceKindAttr:$kind, CNN_Tensor:$input,
                       I64Attr:$axis, UnitAttr:$keepDims, UnitAttr:$last);
  let results = (outs CNN_IntegerTensor:$output);
  let assemblyFormat = [{
    $kind $input `axis` $axis (`keepDims` $keepDims^)? (`last` $last^)?
    attr-dict `:` type($input)
  }];
}

def CNN_CumulativeSumOp
    : CNN_Op<"cumulative_sum", [SameOperandsAndResultType]> {
  let summary = "Sums of everything up to an element along a dimension";
  let description = [{
    ```
    y[i] = x[0] + ... + x[i]       with `exclusive` without x[i]
    ```
    `reverse` sums from the end: y[i] = x[i] + ... + x[n - 1].

    Example: `%y = cnn.cumulative_sum %x axis 1 exclusive : tensor<1x8xf32>`
  }];
  let arguments = (ins CNN_Tensor:$input, I64Attr:$axis, UnitAttr:$exclusive,
                       UnitAttr:$reverse);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = [{
    $input `axis` $axis (`exclusive` $exclusive^)? (`reverse` $reverse^)?
    attr-dict `:` type($input)
  }];
  let hasVerifier = 1;
}

#endif // CNNC_DIALECT_CNN_CNNELEMENTWISE
