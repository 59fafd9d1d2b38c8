//===- CNNShapeOps.td - Ops that move elements ---------------------------===//

#ifndef CNNC_DIALECT_CNN_CNNSHAPEOPS
#define CNNC_DIALECT_CNN_CNNSHAPEOPS

include "cnnc/Dialect/CNN/CNNBase.td"

def CNN_ConcatOp : CNN_InferringOp<"concat", [SameOperandsElementType]> {
  let summary = "Concatenation along one dimension";
  let description = [{
    Example: `%y = cnn.concat %a, %b axis 1 : tensor<1x2x4x4xf32>, tensor<1x6x4x4xf32>`
  }];
  let arguments = (ins Variadic<CNN_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = "$inputs `axis` $axis attr-dict `:` type($inputs)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def CNN_SliceOp : CNN_InferringOp<"slice"> {
  let summary = "A box of the input, with steps";
  let description = [{
    ```
    y[i, j, ...] = x[starts[0] + i * steps[0], starts[1] + j * steps[1], ...]
    ```
    `starts`, `sizes` and `steps` have one entry per dimension; empty `steps`
    are ones, a negative step walks backwards. A size of -1 keeps a dimension
    whole, which may be dynamic. ONNX's Split is a slice per output.

    Example: `%y = cnn.slice %x starts [0, 2] sizes [1, 4] : tensor<1x8xf32>`
  }];
  let arguments = (ins CNN_Tensor:$input, DenseI64ArrayAttr:$starts,
                       DenseI64ArrayAttr:$sizes,
                       DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">:$steps);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = [{
    $input `starts` $starts `sizes` $sizes (`steps` $steps^)?
    attr-dict `:` type($input)
  }];
  let extraClassDeclaration = [{
    /// The step of every dimension, ones written out.
    SmallVector<int64_t> getFullSteps();
  }];
  let hasFolder = 1;
}

def CNN_PadOp : CNN_InferringOp<"pad"> {
  let summary = "Adds elements at the borders";
  let description = [{
    `low` and `high` have one entry per dimension; a negative entry crops.
    `constant` writes `value`, `edge` repeats the border, `reflect` mirrors at it
    without repeating it (and needs pads smaller than the extent), `wrap` goes on
    at the other end.

    Example: `%y = cnn.pad <constant> %x low [0, 0, 1, 1] high [0, 0, 1, 1] : tensor<1x3x4x4xf32>`
  }];
  let arguments = (ins CNN_PadModeAttr:$mode, CNN_Tensor:$input,
                       DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
                       DefaultValuedOptionalAttr<F64Attr, "0.0">:$value);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = [{
    $mode $input `low` $low `high` $high (`value` $value^)?
    attr-dict `:` type($input)
  }];
  let extraClassDeclaration = [{
    /// Where position `index` of a dimension of `extent` elements, which may be
    /// outside, is read from; nothing if it is `value`.
    std::optional<int64_t> getSource(int64_t index, int64_t extent);
  }];
  let hasFolder = 1;
}

def CNN_ReshapeOp : CNN_InferringOp<"reshape"> {
  let summary = "The same elements in another shape";
  let description = [{
    At most one entry of `shape` is -1; it is what remains. If the batch is
    dynamic the first entry is -1.

    Example: `%y = cnn.reshape %x to [1, -1] : tensor<1x8x4x4xf32>`
  }];
  let arguments = (ins CNN_Tensor:$input, DenseI64ArrayAttr:$shape);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = "$input `to` $shape attr-dict `:` type($input)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def CNN_TransposeOp : CNN_InferringOp<"transpose"> {
  let summary = "Permutation of the dimensions";
  let description = [{
    Dimension i of the result is dimension permutation[i] of the input.

    Example: `%y = cnn.transpose %x permutation [0, 2, 3, 1] : tensor<1x8x4x4xf32>`
  }];
  let arguments = (ins CNN_Tensor:$input, DenseI64ArrayAttr:$permutation);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat =
      "$input `permutation` $permutation attr-dict `:` type($input)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def CNN_ExpandOp : CNN_InferringOp<"expand"> {
  let summary = "Broadcast to a larger shape";
  let description = [{
    Dimensions are aligned at the last; those of extent 1 are repeated. An entry
    -1 of `shape` keeps the input's extent.

    Example: `%y = cnn.expand %x to [2, 3, 4] : tensor<3x1xf32>`
  }];
  let arguments = (ins CNN_Tensor:$input, DenseI64ArrayAttr:$shape);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = "$input `to` $shape attr-dict `:` type($input)";
  let hasFolder = 1;
}

def CNN_DepthToSpaceOp : CNN_InferringOp<"depth_to_space"> {
  let summary = "Moves blocks of channels into space";
  let description = [{
    ```
    y[n, c, h * b + i, w * b + j] = x[n, k, h, w]     b = blockSize
    k = (i * b + j) * C/b^2 + c   (depth_column_row)
    k = c * b^2 + i * b + j       (column_row_depth)
    ```
    `depth_column_row` and `column_row_depth` are ONNX's DCR and CRD.

    Example: `%y = cnn.depth_to_space <column_row_depth> %x block 2 : tensor<1x8x4x4xf32>`
  }];
  let arguments = (ins CNN_BlockOrderAttr:$order, CNN_AnyImage:$input,
                       I64Attr:$blockSize);
  let results = (outs CNN_AnyImage:$output);
  let assemblyFormat = "$order $input `block` $blockSize attr-dict `:` type($input)";
}

def CNN_SpaceToDepthOp : CNN_InferringOp<"space_to_depth"> {
  let summary = "Moves blocks of space into channels";
  let description = [{
    The inverse of `cnn.depth_to_space <depth_column_row>`.

    Example: `%y = cnn.space_to_depth %x block 2 : tensor<1x2x8x8xf32>`
  }];
  let arguments = (ins CNN_AnyImage:$input, I64Attr:$blockSize);
  let results = (outs CNN_AnyImage:$output);
  let assemblyFormat = "$input `block` $blockSize attr-dict `:` type($input)";
}

def CNN_GatherOp : CNN_InferringOp<"gather"> {
  let summary = "Slices of one dimension, chosen by indices";
  let description = [{
    Dimension `axis` of the input is replaced by the dimensions of `indices`:
    y[a, i, b] = x[a, indices[i], b]. A negative index counts from the end.

    Example: `%y = cnn.gather %x, %i axis 1 : tensor<1x8x4xf32>, tensor<3xi64>`
  }];
  let arguments = (ins CNN_Tensor:$input, CNN_IntegerTensor:$indices,
                       I64Attr:$axis);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat =
      "$input `,` $indices `axis` $axis attr-dict `:` type($input) `,` type($indices)";
}

#endif // CNNC_DIALECT_CNN_CNNSHAPEOPS
