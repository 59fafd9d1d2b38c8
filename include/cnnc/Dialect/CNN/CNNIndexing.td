//===- CNNIndexing.td - Ops that select and place elements by data -------===//

#ifndef CNNC_DIALECT_CNN_CNNINDEXING
#define CNNC_DIALECT_CNN_CNNINDEXING

include "cnnc/Dialect/CNN/CNNBase.td"

def CNN_IndexTensor : CNN_TensorOf<[I64], [], "tensor of int64">;

def CNN_ScatterKind : CNN_Enum<"ScatterKind",
    "what becomes of an element and its update",
    ["set", "add", "mul", "min", "max"]>;
def CNN_ScatterKindAttr : CNN_EnumAttr<CNN_ScatterKind, "scatter_kind">;

//===----------------------------------------------------------------------===//
// Selections
//===----------------------------------------------------------------------===//

def CNN_GatherElementsOp : CNN_InferringOp<"gather_elements"> {
  let summary = "Elements along one dimension, chosen one by one";
  let description = [{
    ```
    y[i, j, k] = x[i, indices[i, j, k], k]     for axis 1
    ```
    Both tensors have the same rank, and no other dimension of `indices` is
    larger than the input's. A negative index counts from the end.

    Example: `%y = cnn.gather_elements %x, %i axis 1 : tensor<2x8xf32>, tensor<2x3xi64>`
  }];
  let arguments = (ins CNN_Tensor:$input, CNN_IntegerTensor:$indices,
                       I64Attr:$axis);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = [{
    $input `,` $indices `axis` $axis attr-dict `:` type($input) `,` type($indices)
  }];
  let hasFolder = 1;
}

def CNN_GatherNDOp : CNN_InferringOp<"gather_nd"> {
  let summary = "Slices chosen by rows of indices";
  let description = [{
    The last dimension of `indices` holds the start of an index into the
    input, whose remaining dimensions are copied. The first `batchDims`
    dimensions are those of both tensors:
    ```
    y[b, i, c] = x[b, indices[b, i, 0], indices[b, i, 1], c]
    ```
    A negative index counts from the end.

    Example: `%y = cnn.gather_nd %x, %i batchDims 1 : tensor<2x8x4xf32>, tensor<2x3x1xi64>`
  }];
  let arguments = (ins CNN_Tensor:$input, CNN_IntegerTensor:$indices,
                       DefaultValuedOptionalAttr<I64Attr, "0">:$batchDims);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = [{
    $input `,` $indices (`batchDims` $batchDims^)?
    attr-dict `:` type($input) `,` type($indices)
  }];
}

def CNN_TopKOp : CNN_InferringOp<"top_k"> {
  let summary = "Where the largest elements along a dimension are";
  let description = [{
    The positions of the `count` largest elements, or with `smallest` the
    smallest, in order. Equal elements are in the order of their positions;
    NaN is larger than every number. The elements themselves are what
    `cnn.gather_elements` reads there.

    Example: `%i = cnn.top_k %x axis 1 count 3 : tensor<2x8xf32>`
  }];
  let arguments = (ins CNN_Tensor:$input, I64Attr:$axis, I64Attr:$count,
                       UnitAttr:$smallest);
  let results = (outs CNN_IndexTensor:$output);
  let assemblyFormat = [{
    $input `axis` $axis `count` $count (`smallest` $smallest^)?
    attr-dict `:` type($input)
  }];
}

def CNN_ArgMaxPoolOp : CNN_InferringOp<"arg_max_pool"> {
  let summary = "Where the maximum of a sliding window is";
  let description = [{
    The position, in the whole input in row-major order, of the first of the
    elements that `cnn.max_pool` chooses. With `columnMajor` the first spatial
    dimension varies fastest. The batch is static, since positions count the
    elements of all images.

    Example: `%i = cnn.arg_max_pool %x kernel [2, 2] strides [2, 2] : tensor<1x8x8x8xf32>`
  }];
  let arguments = (ins
      CNN_TensorOf<[AnyFloat, AnyInteger], [HasAnyRankOfPred<[3, 4, 5]>],
                   "image of rank 3, 4 or 5">:$input,
      DenseI64ArrayAttr:$kernel,
      DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">:$strides,
      DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">:$pads,
      DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">:$dilations,
      UnitAttr:$ceil, UnitAttr:$columnMajor);
  let results = (outs CNN_IndexTensor:$output);
  let assemblyFormat = [{
    $input `kernel` $kernel (`strides` $strides^)? (`pads` $pads^)?
    (`dilations` $dilations^)? (`ceil` $ceil^)? (`columnMajor` $columnMajor^)?
    attr-dict `:` type($input)
  }];
  let extraClassDeclaration = [{
    /// The window over the spatial dimensions.
    Window getWindow();
    /// How far apart in the result's numbers neighbours in each dimension of
    /// the input are.
    SmallVector<int64_t> getIndexStrides();
  }];
}

//===----------------------------------------------------------------------===//
// Placements
//===----------------------------------------------------------------------===//

def CNN_ScatterElementsOp : CNN_InferringOp<"scatter_elements"> {
  let summary = "Writes elements along one dimension, one by one";
  let description = [{
    ```
    y = x;   y[i, indices[i, j, k], k] = updates[i, j, k]     for axis 1
    ```
    Other kinds than `set` combine the element with its update. Updates are
    applied in row-major order, so that the last one counts where `set` meets
    an element twice. A negative index counts from the end.

    Example:
    ```mlir
    %y = cnn.scatter_elements <add> %x, %i, %u axis 1
      : tensor<2x8xf32>, tensor<2x3xi64>, tensor<2x3xf32>
    ```
  }];
  let arguments = (ins CNN_ScatterKindAttr:$kind, CNN_Tensor:$input,
                       CNN_IntegerTensor:$indices, CNN_Tensor:$updates,
                       I64Attr:$axis);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = [{
    $kind $input `,` $indices `,` $updates `axis` $axis attr-dict
    `:` type($input) `,` type($indices) `,` type($updates)
  }];
  let hasFolder = 1;
}

def CNN_ScatterNDOp : CNN_InferringOp<"scatter_nd"> {
  let summary = "Writes slices to where rows of indices say";
  let description = [{
    The last dimension of `indices` holds the start of an index into the input:
    ```
    y = x;   y[indices[i, 0], indices[i, 1], c] = updates[i, c]
    ```
    Kinds, order and negative indices as in `cnn.scatter_elements`.

    Example:
    ```mlir
    %y = cnn.scatter_nd <set> %x, %i, %u
      : tensor<8x4xf32>, tensor<3x1xi64>, tensor<3x4xf32>
    ```
  }];
  let arguments = (ins CNN_ScatterKindAttr:$kind, CNN_Tensor:$input,
                       CNN_IntegerTensor:$indices, CNN_Tensor:$updates);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = [{
    $kind $input `,` $indices `,` $updates attr-dict
    `:` type($input) `,` type($indices) `,` type($updates)
  }];
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// As many results as the data say
//===----------------------------------------------------------------------===//

def CNN_NonZeroOp : CNN_InferringOp<"non_zero"> {
  let summary = "Where the elements that are not zero are";
  let description = [{
    Column i of the result is the index of the i-th element, in row-major order,
    that is not zero. There is a column per element; those that are left over
    are -1.

    Example: `%i = cnn.non_zero %x : tensor<2x8xf32>`
  }];
  let arguments = (ins CNN_Tensor:$input);
  let results = (outs CNN_IndexTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input)";
  let hasFolder = 1;
}

def CNN_RankDistinctOp : CNN_InferringOp<"rank_distinct"> {
  let summary = "Numbers rows so that equal rows have equal numbers";
  let description = [{
    Element i of the result says how many different rows there are that are
    less than row i, in lexicographic order, or, with `unsorted`, that occur
    first before row i does. NaN equals itself and is larger than every number.
    ONNX's Unique is made of this and `cnn.scatter_elements`.

    Example: `%i = cnn.rank_distinct %x : tensor<8x2xf32>`
  }];
  let arguments = (ins
      CNN_TensorOf<[AnyFloat, AnyInteger], [HasAnyRankOfPred<[2]>],
                   "2-D tensor">:$input,
      UnitAttr:$unsorted);
  let results = (outs CNN_IndexTensor:$output);
  let assemblyFormat = "$input (`unsorted` $unsorted^)? attr-dict `:` type($input)";
  let hasFolder = 1;
}

def CNN_NonMaxSuppressionOp : CNN_InferringOp<"non_max_suppression"> {
  let summary = "Boxes that do not overlap better ones";
  let description = [{
    For each image and class, boxes are taken by descending score (the first of
    equals), up to `limit` of them and only those whose score is above
    `scoreThreshold`. A box whose intersection with one that has been taken is
    more than `overlapThreshold` times their union is left out. A row of the
    result is image, class and box; there are as many as could be, and those
    that are left over are -1.

    Boxes are two opposite corners (y, x, y, x) or, with `centered`, (x, y,
    width, height) of their centre; `scores` is images x classes x boxes. The
    choice is computed in double precision.

    Example:
    ```mlir
    %i = cnn.non_max_suppression %b, %s limit 3 overlapThreshold 0.5
      : tensor<1x6x4xf32>, tensor<1x2x6xf32>
    ```
  }];
  let arguments = (ins
      CNN_TensorOf<[AnyFloat], [HasAnyRankOfPred<[3]>], "3-D tensor">:$boxes,
      CNN_TensorOf<[AnyFloat], [HasAnyRankOfPred<[3]>], "3-D tensor">:$scores,
      I64Attr:$limit, F64Attr:$overlapThreshold,
      OptionalAttr<F64Attr>:$scoreThreshold, UnitAttr:$centered);
  let results = (outs CNN_IndexTensor:$output);
  let assemblyFormat = [{
    $boxes `,` $scores `limit` $limit `overlapThreshold` $overlapThreshold
    (`scoreThreshold` $scoreThreshold^)? (`centered` $centered^)?
    attr-dict `:` type($boxes) `,` type($scores)
  }];
}

//===----------------------------------------------------------------------===//
// Matrices
//===----------------------------------------------------------------------===//

def CNN_DeterminantOp : CNN_InferringOp<"determinant"> {
  let summary = "Determinants of the matrices in the last two dimensions";
  let description = [{
    By elimination with partial pivoting.

    Example: `%y = cnn.determinant %x : tensor<2x3x3xf32>`
  }];
  let arguments = (ins CNN_FloatTensor:$input);
  let results = (outs CNN_FloatTensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

#endif // CNNC_DIALECT_CNN_CNNINDEXING
