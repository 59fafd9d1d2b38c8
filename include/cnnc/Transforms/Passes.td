//===- Passes.td - Passes from cnn to cnn ------------------*- tablegen -*-===//
//
// In the order in which a pipeline should run them, with the reasons:
//
//   promote-float16       first: the other passes then meet one element type
//   canonicalize, cse     constants of weights in another layout are folded
//   simplify              puts pads into convolutions, so that fold-bn and
//                         winograd see the true window; makes gemms of matmuls
//   fold-bn               a batch norm would hide conv + add and conv + relu
//   fuse-residual         before fuse-activation: the function of a residual
//                         block comes after its sum
//   fuse-activation
//   rewrite-grouped-conv  before winograd: what it makes dense may profit
//   compute-in-float16    after all that changes weights, which are rounded once;
//                         before winograd, which is for float32
//   winograd
//   canonicalize, cse     drops what lost its last user
//
// Every pass is correct in any order. All but winograd, promote-float16
// and compute-in-float16 change results by rounding only.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_TRANSFORMS_PASSES
#define CNNC_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

class CNN_FuncPass<string argument>
    : Pass<argument, "::mlir::func::FuncOp"> {
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::cnn::CNNDialect"];
}

def PromoteFloat16 : CNN_FuncPass<"promote-float16"> {
  let summary = "Compute float16 and bfloat16 networks in float32";
  let description = [{
    Every tensor of f16 or bf16 becomes one of f32: constants are converted,
    arguments and results of the function keep their types and are converted by
    a `cnn.cast` at the boundary, casts between the promoted types vanish. Weights
    that --weights-only stored stay. With `store-weights` so do constant matrices
    of gemms and matmuls of up to 4 rows, which are widened when they are read.
    ```
    func @f(%x: tensor<4xf16>) -> tensor<4xf16>       func @f(%x: tensor<4xf16>) -> tensor<4xf16>
      %y = cnn.unary <relu> %x : tensor<4xf16>   -->    %a = cnn.cast %x to f32
      return %y                                         %b = cnn.unary <relu> %a : tensor<4xf32>
                                                        %y = cnn.cast %b to f16
                                                        return %y
    ```
    An op of another dialect than `cnn` that touches such a tensor is an error.
    Results differ from float16 arithmetic by its rounding, 2^-11 relative an
    operation (2^-8 for bf16), and are the more accurate ones.
  }];
  let options = [
    Option<"storeWeights", "store-weights", "bool", /*default=*/"false",
           "keep matrices of float16 and bfloat16 that are read once">];
}

def WidenWeights : CNN_FuncPass<"widen-weights"> {
  let summary = "Widen stored weights of convolutions while compiling";
  let description = [{
    Filters that are kept in few bits (`cnn.stored`) become constants of f32:
    ```
    conv(x, lookup(codes, codebook) {cnn.stored})  -->  conv(x, w)
    ```
    They take more memory, and nobody has to widen them in every run; and
    Winograd's algorithm may transform them. Products with a matrix stay, whose
    kernels read fewer bits. The numbers are the same.
  }];
}

def Simplify : CNN_FuncPass<"simplify"> {
  let summary = "Rewrite what exporters spell out into the op that says it";
  let description = [{
    Beside the canonical forms of all `cnn` ops:
    ```
    conv(pad(x, 0))                            -->  conv(x) with larger pads
    avg_pool(pad(x, 0))                        -->  avg_pool(x) includePad
    max_pool(pad(x, -inf))                     -->  max_pool(x) with larger pads
    max_pool(pad(x, 0)), x >= 0                -->  max_pool(x) with larger pads
    avg_pool(x), max_pool(x), one full window  -->  reduce(x) over space
    transpose(f(transpose(x)))                 -->  f(x) where they cancel
    op(transpose(a), transpose(b))             -->  transpose(op(a, b))
    reshape(transpose(reshape(x)))             -->  depth_to_space(x), space_to_depth(x)
    slice(slice(x))                            -->  slice(x)
    slice(concat(a, b))                        -->  slice(a) where b has no part
    concat(all slices of x)                    -->  x
    op(expand(x), y)                           -->  op(x, y) where y broadcasts it
    clip(x, 0, inf)                            -->  relu(x)
    x * sigmoid(x)                             -->  silu(x)
    x * tanh(softplus(x))                      -->  mish(x)
    clip(x + 3, 0, 6) / 6                      -->  hard_sigmoid(x)
    x * hard_sigmoid(x), x * clip(x+3, 0, 6)/6 -->  hard_swish(x)
    x * (1 + erf(x / sqrt(2))) / 2             -->  gelu(x)
    dequantize(constant), if not cnn.stored    -->  constant
    quantize(dequantize(x))                    -->  x where all bytes stay what they are
    sum over H and W of bytes                  -->  conv_integer(x, ones) of each channel
    matmul(x, constant matrix)                 -->  gemm(x, matrix)
    gemm(x, w) + b                             -->  gemm(x, w, b)
    op(constant, constant)                     -->  constant
    ```
    A pad with another mode or value, or on other than spatial dimensions, stays
    and is reported. Exact but for the order of roundings inside the functions.
  }];
}

def FoldBN : CNN_FuncPass<"fold-bn"> {
  let summary = "Fold per-channel scales and shifts into the layers beside them";
  let description = [{
    A batch norm with constant parameters, and an add, sub, mul or div with a
    constant that has one value per channel or one in all, is a map per channel
    ```
    y[c] = gain[c] * x[c] + offset[c]    (batch_norm: gain = scale / sqrt(variance + epsilon),
                                          offset = shift - gain * mean)
    ```
    Consecutive maps are composed. The result goes into the layer before it,
    a conv, conv_transpose, gemm or matmul with constant parameters, no other
    user, and no activation,
    ```
    w'[o] = gain[o] * w[o]     b'[o] = gain[o] * b[o] + offset[o]
    ```
    or else, if all users are unpadded convolutions (or the offset is zero), into
    the layers after it,
    ```
    w'[o, c] = w[o, c] * gain[c]     b'[o] = b[o] + sum over c, u, v of w[o, c, u, v] * offset[c]
    ```
    A batch norm with neither neighbour becomes one `mul` and one `add` with
    C x 1 x 1 constants. With a residual, which the gain would scale too, only
    an offset is folded. Computed in double precision, stored in the element type
    of the op: changes results only by rounding.
  }];
}

def FuseResidual : CNN_FuncPass<"fuse-residual"> {
  let summary = "Make the sum of a convolution and a tensor part of the convolution";
  let description = [{
    ```
    add(conv(x), r)  -->  conv(x) residual r
    ```
    if shapes agree without broadcasting and the convolution (`conv` or
    `winograd_conv`) has no other user, no activation and no residual. Of two
    such convolutions the later one takes the sum. Exact up to rounding.
  }];
}

def FuseActivation : CNN_FuncPass<"fuse-activation"> {
  let summary = "Make a function part of the layer before it";
  let description = [{
    ```
    f(layer(x))            -->  layer(x) activation f
    f(max_pool(layer(x)))  -->  max_pool(layer(x) activation f)     f = relu or clip
    ```
    for every layer with the interface ActivatedOp that has no other user and no
    activation. The second holds because f does not decrease. Exact.
  }];
}

def RewriteGroupedConv : CNN_FuncPass<"rewrite-grouped-conv"> {
  let summary = "Bring grouped convolutions into the forms that have kernels";
  let description = [{
    Kernels exist for dense convolutions, for groups with as many outputs (O/G)
    as inputs (C/G), of which a number fills the lanes of the machine's vectors,
    and for groups whose inputs and outputs are both multiples of the lanes. The
    first case that fits is taken:

    | case | becomes |
    |---|---|
    | no groups; C/G = O/G divides the lanes; both multiples of the lanes | unchanged |
    | C/G = 1, O/G = m | depthwise on an input whose channels are repeated m times; the filter stays as it is |
    | others, filter constant | k groups merged into one, zeros outside the k diagonal blocks of the filter |
    | where splitting computes less | a slice, a dense convolution and a part of a concat per group |

    k is the smallest divisor of G that makes C/G * k and O/G * k multiples of
    the lanes, else G. Merging multiplies the arithmetic by k. Splitting rounds
    the channels of every group up to lanes and copies input and output; it is
    taken for at most 8 groups if that is estimated to be faster (an element
    copied costs as much as 8 multiply-adds of whole vectors), and wherever the
    filter is not a constant. Exact: only zeros are added.
  }];
}

def ComputeInFloat16 : CNN_FuncPass<"compute-in-float16"> {
  let summary = "Compute layers of float32 networks in float16";
  let description = [{
    For processors whose vectors of float16 have arithmetic; another is an error.
    ```
    layer(x, w)            -->  cast(layer(cast(x) to f16, w rounded to f16)) to f32
    cast(cast(x) to f32)   -->  x of f16
    ```
    | op | in float16 |
    |---|---|
    | conv and conv_transpose with a constant filter; gemm and matmul of more than 4 rows with a constant matrix | always |
    | gemm and matmul of fewer rows with a constant matrix | its weights are stored in float16, its sums are of float32: it waits for memory |
    | max_pool, avg_pool, mean over H and W; unary; add, sub, mul, min, max, prelu; matmul of two tensors; concat, slice, pad, reshape, transpose, expand, depth_to_space, space_to_depth, nearest resize | if all its operands are results of float16, or constant |
    | everything else | never |

    Weights are rounded to nearest. A layer one of whose constants float16 does
    not hold (beyond 65504), or whose weights are stored in another format, stays
    float32, and a remark says so.

    Tolerance: an element is rounded to 2^-11 of itself wherever it is written.
    Sums of products are of float16 for runs of up to 128 products, which are
    added up in float32; those of averages are of float32.
  }];
}

def Winograd : CNN_FuncPass<"winograd"> {
  let summary = "Compute convolutions by Winograd's algorithm where that is faster";
  let description = [{
    A two-dimensional `cnn.conv` with stride 1, no groups and a constant filter of
    3x3, 5x5, 1xr or rx1 taps becomes a `cnn.winograd_conv`. One with dilations d
    and d' is computed as the d \* d' images of every d-th pixel, where its
    extents and pads are multiples of its dilations and the batch is known:
    ```
    conv(x) dilations [2, 2]  -->  join(winograd_conv(split(x)))
    ```
    `tile` outputs are computed at once per dimension. With `auto` the cost model
    (`WinogradCost.h`) compares tiles 2, 4 and 6 with direct convolution layer by
    layer: the multiplications left, the additions of the transforms, waste in
    tiles at the border, and reading a filter that grew by (m+r-1)^2/r^2 from
    caches or memory. The layer changes if that promises at least 1.15 times the
    speed. A remark says what was estimated, whatever was decided.

    A number takes that tile wherever it can be applied, profitable or not.

    A convolution with the attribute `cnn.algorithm`, which `--tune` sets, gets
    what that says whatever the cost model does: `"direct"` or `"winograd N"` with
    N outputs per tile and dimension. The attribute goes. Another value, or one
    that cannot be had, is an error.

    Tolerance: rounding errors grow with the tile. `auto` takes only tiles of
    which the root mean square of the rounding errors, for independent random
    data, is at most `max-error` times that of direct convolution: product over
    the dimensions of `getWinogradErrorGrowth` (`Support/Winograd.h`), which is
    1.7 for F(2x2, 3x3), 4.8 for F(4x4, 3x3) and 21 for F(6x6, 3x3), where
    measured errors grow 0.6, 1.9 and 7.3 times. With the default,
    test/Integration/Models holds whole networks to a relative 1e-3 (absolute
    1e-4).
  }];
  let options = [
    Option<"tile", "tile", "::mlir::cnn::WinogradTile",
           "::mlir::cnn::WinogradTile::automatic",
           "outputs per tile and dimension: auto, 2, 4 or 6",
           [{::llvm::cl::values(
              clEnumValN(::mlir::cnn::WinogradTile::automatic, "auto",
                         "what the cost model prefers, layer by layer"),
              clEnumValN(::mlir::cnn::WinogradTile::two, "2", "F(2, r)"),
              clEnumValN(::mlir::cnn::WinogradTile::four, "4", "F(4, r)"),
              clEnumValN(::mlir::cnn::WinogradTile::six, "6", "F(6, r)"))}]>,
    Option<"maxError", "max-error", "double",
           "::mlir::cnn::defaultWinogradError",
           "largest growth of rounding errors over direct convolution that "
           "auto accepts">];
}

#endif // CNNC_TRANSFORMS_PASSES
