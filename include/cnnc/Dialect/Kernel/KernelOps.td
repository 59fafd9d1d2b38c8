//===- KernelOps.td - The ops of the kernel dialect ----------------------===//

#ifndef CNNC_DIALECT_KERNEL_KERNELOPS
#define CNNC_DIALECT_KERNEL_KERNELOPS

include "cnnc/Dialect/Kernel/KernelBase.td"
include "cnnc/Dialect/Kernel/KernelIntegerOps.td"
include "cnnc/Dialect/Kernel/KernelSparseOps.td"

def Kernel_DirectConvOp : Kernel_Op<"direct_conv", 1,
                                    [AttrSizedOperandSegments]> {
  let summary = "Convolution as one sum of products per output element";
  let description = [{
    ```
    y[n, o, h, w] = f(bias[o] + residual[n, o, h, w] + sum over c, u, v of
        filter[o, c, u, v] *
        x[n, g * C/G + c, h * stride_h + u * dilation_h - pad_h, w * ...])
    where g = o / (O/G)
    ```
    Outside the input x is zero; f is `activation`, or nothing. As in all kernels
    with a residual, that may be the output's memory: each of its elements is read
    by the thread that writes y there, before it first does.

    | operand | layout |
    |---|---|
    | input | N Cb H W c, filter is then G\*ceil(Ob/G/k) x Cb/G x U x V x c x co |
    | input | or N C H W, filter is then G\*ceil(Ob/G/k) x C/G x U x V x co |
    | bias | Ob\*c |
    | residual, output | N Ob H' W' c |

    co = k \* c with k from 1 to 4: output channels o of one filter block
    follow each other across the k channel blocks. A plain input suits first
    layers, which have few channels. Groups are whole blocks: G divides Cb and
    Ob.

    Example: 64 to 64 channels, 16 lanes, two channel blocks at once
    ```mlir
    %r = kernel.direct_conv ins(%x, %filter : tensor<1x4x56x56x16xf32>, tensor<2x4x3x3x16x32xf32>)
      bias(%bias : tensor<64xf32>) outs(%y : tensor<1x4x56x56x16xf32>)
      pads [1, 1, 1, 1] activation <relu>
    ```
  }];
  let arguments = (ins Kernel_Image:$input,
                       Kernel_Array<[5, 6], "packed filter">:$filter,
                       Optional<Kernel_ChannelVector>:$bias,
                       Optional<Kernel_BlockedImage>:$residual,
                       Kernel_BlockedImage:$output,
                       Kernel_Strides:$strides, Kernel_Pads:$pads,
                       Kernel_Dilations:$dilations,
                       DefaultValuedOptionalAttr<I64Attr, "1">:$groups,
                       OptionalAttr<CNN_FunctionAttr>:$activation);
  let assemblyFormat = [{
    `ins` `(` $input `,` $filter `:` type($input) `,` type($filter) `)`
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`residual` `(` $residual^ `:` type($residual) `)`)?
    `outs` `(` $output `:` type($output) `)`
    (`strides` $strides^)? (`pads` $pads^)? (`dilations` $dilations^)?
    (`groups` $groups^)? (`activation` $activation^)? attr-dict
  }];
  let extraClassDeclaration = baseDeclaration # windowDeclaration # [{
    /// The input is blocked, not plain.
    bool isBlocked() { return getInput().getType().getRank() == 5; }
    /// c, the lanes of an output channel block.
    int64_t getLanes() { return getOutput().getType().getShape().back(); }
    /// k, the output channel blocks that are computed together.
    int64_t getOutputBlocks() {
      return getFilter().getType().getShape().back() / getLanes();
    }
  }];
}

def Kernel_DepthwiseConvOp : Kernel_Op<"depthwise_conv", 1,
                                       [AttrSizedOperandSegments]> {
  let summary = "Convolution of each channel, or few, with filters of their own";
  let description = [{
    ```
    y[n, o, h, w] = f(bias[o] + residual[n, o, h, w] + sum over k, u, v of
        filter[o, k, u, v] *
        x[n, o - o mod g + k, h * stride_h + u * dilation_h - pad_h, w * ...])
    ```
    where groups of g channels become g channels each: k is from 0 to g - 1, and
    g divides c. Outside the input x is zero; f is `activation`, or nothing.
    Input, residual and output are N Cb H W c, filter is Cb x U x V x c for
    g = 1, and Cb x g x U x V x c, bias is Cb\*c.

    Example:
    ```mlir
    %r = kernel.depthwise_conv ins(%x, %filter : tensor<1x2x14x14x16xf32>, tensor<2x3x3x16xf32>)
      outs(%y : tensor<1x2x7x7x16xf32>) strides [2, 2] pads [1, 1, 1, 1]
    ```
  }];
  let arguments = (ins Kernel_BlockedImage:$input,
                       Kernel_Array<[4, 5], "packed filter">:$filter,
                       Optional<Kernel_ChannelVector>:$bias,
                       Optional<Kernel_BlockedImage>:$residual,
                       Kernel_BlockedImage:$output,
                       Kernel_Strides:$strides, Kernel_Pads:$pads,
                       Kernel_Dilations:$dilations,
                       OptionalAttr<CNN_FunctionAttr>:$activation);
  let assemblyFormat = [{
    `ins` `(` $input `,` $filter `:` type($input) `,` type($filter) `)`
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`residual` `(` $residual^ `:` type($residual) `)`)?
    `outs` `(` $output `:` type($output) `)`
    (`strides` $strides^)? (`pads` $pads^)? (`dilations` $dilations^)?
    (`activation` $activation^)? attr-dict
  }];
  let extraClassDeclaration = baseDeclaration # windowDeclaration # [{
    /// g, the channels of a group.
    int64_t getGroupChannels() {
      auto filter = getFilter().getType().getShape();
      return filter.size() == 5 ? filter[1] : 1;
    }
  }];
}

def Kernel_ExpandedDepthwiseConvOp : Kernel_Op<"expanded_depthwise_conv", 2,
                                               [AttrSizedOperandSegments]> {
  let summary = "Pointwise convolution whose output only a depthwise one reads";
  let description = [{
    ```
    e[n, o, h, w] = f'(expansionBias[o] + sum over c of expansion[o, c] * x[n, c, h, w])
    y[n, o, h, w] = depthwise_conv(e)[n, o, h, w]
    ```
    where the depthwise convolution is that of `kernel.depthwise_conv` with
    `filter`, `bias` and f = `activation`, and f' is `expansionActivation`. Of e
    no more is kept than the rows that one row of windows reaches, in a ring:
    input row h is in ring row h mod R. Channel blocks are taken in groups of B,
    and for each group the rows of the image one after the other. All rows of all
    groups are split into K chunks that may run in parallel, each with a ring of
    its own; a chunk that begins within an image computes the rows of e that its
    first windows reach once more.

    | operand | layout |
    |---|---|
    | input | N Cb H W c |
    | expansion | ceil(Eb/k) x Cb x 1 x 1 x c x k\*c |
    | filter | Eb x U x V x c, or Eb x g x U x V x c, as in `kernel.depthwise_conv` |
    | expansionBias, bias | Eb\*c |
    | output | N Eb H' W' c |
    | ring | K x B x R x W x c: B is a multiple of k, R the rows from the first tap to the last |

    Example: 16 to 96 channels, 16 lanes, two of the six blocks at a time
    ```mlir
    %r:2 = kernel.expanded_depthwise_conv
      ins(%x, %expansion, %filter : tensor<1x1x9x9x16xf32>, tensor<3x1x1x1x16x32xf32>, tensor<6x3x3x16xf32>)
      outs(%y, %ring : tensor<1x6x5x5x16xf32>, tensor<1x2x3x9x16xf32>)
      strides [2, 2] pads [1, 1, 1, 1] expansionActivation <relu> activation <relu>
    ```
  }];
  let arguments = (ins Kernel_BlockedImage:$input,
                       Kernel_Array<[6], "packed filter">:$expansion,
                       Kernel_Array<[4, 5], "packed filter">:$filter,
                       Optional<Kernel_ChannelVector>:$expansionBias,
                       Optional<Kernel_ChannelVector>:$bias,
                       Kernel_BlockedImage:$output,
                       Kernel_Array<[5], "ring of rows">:$ring,
                       Kernel_Strides:$strides, Kernel_Pads:$pads,
                       Kernel_Dilations:$dilations,
                       OptionalAttr<CNN_FunctionAttr>:$expansionActivation,
                       OptionalAttr<CNN_FunctionAttr>:$activation);
  let assemblyFormat = [{
    `ins` `(` $input `,` $expansion `,` $filter `:`
              type($input) `,` type($expansion) `,` type($filter) `)`
    (`expansionBias` `(` $expansionBias^ `:` type($expansionBias) `)`)?
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    `outs` `(` $output `,` $ring `:` type($output) `,` type($ring) `)`
    (`strides` $strides^)? (`pads` $pads^)? (`dilations` $dilations^)?
    (`expansionActivation` $expansionActivation^)?
    (`activation` $activation^)? attr-dict
  }];
  let extraClassDeclaration = baseDeclaration # windowDeclaration # [{
    /// g, the channels of a group of the depthwise convolution.
    int64_t getGroupChannels() {
      auto filter = getFilter().getType().getShape();
      return filter.size() == 5 ? filter[1] : 1;
    }
    /// k, the expanded channel blocks that are computed together.
    int64_t getExpandedBlocks() {
      auto expansion = getExpansion().getType().getShape();
      return expansion.back() / expansion[4];
    }
  }];
}

def Kernel_WinogradConvOp : Kernel_Op<"winograd_conv", 2,
                                      [AttrSizedOperandSegments]> {
  let summary = "Convolution of stride 1 by Winograd's algorithm";
  let description = [{
    Every tile of m x m' outputs is computed from T = (m+r-1) \* (m'+r'-1)
    products, as in `cnn.winograd_conv`:
    ```
    V[t, tile, c] = (B^T d[c] B)[t]
    P[t, tile, o] = sum over c of U[t, o, c] * V[t, tile, c]
    Y[o] = f(bias[o] + residual[o] + A^T P[o] A)
    ```
    Tiles are numbered across the batch, row by row, and taken in blocks of
    `tileBlock`. Work is split into `chunks` parts that may run in parallel:
    blocks of tiles, each part with a V and a P of its own; or, with
    `sharesTiles`, one block after the other, first its tiles and then its
    filter blocks, where all parts read one V and each has a P of its own.

    | operand | layout |
    |---|---|
    | input | N Cb H W c |
    | filter | U: ceil(Ob/k) x T x Cb\*c x co, with co = k \* c |
    | bias | Ob\*c |
    | residual, output | N Ob H' W' c |
    | scratch | V and P: see `WinogradScratch` in `Support/Winograd.h` |

    `tile` is [m, m'], `taps` is [r, r']; a dimension with one tap has tile 1.

    Example: F(4x4, 3x3) on 4 tiles
    ```mlir
    %r:2 = kernel.winograd_conv ins(%x, %u : tensor<1x2x8x8x16xf32>, tensor<1x36x32x32xf32>)
      outs(%y, %scratch : tensor<1x2x8x8x16xf32>, tensor<10368xf32>)
      tile [4, 4] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 1
    ```
  }];
  let arguments = (ins Kernel_BlockedImage:$input,
                       Kernel_Array<[4], "packed transformed filter">:$filter,
                       Optional<Kernel_ChannelVector>:$bias,
                       Optional<Kernel_BlockedImage>:$residual,
                       Kernel_BlockedImage:$output,
                       Kernel_Array<[1], "scratch memory">:$scratch,
                       DenseI64ArrayAttr:$tile, DenseI64ArrayAttr:$taps,
                       Kernel_Pads:$pads, I64Attr:$tileBlock, I64Attr:$chunks,
                       UnitAttr:$sharesTiles,
                       OptionalAttr<CNN_FunctionAttr>:$activation);
  let assemblyFormat = [{
    `ins` `(` $input `,` $filter `:` type($input) `,` type($filter) `)`
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`residual` `(` $residual^ `:` type($residual) `)`)?
    `outs` `(` $output `,` $scratch `:` type($output) `,` type($scratch) `)`
    `tile` $tile `taps` $taps (`pads` $pads^)? `tileBlock` $tileBlock
    `chunks` $chunks (`sharesTiles` $sharesTiles^)?
    (`activation` $activation^)? attr-dict
  }];
  let extraClassDeclaration = baseDeclaration # windowDeclaration # [{
    /// Tiles of an output N x Ob x H' x W' x c, over the whole batch.
    static int64_t getTileCount(::llvm::ArrayRef<int64_t> outputShape,
                                ::llvm::ArrayRef<int64_t> tile);
    ::mlir::cnn::WinogradPlan getPlan();
    ::mlir::cnn::WinogradExtents getExtents();
  }];
}

def Kernel_MatmulOp : Kernel_Op<"matmul", 1, [AttrSizedOperandSegments]> {
  let summary = "Matrix product";
  let description = [{
    ```
    y[m, n] = f(bias[n] + sum over k of a[m, k] * b'[k, n])
    b' = b, float32(b), or float32(b[k, n]) * scale[n]
    ```
    | operand | layout |
    |---|---|
    | a | M x K |
    | b, `packed` | ceil(N/nb) x K x nb, zero beyond N; for constants |
    | b | or K x N |
    | scale | ceil(N/nb)\*nb, for b of i8 |
    | bias | N |
    | y | M x N |

    Without `packed`, a, b and y may have a batch dimension in front, y if and
    only if a or b has it; what has none is the same for all. f is `activation`,
    or nothing. With `packed`, b may be of f16 or bf16, or of i8 with a scale for
    each column, and everything else of f32: its elements are widened when they
    are read.

    Example: a fully connected layer
    ```mlir
    %r = kernel.matmul ins(%a, %b : tensor<1x512xf32>, tensor<16x512x64xf32>)
      bias(%bias : tensor<1000xf32>) outs(%y : tensor<1x1000xf32>) packed
    ```
  }];
  let arguments = (ins Kernel_Array<[2, 3], "matrix">:$lhs,
                       Kernel_Array<[2, 3], "matrix">:$rhs,
                       Optional<Kernel_ChannelVector>:$scale,
                       Optional<Kernel_ChannelVector>:$bias,
                       Kernel_Array<[2, 3], "matrix">:$output,
                       UnitAttr:$packed,
                       OptionalAttr<CNN_FunctionAttr>:$activation);
  let assemblyFormat = [{
    `ins` `(` $lhs `,` $rhs `:` type($lhs) `,` type($rhs) `)`
    (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    `outs` `(` $output `:` type($output) `)`
    (`packed` $packed^)? (`activation` $activation^)? attr-dict
  }];
}

def Kernel_LookupMatmulOp : Kernel_Op<"lookup_matmul", 1,
                                      [AttrSizedOperandSegments]> {
  let summary = "Product with a matrix of codes";
  let description = [{
    ```
    y[m, n] = f(bias[n] + scale[n] * sum over k of a[m, k] * codebook[code[k, n]])
    ```
    | operand | layout |
    |---|---|
    | a | M x K |
    | words | ceil(N/nb) x ceil(K/s) x c, of i32 |
    | codebook | 2^`bits` numbers |
    | scale, bias | N |
    | y | M x N |

    A word has w = floor(32 / `bits`) codes, from its lowest bits on: those of
    `vectors` columns, then those of the next k. With s = floor(w / `vectors`)
    and nb = `vectors` * c, word l of row j of panel p has, at bit
    (t * `vectors` + v) * `bits`, the code of k = j * s + t and
    n = p * nb + v * c + l. Codes beyond K and N are zero. Without `scale` it
    is 1. f is `activation`, or nothing.

    Example: a fully connected layer with 16 different weights
    ```mlir
    %r = kernel.lookup_matmul ins(%a, %words, %codebook
      : tensor<1x512xf32>, tensor<8x512x16xi32>, tensor<16xf32>)
      bias(%bias : tensor<1000xf32>) outs(%y : tensor<1x1000xf32>)
      bits 4 vectors 8
    ```
  }];
  let arguments = (ins Kernel_Array<[2], "matrix">:$lhs,
                       Kernel_Array<[3], "words">:$words,
                       Kernel_ChannelVector:$codebook,
                       Optional<Kernel_ChannelVector>:$scale,
                       Optional<Kernel_ChannelVector>:$bias,
                       Kernel_Array<[2], "matrix">:$output,
                       ConfinedAttr<I64Attr, [IntMinValue<1>,
                                              IntMaxValue<8>]>:$bits,
                       ConfinedAttr<I64Attr, [IntPositive]>:$vectors,
                       OptionalAttr<CNN_FunctionAttr>:$activation);
  let assemblyFormat = [{
    `ins` `(` $lhs `,` $words `,` $codebook `:` type($lhs) `,` type($words) `,`
    type($codebook) `)`
    (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    `outs` `(` $output `:` type($output) `)` `bits` $bits `vectors` $vectors
    (`activation` $activation^)? attr-dict
  }];
  let extraClassDeclaration = baseDeclaration # [{
    /// Neighbouring k whose codes are in one word.
    int64_t getSteps() { return 32 / getBits() / getVectors(); }
  }];
}

def Kernel_PoolOp : Kernel_Op<"pool"> {
  let summary = "Maximum or average over a sliding window";
  let description = [{
    Elements outside the input do not take part in a maximum and count as zero in
    an average. `avg` divides by the number of elements inside the input, or, with
    `includePad`, inside the padded input. Input and output are N Cb H W c. The
    output extents are those of `cnn.max_pool` and `cnn.avg_pool`, with or without
    `ceil`. A maximum may be one of integers, which are signed, or with `unsigned`
    unsigned.

    Example:
    ```mlir
    %r = kernel.pool <max> ins(%x : tensor<1x4x112x112x16xf32>)
      outs(%y : tensor<1x4x56x56x16xf32>)
      kernel [3, 3] strides [2, 2] pads [1, 1, 1, 1]
    ```
  }];
  let arguments = (ins Kernel_PoolKindAttr:$kind, Kernel_BlockedImage:$input,
                       Kernel_BlockedImage:$output,
                       DenseI64ArrayAttr:$kernel,
                       Kernel_Strides:$strides, Kernel_Pads:$pads,
                       Kernel_Dilations:$dilations, UnitAttr:$includePad,
                       UnitAttr:$hasUnsigned);
  let assemblyFormat = [{
    $kind `ins` `(` $input `:` type($input) `)`
    `outs` `(` $output `:` type($output) `)` `kernel` $kernel
    (`strides` $strides^)? (`pads` $pads^)? (`dilations` $dilations^)?
    (`includePad` $includePad^)? (`unsigned` $hasUnsigned^)? attr-dict
  }];
  let extraClassDeclaration = baseDeclaration # windowDeclaration;
}

def Kernel_PackOp : Kernel_Op<"pack"> {
  let summary = "Plain image to blocked image";
  let description = [{
    ```
    y[n, i, h, w, j] = x[n, i * c + j, h, w], or 0 where i * c + j >= C
    ```
    Example:
    ```mlir
    %r = kernel.pack ins(%x : tensor<1x24x7x7xf32>) outs(%y : tensor<1x2x7x7x16xf32>)
    ```
  }];
  let arguments = (ins Kernel_PlainImage:$input, Kernel_BlockedImage:$output);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)`
    `outs` `(` $output `:` type($output) `)` attr-dict
  }];
}

def Kernel_UnpackOp : Kernel_Op<"unpack"> {
  let summary = "Blocked image to plain image";
  let description = [{
    ```
    y[n, i * c + j, h, w] = x[n, i, h, w, j] where i * c + j < C
    ```
    Example:
    ```mlir
    %r = kernel.unpack ins(%x : tensor<1x2x7x7x16xf32>) outs(%y : tensor<1x24x7x7xf32>)
    ```
  }];
  let arguments = (ins Kernel_BlockedImage:$input, Kernel_PlainImage:$output);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)`
    `outs` `(` $output `:` type($output) `)` attr-dict
  }];
}

#endif // CNNC_DIALECT_KERNEL_KERNELOPS
