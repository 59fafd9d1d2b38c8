//===- KernelSparseOps.td - Kernels on filters that are mostly zeros -----===//

#ifndef CNNC_DIALECT_KERNEL_KERNELSPARSEOPS
#define CNNC_DIALECT_KERNEL_KERNELSPARSEOPS

include "cnnc/Dialect/Kernel/KernelBase.td"

def Kernel_SparseConvOp : Kernel_Op<"sparse_conv", 2,
                                    [AttrSizedOperandSegments]> {
  let summary = "Convolution of one tap whose filter is mostly zeros";
  let description = [{
    ```
    y[n, o, h, w] = f(bias[o] + residual[n, o, h, w] + sum over e from
        starts[o] to starts[o + 1] - 1 of
        values[e] * x[n, columns[e], h, w])
    ```
    where f is `activation`, or nothing. Zeros of the filter take no part, not
    even where x is not finite. The filter is a matrix O x C in compressed rows:
    E values that are not zero, for each of them its input channel, an unsigned
    number, and for each output channel where its values start.

    Vectors hold neighbouring pixels: tiles of `tile` pixels are transposed from
    blocks to rows of one channel each, and back. Work is split into `chunks`
    parts that may run in parallel: tiles, which each part transposes to memory
    of its own; or, with `sharesTiles`, first all tiles are transposed, and then
    tiles and output blocks are shared out.

    | operand | layout |
    |---|---|
    | input | N Cb H W c |
    | values, columns | E, of f32 and of i16 |
    | starts | Ob\*c + 1, of i32 |
    | bias | Ob\*c |
    | residual, output | N Ob H W c |
    | scratch | tiles of Cb\*c x `tile`, one a chunk or all of them, then c x `tile` a chunk |

    c is a power of two and divides `tile`.

    Example: three weights of a filter 16 x 16
    ```mlir
    %r:2 = kernel.sparse_conv ins(%x, %values, %columns, %starts :
        tensor<1x1x7x7x16xf32>, tensor<3xf32>, tensor<3xi16>, tensor<17xi32>)
      outs(%y, %scratch : tensor<1x1x7x7x16xf32>, tensor<2048xf32>)
      tile 64 chunks 1
    ```
  }];
  let arguments = (ins Kernel_BlockedImage:$input,
                       Kernel_Array<[1], "values that are not zero">:$values,
                       Kernel_Array<[1], "input channels">:$columns,
                       Kernel_Array<[1], "starts of rows">:$starts,
                       Optional<Kernel_ChannelVector>:$bias,
                       Optional<Kernel_BlockedImage>:$residual,
                       Kernel_BlockedImage:$output,
                       Kernel_Array<[1], "scratch memory">:$scratch,
                       I64Attr:$tile, I64Attr:$chunks, UnitAttr:$sharesTiles,
                       OptionalAttr<CNN_FunctionAttr>:$activation);
  let assemblyFormat = [{
    `ins` `(` $input `,` $values `,` $columns `,` $starts `:`
              type($input) `,` type($values) `,` type($columns) `,`
              type($starts) `)`
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`residual` `(` $residual^ `:` type($residual) `)`)?
    `outs` `(` $output `,` $scratch `:` type($output) `,` type($scratch) `)`
    `tile` $tile `chunks` $chunks (`sharesTiles` $sharesTiles^)?
    (`activation` $activation^)? attr-dict
  }];
  let extraClassDeclaration = baseDeclaration # [{
    ::mlir::cnn::SparseConvPlan getPlan();
  }];
}

def Kernel_SparseMatmulOp : Kernel_Op<"sparse_matmul"> {
  let summary = "Product of few rows with a matrix that is mostly zeros";
  let description = [{
    ```
    y[m, n] = f(bias[n] + sum over e from starts[n] to starts[n + 1] - 1 of
        values[e] * x[m, columns[e]])
    ```
    where f is `activation`, or nothing. The matrix is in compressed rows, as in
    `kernel.sparse_conv`: values and columns are E, starts is N + 1. Input is
    M x K, bias is N, output is M x N. Each sum is one of single numbers: rows
    are few, and what takes time is to read the matrix.

    Example: three weights of a fully connected layer
    ```mlir
    %r = kernel.sparse_matmul ins(%x, %values, %columns, %starts :
        tensor<1x512xf32>, tensor<3xf32>, tensor<3xi16>, tensor<11xi32>)
      bias(%bias : tensor<10xf32>) outs(%y : tensor<1x10xf32>)
    ```
  }];
  let arguments = (ins Kernel_Array<[2], "matrix">:$input,
                       Kernel_Array<[1], "values that are not zero">:$values,
                       Kernel_Array<[1], "columns">:$columns,
                       Kernel_Array<[1], "starts of rows">:$starts,
                       Optional<Kernel_ChannelVector>:$bias,
                       Kernel_Array<[2], "matrix">:$output,
                       OptionalAttr<CNN_FunctionAttr>:$activation);
  let assemblyFormat = [{
    `ins` `(` $input `,` $values `,` $columns `,` $starts `:`
              type($input) `,` type($values) `,` type($columns) `,`
              type($starts) `)`
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    `outs` `(` $output `:` type($output) `)`
    (`activation` $activation^)? attr-dict
  }];
}

#endif // CNNC_DIALECT_KERNEL_KERNELSPARSEOPS
