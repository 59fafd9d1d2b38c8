//===- CNNQuantization.td - Layers on quantized integers ------------------===//

#ifndef CNNC_DIALECT_CNN_CNNQUANTIZATION
#define CNNC_DIALECT_CNN_CNNQUANTIZATION

include "cnnc/Dialect/CNN/CNNLayers.td"

/// The integer q stands for (q - zeroPoint) * scale. Signed integers are
/// signless types, unsigned ones ui8 and ui16.
def CNN_ByteTensor : CNN_TensorOf<[I8, UI8]>;
def CNN_ByteImage : CNN_TensorOf<[I8, UI8], [HasAnyRankOfPred<[3, 4, 5]>],
                                 "image of rank 3, 4 or 5">;
/// What weights of bytes are multiplied with.
def CNN_FactorTensor : CNN_TensorOf<[I8, UI8, I16]>;
def CNN_FactorImage : CNN_TensorOf<[I8, UI8, I16],
                                   [HasAnyRankOfPred<[3, 4, 5]>],
                                   "image of rank 3, 4 or 5">;
def CNN_QuantizedTensor : CNN_TensorOf<[I8, UI8, I16, UI16]>;
def CNN_AccumulatorTensor : CNN_TensorOf<[I32]>;
def CNN_AccumulatorVector
    : CNN_TensorOf<[I32], [HasAnyRankOfPred<[1]>], "1-D tensor">;
def CNN_ScaleTensor : CNN_TensorOf<[F16, BF16, F32]>;
def CNN_MultiplierTensor : CNN_TensorOf<[F32]>;

def CNN_QuantizeOp : CNN_InferringOp<"quantize",
    [AllElementTypesMatch<["input", "scale"]>]> {
  let summary = "Floats as integers";
  let description = [{
    ```
    y = saturate(round(x / scale) + zeroPoint)
    ```
    The quotient is rounded to the type of `x`, then to the nearest integer, ties
    to even. `scale` and `zeroPoint` broadcast to `x`; the result has the
    element type of `zeroPoint`. A NaN becomes the smallest integer.

    Example:
    ```mlir
    %y = cnn.quantize %x, %scale, %zero
      : tensor<1x8x4x4xf32>, tensor<8x1x1xf32>, tensor<ui8>
    ```
  }];
  let arguments = (ins CNN_ScaleTensor:$input, CNN_ScaleTensor:$scale,
                       CNN_QuantizedTensor:$zeroPoint);
  let results = (outs CNN_QuantizedTensor:$output);
  let assemblyFormat = [{
    $input `,` $scale `,` $zeroPoint attr-dict
    `:` type($input) `,` type($scale) `,` type($zeroPoint)
  }];
}

def CNN_DequantizeOp : CNN_InferringOp<"dequantize"> {
  let summary = "What integers stand for";
  let description = [{
    ```
    y = (x - zeroPoint) * scale
    ```
    The difference is exact and rounded to float32, the product is rounded to
    float32 and then to the element type of `scale`, which is the result's.
    `scale` and `zeroPoint` broadcast to `x`; without `zeroPoint` it is 0.

    Example:
    ```mlir
    %y = cnn.dequantize %x, %scale zeroPoint %zero : tensor<ui8>
      : tensor<1x8x4x4xui8>, tensor<8x1x1xf32>
    ```
  }];
  let arguments = (ins CNN_TensorOf<[I8, UI8, I16, UI16, I32]>:$input,
                       CNN_ScaleTensor:$scale,
                       Optional<CNN_TensorOf<[I8, UI8, I16, UI16, I32]>>:$zeroPoint);
  let results = (outs CNN_ScaleTensor:$output);
  let assemblyFormat = [{
    $input `,` $scale (`zeroPoint` $zeroPoint^ `:` type($zeroPoint))? attr-dict
    `:` type($input) `,` type($scale)
  }];
}

def CNN_LookupOp : CNN_InferringOp<"lookup"> {
  let summary = "What codes stand for";
  let description = [{
    ```
    y[i] = codebook[min(x[i], K - 1)]             for a codebook of K numbers
    y[i] = codebook[i, min(x[i], K - 1)]          for several codebooks
    ```
    The last dimension of `codebook` has the K numbers, at most 256. What is in
    front of it broadcasts to the shape of `x`. Of weights that share values
    (Han et al., Deep Compression, 2016, section 3) `x` and `codebook` are
    constants.

    Example: one codebook, and one for each output channel
    ```mlir
    %v = cnn.lookup %x, %codebook : tensor<10x64xui8>, tensor<32xf32>
    %w = cnn.lookup %x, %codebooks : tensor<10x64xui8>, tensor<10x1x32xf32>
    ```
  }];
  let arguments = (ins CNN_TensorOf<[UI8]>:$input,
                       CNN_MultiplierTensor:$codebook);
  let results = (outs CNN_MultiplierTensor:$output);
  let assemblyFormat = [{
    $input `,` $codebook attr-dict `:` type($input) `,` type($codebook)
  }];
  let hasFolder = 1;
}

def CNN_RequantizeOp : CNN_InferringOp<"requantize"> {
  let summary = "Sums of products as quantized integers";
  let description = [{
    ```
    y = saturate(round(float32(x) * multiplier) + zeroPoint)
    multiplier = inputScale / outputScale
    multiplier = inputScale / (outputScale * divisor)
    ```
    `x` stands for `x * inputScale`, or for the mean of `divisor` such numbers,
    and `y` for `(y - zeroPoint) * outputScale`. Every step rounds to nearest
    even, to float32, to float32, to an integer; each operation of `multiplier`
    rounds to float32. All operands broadcast to `x`; the result has the element
    type of `zeroPoint`. For products of x and w `inputScale` is
    `x_scale * w_scale`, rounded to float32.

    Example:
    ```mlir
    %y = cnn.requantize %x, %inputScale, %outputScale, %zero
      : tensor<1x8x4x4xi32>, tensor<8x1x1xf32>, tensor<f32>, tensor<ui8>
    %m = cnn.requantize %x, %inputScale, %outputScale, %zero
      divisor %count : tensor<f32>
      : tensor<1x8x1x1xi32>, tensor<f32>, tensor<f32>, tensor<ui8>
    ```
  }];
  let arguments = (ins CNN_AccumulatorTensor:$input,
                       CNN_MultiplierTensor:$inputScale,
                       CNN_MultiplierTensor:$outputScale,
                       CNN_QuantizedTensor:$zeroPoint,
                       Optional<CNN_MultiplierTensor>:$divisor);
  let results = (outs CNN_QuantizedTensor:$output);
  let assemblyFormat = [{
    $input `,` $inputScale `,` $outputScale `,` $zeroPoint
    (`divisor` $divisor^ `:` type($divisor))? attr-dict
    `:` type($input) `,` type($inputScale) `,` type($outputScale) `,`
        type($zeroPoint)
  }];
  let extraClassDeclaration = [{
    /// The multiplier, of the shape its operands broadcast to, in float32; null
    /// if one of them is not constant.
    ElementsAttr getConstantMultiplier();
    /// The multiplier: an arith.constant, or the operations that compute it.
    Value createMultiplier(OpBuilder &builder);
  }];
  let hasCanonicalizer = 1;
}

def CNN_ConvIntegerOp : CNN_InferringOp<"conv_integer",
    [AttrSizedOperandSegments]> {
  let summary = "Convolution of quantized integers";
  let description = [{
    ```
    y[n, o, h, w] = bias[o] + sum over c, u, v of
        (filter[o, c, u, v] - filterZeroPoint[o]) *
        (x[n, g * C/G + c, h * stride_h + u * dilation_h - pad_h, w * ...] -
         inputZeroPoint)
    ```
    as `cnn.conv`, in integers of 32 bits that wrap. Outside the input x is
    `inputZeroPoint`, so that the difference is zero. `filterZeroPoint` is one
    number or one per output channel; zero points left out are 0. The input is of
    8 bits or of signed 16 bits, the filter of 8.

    Example:
    ```mlir
    %y = cnn.conv_integer %x, %filter inputZeroPoint %zero : tensor<ui8>
      strides [2, 2] pads [1, 1, 1, 1]
      : tensor<1x3x8x8xui8>, tensor<8x3x3x3xi8>
    ```
  }];
  let arguments = (ins CNN_FactorImage:$input, CNN_ByteImage:$filter,
                       Optional<CNN_FactorTensor>:$inputZeroPoint,
                       Optional<CNN_ByteTensor>:$filterZeroPoint,
                       Optional<CNN_AccumulatorVector>:$bias,
                       CNN_Strides:$strides, CNN_Pads:$pads,
                       CNN_Dilations:$dilations, CNN_Groups:$groups);
  let results = (outs CNN_TensorOf<[I32], [HasAnyRankOfPred<[3, 4, 5]>],
                                   "image of rank 3, 4 or 5">:$output);
  let assemblyFormat = [{
    $input `,` $filter
    (`inputZeroPoint` $inputZeroPoint^ `:` type($inputZeroPoint))?
    (`filterZeroPoint` $filterZeroPoint^ `:` type($filterZeroPoint))?
    (`bias` $bias^ `:` type($bias))?
    (`strides` $strides^)? (`pads` $pads^)? (`dilations` $dilations^)?
    (`groups` $groups^)? attr-dict `:` type($input) `,` type($filter)
  }];
  let extraClassDeclaration = [{
    /// The window over the spatial dimensions.
    Window getWindow();
  }];
}

def CNN_MatmulIntegerOp : CNN_InferringOp<"matmul_integer",
    [AttrSizedOperandSegments]> {
  let summary = "Matrix product of quantized integers";
  let description = [{
    ```
    y = matmul(lhs - lhsZeroPoint, rhs - rhsZeroPoint)
    ```
    as `cnn.matmul`, in integers of 32 bits that wrap. Zero points broadcast to
    their operand: M x 1 is one per row, N one per column. Those left out are 0.
    `lhs` is of 8 bits or of signed 16 bits, `rhs` of 8.

    Example:
    ```mlir
    %y = cnn.matmul_integer %a, %b lhsZeroPoint %zero : tensor<ui8>
      : tensor<2x4xui8>, tensor<4x3xi8>
    ```
  }];
  let arguments = (ins CNN_FactorTensor:$lhs, CNN_ByteTensor:$rhs,
                       Optional<CNN_FactorTensor>:$lhsZeroPoint,
                       Optional<CNN_ByteTensor>:$rhsZeroPoint);
  let results = (outs CNN_AccumulatorTensor:$output);
  let assemblyFormat = [{
    $lhs `,` $rhs (`lhsZeroPoint` $lhsZeroPoint^ `:` type($lhsZeroPoint))?
    (`rhsZeroPoint` $rhsZeroPoint^ `:` type($rhsZeroPoint))?
    attr-dict `:` type($lhs) `,` type($rhs)
  }];
}

#endif // CNNC_DIALECT_CNN_CNNQUANTIZATION
