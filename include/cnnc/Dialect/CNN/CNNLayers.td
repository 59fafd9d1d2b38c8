//===- CNNLayers.td - Layers with parameters, and pools -------------------===//

#ifndef CNNC_DIALECT_CNN_CNNLAYERS
#define CNNC_DIALECT_CNN_CNNLAYERS

include "cnnc/Dialect/CNN/CNNBase.td"

/// Attributes of a sliding window. Empty arrays stand for ones (strides,
/// dilations) and zeros (pads: all low pads, then all high pads).
defvar CNN_Strides = DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">;
defvar CNN_Pads = DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">;
defvar CNN_Dilations = DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">;
defvar CNN_Groups = DefaultValuedOptionalAttr<I64Attr, "1">;
defvar CNN_Epsilon = DefaultValuedOptionalAttr<F64Attr, "1.0e-5">;

def CNN_ConvOp : CNN_InferringOp<"conv",
    [AttrSizedOperandSegments, SameOperandsElementType,
     DeclareOpInterfaceMethods<CNN_ActivatedOp>]> {
  let summary = "Convolution in one to three dimensions";
  let description = [{
    ```
    y[n, o, h, w] = f(bias[o] + residual[n, o, h, w] + sum over c, u, v of
        filter[o, c, u, v] *
        x[n, g * C/G + c, h * stride_h + u * dilation_h - pad_h, w * ...])
    where g = o / (O/G)
    ```
    `input` is N x C x H x W, `filter` is O x C/G x U x V, `bias` has O elements,
    `residual` has the shape of the result. Outside the input x is zero. `f`
    is `activation`, or nothing. `pads` are all low pads, then all high pads.

    Example:
    ```mlir
    %y = cnn.conv %x, %filter bias %bias : tensor<8xf32> strides [2, 2]
      pads [1, 1, 1, 1] activation <relu>
      : tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>
    ```
  }];
  let arguments = (ins CNN_Image:$input, CNN_Image:$filter,
                       Optional<CNN_ChannelVector>:$bias,
                       Optional<CNN_Image>:$residual,
                       CNN_Strides:$strides, CNN_Pads:$pads,
                       CNN_Dilations:$dilations, CNN_Groups:$groups,
                       OptionalAttr<CNN_FunctionAttr>:$activation);
  let results = (outs CNN_Image:$output);
  let assemblyFormat = [{
    $input `,` $filter (`bias` $bias^ `:` type($bias))?
    (`residual` $residual^ `:` type($residual))?
    (`strides` $strides^)? (`pads` $pads^)? (`dilations` $dilations^)?
    (`groups` $groups^)? (`activation` $activation^)?
    attr-dict `:` type($input) `,` type($filter)
  }];
  let extraClassDeclaration = [{
    /// The window over the spatial dimensions.
    Window getWindow();
    /// One filter per input channel: groups = C, whatever the number of
    /// outputs per group.
    bool isDepthwise();
  }];
  let hasCanonicalizer = 1;
}

def CNN_ConvTransposeOp : CNN_InferringOp<"conv_transpose",
    [SameOperandsElementType, DeclareOpInterfaceMethods<CNN_ActivatedOp>]> {
  let summary = "Transposed convolution";
  let description = [{
    The gradient of a convolution with respect to its input: every input element
    adds its multiple of the filter to the output.
    ```
    y[n, g * O/G + o, h * stride_h + u * dilation_h - pad_h, ...] +=
        x[n, c, h, w] * filter[c, o, u, v]     where g = c / (C/G)
    extent of y = (H - 1) * stride + (U - 1) * dilation + 1 + outputPad - pads
    ```
    then bias and activation as in `cnn.conv`. `filter` is C x O/G x U x V.

    Example:
    ```mlir
    %y = cnn.conv_transpose %x, %filter strides [2, 2]
      : tensor<1x4x8x8xf32>, tensor<4x3x2x2xf32>
    ```
  }];
  let arguments = (ins CNN_Image:$input, CNN_Image:$filter,
                       Optional<CNN_ChannelVector>:$bias,
                       CNN_Strides:$strides, CNN_Pads:$pads,
                       CNN_Dilations:$dilations,
                       CNN_Pads:$outputPads, CNN_Groups:$groups,
                       OptionalAttr<CNN_FunctionAttr>:$activation);
  let results = (outs CNN_Image:$output);
  let assemblyFormat = [{
    $input `,` $filter (`bias` $bias^ `:` type($bias))?
    (`strides` $strides^)? (`pads` $pads^)? (`dilations` $dilations^)?
    (`outputPads` $outputPads^)? (`groups` $groups^)?
    (`activation` $activation^)?
    attr-dict `:` type($input) `,` type($filter)
  }];
  let extraClassDeclaration = [{
    /// The window over the spatial dimensions of the output.
    Window getWindow();
  }];
}

def CNN_WinogradConvOp : CNN_InferringOp<"winograd_conv",
    [AttrSizedOperandSegments, SameOperandsElementType,
     DeclareOpInterfaceMethods<CNN_ActivatedOp>]> {
  let summary = "Two-dimensional convolution, stride 1, by Winograd's algorithm";
  let description = [{
    F(m x m', r x r') of Lavin and Gray, "Fast Algorithms for Convolutional
    Neural Networks" (2016), section 4: for every tile of m x m' outputs
    ```
    Y = A^T [ sum over c of U[o, c] * (B^T d[c] B) ] A     U = G g G^T
    ```
    `filter` is g, O x C x r x r' as in `cnn.conv`; U is computed when the kernel
    packs it. `tile` is [m, m']; a dimension with
    one tap has tile 1. Bias, residual and activation as in `cnn.conv`. The
    matrices A, B, G follow from `tile` and the taps (`Support/Winograd.h`).

    Example: F(4x4, 3x3)
    ```mlir
    %y = cnn.winograd_conv %x, %w tile [4, 4] pads [1, 1, 1, 1]
      : tensor<1x16x8x8xf32>, tensor<32x16x3x3xf32>
    ```
  }];
  let arguments = (ins CNN_Image:$input, CNN_FloatTensor:$filter,
                       Optional<CNN_ChannelVector>:$bias,
                       Optional<CNN_Image>:$residual,
                       DenseI64ArrayAttr:$tile, CNN_Pads:$pads,
                       OptionalAttr<CNN_FunctionAttr>:$activation);
  let results = (outs CNN_Image:$output);
  let assemblyFormat = [{
    $input `,` $filter (`bias` $bias^ `:` type($bias))?
    (`residual` $residual^ `:` type($residual))?
    `tile` $tile (`pads` $pads^)? (`activation` $activation^)?
    attr-dict `:` type($input) `,` type($filter)
  }];
  let extraClassDeclaration = [{
    /// The window over the spatial dimensions.
    Window getWindow();
    /// [r, r']
    ::llvm::ArrayRef<int64_t> getTaps();
  }];
}

def CNN_MatmulOp : CNN_InferringOp<"matmul", [SameOperandsElementType]> {
  let summary = "Matrix product with numpy's rules for leading dimensions";
  let description = [{
    The last two dimensions are multiplied, the ones before are broadcast; a 1-D
    operand stands for a row on the left and a column on the right. Integers wrap.

    Example: `%y = cnn.matmul %a, %b : tensor<2x3x4xf32>, tensor<4x5xf32>`
  }];
  let arguments = (ins CNN_Tensor:$lhs, CNN_Tensor:$rhs);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs)";
}

def CNN_GemmOp : CNN_InferringOp<"gemm",
    [SameOperandsElementType, DeclareOpInterfaceMethods<CNN_ActivatedOp>]> {
  let summary = "Fully connected layer";
  let description = [{
    ```
    y = f(alpha * op(lhs) op(rhs) + beta * bias)
    ```
    on matrices, where op transposes if `transposeLhs` or `transposeRhs` is there
    and `bias` broadcasts to the M x N result.

    Example:
    ```mlir
    %y = cnn.gemm %x, %w bias %b : tensor<10xf32> transposeRhs
      : tensor<1x84xf32>, tensor<10x84xf32>
    ```
  }];
  let arguments = (ins CNN_FloatTensor:$lhs, CNN_FloatTensor:$rhs,
                       Optional<CNN_FloatTensor>:$bias,
                       UnitAttr:$transposeLhs, UnitAttr:$transposeRhs,
                       DefaultValuedOptionalAttr<F64Attr, "1.0">:$alpha,
                       DefaultValuedOptionalAttr<F64Attr, "1.0">:$beta,
                       OptionalAttr<CNN_FunctionAttr>:$activation);
  let results = (outs CNN_FloatTensor:$output);
  let assemblyFormat = [{
    $lhs `,` $rhs (`bias` $bias^ `:` type($bias))?
    (`transposeLhs` $transposeLhs^)? (`transposeRhs` $transposeRhs^)?
    (`alpha` $alpha^)? (`beta` $beta^)? (`activation` $activation^)?
    attr-dict `:` type($lhs) `,` type($rhs)
  }];
}

def CNN_BatchNormOp : CNN_InferringOp<"batch_norm",
    [AllTypesMatch<["scale", "shift", "mean", "variance"]>]> {
  let summary = "Inference-time batch normalization";
  let description = [{
    ```
    y[n, c, ...] = scale[c] * (x[n, c, ...] - mean[c]) / sqrt(variance[c] + epsilon) + shift[c]
    ```
    Ioffe and Szegedy, "Batch Normalization" (2015), algorithm 2.

    Example:
    ```mlir
    %y = cnn.batch_norm %x, %scale, %shift, %mean, %variance epsilon 1.0e-3
      : tensor<1x8x4x4xf32>, tensor<8xf32>
    ```
  }];
  let arguments = (ins CNN_FloatTensor:$input, CNN_ChannelVector:$scale,
                       CNN_ChannelVector:$shift, CNN_ChannelVector:$mean,
                       CNN_ChannelVector:$variance, CNN_Epsilon:$epsilon);
  let results = (outs CNN_FloatTensor:$output);
  let assemblyFormat = [{
    $input `,` $scale `,` $shift `,` $mean `,` $variance (`epsilon` $epsilon^)?
    attr-dict `:` type($input) `,` type($scale)
  }];
}

def CNN_InstanceNormOp : CNN_InferringOp<"instance_norm",
    [AllTypesMatch<["scale", "shift"]>]> {
  let summary = "Normalization of every channel of every image";
  let description = [{
    As batch_norm, with mean and (biased) variance of each N, C plane.

    Example:
    ```mlir
    %y = cnn.instance_norm %x, %scale, %shift
      : tensor<1x8x4x4xf32>, tensor<8xf32>
    ```
  }];
  let arguments = (ins CNN_FloatTensor:$input, CNN_ChannelVector:$scale,
                       CNN_ChannelVector:$shift, CNN_Epsilon:$epsilon);
  let results = (outs CNN_FloatTensor:$output);
  let assemblyFormat = [{
    $input `,` $scale `,` $shift (`epsilon` $epsilon^)?
    attr-dict `:` type($input) `,` type($scale)
  }];
}

def CNN_LayerNormOp : CNN_InferringOp<"layer_norm"> {
  let summary = "Normalization over the trailing dimensions from `axis` on";
  let description = [{
    ```
    y = (x - mean) / sqrt(variance + epsilon) * scale + shift
    ```
    with mean and (biased) variance over dimensions axis..rank-1. `scale` and
    `shift` have the shape of those dimensions. Ba, Kiros and Hinton, "Layer
    Normalization" (2016).

    Example:
    ```mlir
    %y = cnn.layer_norm %x, %scale axis 2 : tensor<1x49x96xf32>, tensor<96xf32>
    ```
  }];
  let arguments = (ins CNN_FloatTensor:$input, CNN_FloatTensor:$scale,
                       Optional<CNN_FloatTensor>:$shift, I64Attr:$axis,
                       CNN_Epsilon:$epsilon);
  let results = (outs CNN_FloatTensor:$output);
  let assemblyFormat = [{
    $input `,` $scale (`shift` $shift^ `:` type($shift))? `axis` $axis
    (`epsilon` $epsilon^)? attr-dict `:` type($input) `,` type($scale)
  }];
}

def CNN_LRNOp : CNN_InferringOp<"lrn"> {
  let summary = "Local response normalization across channels";
  let description = [{
    ```
    y[n, c, ...] = x[n, c, ...] / (bias + alpha / size * S)^beta
    S = sum of x[n, i, ...]^2 over i in [c - floor((size-1)/2), c + ceil((size-1)/2)]
    ```
    Krizhevsky, Sutskever and Hinton (2012), section 3.3.

    Example: `%y = cnn.lrn %x size 5 alpha 1.0e-4 beta 0.75 bias 1.0 : tensor<1x8x4x4xf32>`
  }];
  let arguments = (ins CNN_FloatTensor:$input, I64Attr:$size, F64Attr:$alpha,
                       F64Attr:$beta, F64Attr:$bias);
  let results = (outs CNN_FloatTensor:$output);
  let assemblyFormat = [{
    $input `size` $size `alpha` $alpha `beta` $beta `bias` $bias
    attr-dict `:` type($input)
  }];
}

class CNN_PoolOp<string mnemonic, dag extraArguments, string extraFormat,
                 TypeConstraint image>
    : CNN_InferringOp<mnemonic> {
  let arguments = !con((ins image:$input, DenseI64ArrayAttr:$kernel,
                            CNN_Strides:$strides, CNN_Pads:$pads,
                            CNN_Dilations:$dilations, UnitAttr:$ceil),
                       extraArguments);
  let results = (outs image:$output);
  let assemblyFormat = [{
    $input `kernel` $kernel (`strides` $strides^)? (`pads` $pads^)?
    (`dilations` $dilations^)? (`ceil` $ceil^)? }] # extraFormat # [{
    attr-dict `:` type($input)
  }];
  let extraClassDeclaration = [{
    /// The window over the spatial dimensions.
    Window getWindow();
  }];
}

def CNN_MaxPoolOp : CNN_PoolOp<"max_pool", (ins), "", CNN_AnyImage> {
  let summary = "Maximum over a sliding window";
  let description = [{
    Elements outside the input do not take part. With `ceil` a last partial
    window counts if it starts inside the input or its low padding.

    Example: `%y = cnn.max_pool %x kernel [3, 3] strides [2, 2] : tensor<1x8x7x7xf32>`
  }];
}

def CNN_AvgPoolOp : CNN_PoolOp<"avg_pool", (ins UnitAttr:$includePad),
                               "(`includePad` $includePad^)?", CNN_Image> {
  let summary = "Average over a sliding window";
  let description = [{
    The sum is divided by the number of elements inside the input, or, with
    `includePad`, inside the padded input. `ceil` as in `cnn.max_pool`.

    Example: `%y = cnn.avg_pool %x kernel [2, 2] strides [2, 2] : tensor<1x8x8x8xf32>`
  }];
}

#endif // CNNC_DIALECT_CNN_CNNLAYERS
