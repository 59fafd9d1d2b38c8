//===- KernelIntegerOps.td - Kernels on images of integers ---------------===//

#ifndef CNNC_DIALECT_KERNEL_KERNELINTEGEROPS
#define CNNC_DIALECT_KERNEL_KERNELINTEGEROPS

include "cnnc/Dialect/Kernel/KernelBase.td"

def Kernel_ConvIntegerOp : Kernel_Op<"conv_integer"> {
  let summary = "Convolution of small integers with sums of 32 bits";
  let description = [{
    ```
    s[n, o, h, w] = bias[o] + sum over c, u, v of
        filter[o, c, u, v] *
        x'[n, g * C/G + c, h * stride_h + u * dilation_h - pad_h, w * ...]
    where g = o / (O/G)
    y = s                                                          i32
    y = float32(s) * multiplier[o]                                 f32
    y = clamp(round(float32(s) * multiplier[o]) + zeroPoint)       i8, i16
    ```
    in integers that wrap. Taps outside the input are left out. Bytes of the input
    are signed, or with `unsigned` unsigned, after `flip` has inverted their
    highest bits, so that they suit an instruction; x' is the result. Whoever builds
    the op puts what that, and a zero point of the input, adds to the sums into the
    bias. `round` is to even; `range` has the limits of `clamp`, which are those of
    a signed or an unsigned integer of the output's width, or lie within them.

    | operand | layout |
    |---|---|
    | input | N Cb H W ci, of i8 or i16; or i32 for signs |
    | filter | G\*ceil(Ob\*lo/G/co) x Cb/G/k x U x V x k\*ci/t x co x t, of the input's type |
    | bias | Ob\*lo; or L x L' x M x M' x Ob\*lo: one for each number of the window's rows outside the input above and below, and of its columns left and right |
    | multiplier | Ob\*lo |
    | output | N Ob H' W' lo |

    t products are what an instruction adds to one sum; where these are more than
    ci, k = t/ci neighbouring blocks are seen as one, else k is 1. co output
    channels are computed together. A block of channels may be all there are: then
    the image is one with channels last, and for H = 1 a matrix W x C.

    With `narrow` n the products of n\*t neighbouring channels of a tap are first
    added up in two sums of 16 bits: t/2 of each t products belong to the first,
    the others to the second. Whoever builds the op has proved that no input takes
    these sums beyond 16 bits. n\*t divides ci, or is a multiple of ci that
    divides the channels of a group.

    An input of i32 has signs instead: its first Cb/2 blocks, of one lane, are
    words whose bits say which of 32 channels are positive, the others which are
    not zero. Bits of the filter, Cb/2 blocks of one lane and one term, are
    those of positive weights, of which none is zero. Sums count signs that differ:
    ```
    s = bias + sum over words, u, v of popcount(isNotZero & (isPositive ^ filter))
    ```

    Example: 64 to 64 channels for an instruction that adds up 4 products
    ```mlir
    %r = kernel.conv_integer ins(%x, %filter : tensor<1x4x56x56x16xi8>, tensor<1x4x3x3x4x64x4xi8>)
      bias(%bias : tensor<64xi32>) multiplier(%multiplier : tensor<64xf32>)
      outs(%y : tensor<1x4x56x56x16xi8>) pads [1, 1, 1, 1] unsigned zeroPoint 3 range [0, 255]
    ```
  }];
  let arguments = (ins Kernel_BlockedImage:$input,
                       Kernel_Array<[7], "packed filter">:$filter,
                       Kernel_Array<[1, 5], "bias">:$bias,
                       Optional<Kernel_ChannelVector>:$multiplier,
                       Kernel_BlockedImage:$output,
                       Kernel_Strides:$strides, Kernel_Pads:$pads,
                       Kernel_Dilations:$dilations,
                       DefaultValuedOptionalAttr<I64Attr, "1">:$groups,
                       UnitAttr:$unsignedInput, UnitAttr:$flip,
                       DefaultValuedOptionalAttr<I64Attr, "0">:$narrow,
                       DefaultValuedOptionalAttr<I64Attr, "0">:$zeroPoint,
                       DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">:$range);
  let assemblyFormat = [{
    `ins` `(` $input `,` $filter `:` type($input) `,` type($filter) `)`
    `bias` `(` $bias `:` type($bias) `)`
    (`multiplier` `(` $multiplier^ `:` type($multiplier) `)`)?
    `outs` `(` $output `:` type($output) `)`
    (`strides` $strides^)? (`pads` $pads^)? (`dilations` $dilations^)?
    (`groups` $groups^)? (`unsigned` $unsignedInput^)? (`flip` $flip^)? (`narrow` $narrow^)?
    (`zeroPoint` $zeroPoint^)? (`range` $range^)? attr-dict
  }];
  let extraClassDeclaration = baseDeclaration # windowDeclaration # [{
    /// t, the products that one instruction adds to a sum.
    int64_t getTerms() { return getFilter().getType().getShape().back(); }
    /// k, the input blocks that are seen as one.
    int64_t getMergedBlocks() {
      return std::max<int64_t>(
          1, getTerms() / getInput().getType().getShape().back());
    }
    /// co, the output channels that are computed together.
    int64_t getFilterLanes() { return getFilter().getType().getShape()[5]; }
    /// Input channels of a group, with those that fill up its last block.
    int64_t getGroupChannels() {
      auto input = getInput().getType().getShape();
      return input[1] / getGroups() * input[4];
    }
  }];
}

def Kernel_DepthwiseConvIntegerOp : Kernel_Op<"depthwise_conv_integer", 1,
                                              [AttrSizedOperandSegments]> {
  let summary = "Convolution of each channel of small integers with a filter of its own";
  let description = [{
    ```
    s[n, o, h, w] = bias[o] + sum over u, v of
        filter[o, u, v] *
        (x[n, o, h * stride_h + u * dilation_h - pad_h, w * ...] -
         inputZeroPoint)
    y = s                                                          i32
    y = float32(s) * multiplier[o]                                 f32
    y = clamp(round(float32(s) * multiplier[o]) + zeroPoint)       i8, i16
    ```
    in integers that wrap. Outside the input the difference is zero. Integers of
    the input, of i8 or i16, are signed, or with `unsigned` unsigned. `round` is to
    even; `range` has the limits of `clamp`, which are within those of a signed or
    of an unsigned integer of the output's width. Input and output are N Cb H W c,
    bias and multiplier Cb\*c.

    | filter | layout | how |
    |---|---|---|
    | f32 | Cb x U x V x c | sums in float32, which holds them and the bias: they are below 2^24 |
    | i32 | Cb x U x V x c | sums in integers of 32 bits |
    | i8 | Cb x U x V x c | the same, of weights that are widened where they are loaded |
    | i8 | Cb x U x ceil(V/t) x c x t | sums of t products of bytes by an instruction, for a dilation of 1 in W; `columns` is V |

    The bias is of i32; where the sums are floats it is of f32, if it does not take
    them beyond 2^24.

    Example:
    ```mlir
    %r = kernel.depthwise_conv_integer ins(%x, %filter : tensor<1x2x14x14x16xi8>, tensor<2x3x1x16x4xi8>)
      bias(%bias : tensor<32xi32>) multiplier(%multiplier : tensor<32xf32>)
      outs(%y : tensor<1x2x7x7x16xi8>) strides [2, 2] pads [1, 1, 1, 1]
      columns 3 unsigned inputZeroPoint 3 range [0, 255]
    ```
  }];
  let arguments = (ins Kernel_BlockedImage:$input,
                       Kernel_Array<[4, 5], "packed filter">:$filter,
                       Optional<Kernel_ChannelVector>:$bias,
                       Optional<Kernel_ChannelVector>:$multiplier,
                       Kernel_BlockedImage:$output,
                       Kernel_Strides:$strides, Kernel_Pads:$pads,
                       Kernel_Dilations:$dilations,
                       DefaultValuedOptionalAttr<I64Attr, "0">:$columns,
                       UnitAttr:$unsignedInput,
                       DefaultValuedOptionalAttr<I64Attr, "0">:$inputZeroPoint,
                       DefaultValuedOptionalAttr<I64Attr, "0">:$zeroPoint,
                       DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">:$range);
  let assemblyFormat = [{
    `ins` `(` $input `,` $filter `:` type($input) `,` type($filter) `)`
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`multiplier` `(` $multiplier^ `:` type($multiplier) `)`)?
    `outs` `(` $output `:` type($output) `)`
    (`strides` $strides^)? (`pads` $pads^)? (`dilations` $dilations^)?
    (`columns` $columns^)?
    (`unsigned` $unsignedInput^)? (`inputZeroPoint` $inputZeroPoint^)?
    (`zeroPoint` $zeroPoint^)? (`range` $range^)? attr-dict
  }];
  let extraClassDeclaration = baseDeclaration # windowDeclaration # [{
    /// Several products are added to a sum at a time.
    bool hasDotProducts() { return getFilter().getType().getRank() == 5; }
  }];
}

def Kernel_WinogradConvIntegerOp : Kernel_Op<"winograd_conv_integer", 3> {
  let summary = "Convolution of bytes with stride 1 by Winograd's algorithm";
  let description = [{
    ```
    s[n, o, h, w] = sum over c, u, v of
        filter[o, c, u, v] * x[n, c, h + u - pad_h, w + v - pad_w]
    y = s + bias[o]                                                i32
    y = float32(s + bias[o]) * multiplier[o]                       f32
    y = clamp(round(float32(s + bias[o]) * multiplier[o]) + zeroPoint)   i8, i16
    ```
    exactly, by the matrices of `getIntegerWinograd` (`Support/Winograd.h`), from
    factors of 16 bits. Outside the input x is `inputZeroPoint`: whoever builds the
    op puts what that adds to the sums of all windows alike into the bias, and has
    proven that sums fit. Bytes of the input are signed, or with `unsigned`
    unsigned. `round` is to even; `range` has the limits of `clamp`.

    Tiles, blocks of them and chunks are those of `kernel.winograd_conv`.

    | operand | layout |
    |---|---|
    | input | N Cb H W c, of i8 |
    | filter | U: ceil(Ob/k) x T x Cb\*c/t x co x t, with co = k \* c, of i16 |
    | bias, multiplier | Ob\*c |
    | output | N Ob H' W' c |
    | tiles, products | V of i16 and P of i32: see `WinogradScratch` in `Support/Winograd.h` |

    t products are what an instruction adds to one sum.

    Example: F(4x4, 3x3) on 4 tiles
    ```mlir
    %r:3 = kernel.winograd_conv_integer
      ins(%x, %u : tensor<1x4x8x8x8xi8>, tensor<2x36x16x16x2xi16>)
      bias(%bias : tensor<32xi32>) multiplier(%multiplier : tensor<32xf32>)
      outs(%y, %v, %p : tensor<1x4x8x8x8xi8>, tensor<5184xi16>, tensor<2880xi32>)
      tile [4, 4] taps [3, 3] pads [1, 1, 1, 1] tileBlock 4 chunks 1
      unsigned inputZeroPoint 3 zeroPoint 9 range [0, 255]
    ```
  }];
  let arguments = (ins Kernel_BlockedImage:$input,
                       Kernel_Array<[5], "packed transformed filter">:$filter,
                       Kernel_ChannelVector:$bias,
                       Optional<Kernel_ChannelVector>:$multiplier,
                       Kernel_BlockedImage:$output,
                       Kernel_Array<[1], "scratch memory">:$tiles,
                       Kernel_Array<[1], "scratch memory">:$products,
                       DenseI64ArrayAttr:$tile, DenseI64ArrayAttr:$taps,
                       Kernel_Pads:$pads, I64Attr:$tileBlock, I64Attr:$chunks,
                       UnitAttr:$sharesTiles, UnitAttr:$unsignedInput,
                       DefaultValuedOptionalAttr<I64Attr, "0">:$inputZeroPoint,
                       DefaultValuedOptionalAttr<I64Attr, "0">:$zeroPoint,
                       DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">:$range);
  let assemblyFormat = [{
    `ins` `(` $input `,` $filter `:` type($input) `,` type($filter) `)`
    `bias` `(` $bias `:` type($bias) `)`
    (`multiplier` `(` $multiplier^ `:` type($multiplier) `)`)?
    `outs` `(` $output `,` $tiles `,` $products `:`
               type($output) `,` type($tiles) `,` type($products) `)`
    `tile` $tile `taps` $taps (`pads` $pads^)? `tileBlock` $tileBlock
    `chunks` $chunks (`sharesTiles` $sharesTiles^)?
    (`unsigned` $unsignedInput^)? (`inputZeroPoint` $inputZeroPoint^)?
    (`zeroPoint` $zeroPoint^)? (`range` $range^)? attr-dict
  }];
  let extraClassDeclaration = baseDeclaration # windowDeclaration # [{
    /// t, the products that one instruction adds to a sum.
    int64_t getTerms() { return getFilter().getType().getShape().back(); }
    ::mlir::cnn::WinogradPlan getPlan();
    ::mlir::cnn::WinogradExtents getExtents();
  }];
}

#endif // CNNC_DIALECT_KERNEL_KERNELINTEGEROPS
