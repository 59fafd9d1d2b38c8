//===- CNNSampling.td - Values between the elements of images ------------===//

#ifndef CNNC_DIALECT_CNN_CNNSAMPLING
#define CNNC_DIALECT_CNN_CNNSAMPLING

include "cnnc/Dialect/CNN/CNNBase.td"

//===----------------------------------------------------------------------===//
// Enumerations
//===----------------------------------------------------------------------===//

def CNN_ResizeMode : CNN_Enum<"ResizeMode", "interpolation",
    ["nearest", "linear", "cubic"]>;
def CNN_ResizeModeAttr : CNN_EnumAttr<CNN_ResizeMode, "resize_mode">;

def CNN_CoordinateMode : CNN_Enum<"CoordinateMode",
    "where in the input a position of a resized output lies",
    ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel",
     "align_corners", "asymmetric", "tf_half_pixel_for_nn",
     "tf_crop_and_resize"]>;
def CNN_CoordinateModeAttr
    : CNN_EnumAttr<CNN_CoordinateMode, "coordinate_mode">;

def CNN_NearestMode : CNN_Enum<"NearestMode", "rounding of a coordinate",
    ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]>;
def CNN_NearestModeAttr : CNN_EnumAttr<CNN_NearestMode, "nearest_mode">;

def CNN_GridPadding : CNN_Enum<"GridPadding",
    "what is read outside of a sampled image",
    ["zeros", "border", "reflection"]>;
def CNN_GridPaddingAttr : CNN_EnumAttr<CNN_GridPadding, "grid_padding">;

def CNN_RoiMode : CNN_Enum<"RoiMode", "what becomes of the samples of a bin",
    ["avg", "max"]>;
def CNN_RoiModeAttr : CNN_EnumAttr<CNN_RoiMode, "roi_mode">;

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

def CNN_ResizeOp : CNN_InferringOp<"resize"> {
  let summary = "Interpolation to another size";
  let description = [{
    `shape` is the shape of the result (-1 keeps an extent), `scales` the factor
    per dimension that coordinates are computed with (ONNX, operator Resize), in
    and out the extents:
    ```
    half_pixel             x = (y + 0.5) / scale - 0.5
    half_pixel_symmetric   as half_pixel, centred when in * scale is not whole
    pytorch_half_pixel     as half_pixel, 0 if the result has extent 1
    align_corners          x = y * (in - 1) / (out - 1)
    asymmetric             x = y / scale
    tf_half_pixel_for_nn   x = (y + 0.5) / scale
    tf_crop_and_resize     x = (start + y * (end - start) / (out - 1)) * (in - 1)
    ```
    where `roi` holds the starts and then the ends of all dimensions.

    `nearest` rounds x by `nearestMode`; `linear` and `cubic` (coefficient
    `cubicCoefficient`) interpolate in every dimension that changes, with
    coordinates clamped to the input, or, with `excludeOutside`, leave out what is
    outside and make the weights sum to 1. With `antialias` the filter of a
    dimension that shrinks is stretched by 1 / scale. Integers are only moved, by
    `nearest`.

    Example:
    ```mlir
    %y = cnn.resize <nearest> %x to [1, 8, 8, 8] scales [1.0, 1.0, 2.0, 2.0]
      coordinates <asymmetric> rounding <floor> : tensor<1x8x4x4xf32>
    ```
  }];
  let arguments = (ins
      CNN_ResizeModeAttr:$mode, CNN_Tensor:$input,
      DenseI64ArrayAttr:$shape, DenseF64ArrayAttr:$scales,
      CNN_CoordinateModeAttr:$coordinates,
      DefaultValuedOptionalAttr<CNN_NearestModeAttr,
          "::mlir::cnn::NearestMode::round_prefer_floor">:$nearestMode,
      DefaultValuedOptionalAttr<F64Attr, "-0.75">:$cubicCoefficient,
      DefaultValuedOptionalAttr<DenseF64ArrayAttr, "{}">:$roi,
      UnitAttr:$excludeOutside, UnitAttr:$antialias);
  let results = (outs CNN_Tensor:$output);
  let assemblyFormat = [{
    $mode $input `to` $shape `scales` $scales `coordinates` $coordinates
    (`rounding` $nearestMode^)? (`cubicCoefficient` $cubicCoefficient^)?
    (`roi` $roi^)? (`excludeOutside` $excludeOutside^)?
    (`antialias` $antialias^)? attr-dict `:` type($input)
  }];
  let extraClassDeclaration = [{
    /// True unless dimension `axis` of the result is that of the input.
    bool isResized(int64_t axis);
    /// Where in the input element `index` of dimension `axis` lies. Extents are
    /// static.
    double getCoordinate(int64_t axis, int64_t index);
    /// The input elements whose weighted sum, along dimension `axis`, is element
    /// `index` of the result. Extents are static.
    SmallVector<WeightedIndex, 4> getSummands(int64_t axis, int64_t index);
  }];
}

def CNN_GridSampleOp : CNN_InferringOp<"grid_sample"> {
  let summary = "An image read at positions that are computed";
  let description = [{
    `input` is N x C x H x W (or x D x H x W), `grid` N x H' x W' x 2 (or
    N x D' x H' x W' x 3); the last dimension of the grid holds a position, the
    coordinate along the last dimension of the input first:
    ```
    y[n, c, h, w] = interpolation of x[n, c] at (grid[n, h, w, 1], grid[n, h, w, 0])
    ```
    A coordinate g from -1 to 1 lies at ((g + 1) * extent - 1) / 2, with
    `alignCorners` at (g + 1) / 2 * (extent - 1). `nearest` rounds it (to even in
    two dimensions, away from zero in three). `cubic` has the coefficient -0.75.
    Outside of the input are zeros, the nearest element of the border, or the
    input's reflection at the border: at its outer edge, with `alignCorners` at
    the centre of its elements (ONNX, operator GridSample).

    Example:
    ```mlir
    %y = cnn.grid_sample <linear> %x, %grid padding <zeros>
      : tensor<1x8x4x4xf32>, tensor<1x6x6x2xf32>
    ```
  }];
  let arguments = (ins CNN_ResizeModeAttr:$mode, CNN_Image:$input,
                       CNN_FloatTensor:$grid, CNN_GridPaddingAttr:$padding,
                       UnitAttr:$alignCorners);
  let results = (outs CNN_Image:$output);
  let assemblyFormat = [{
    $mode $input `,` $grid `padding` $padding (`alignCorners` $alignCorners^)?
    attr-dict `:` type($input) `,` type($grid)
  }];
}

def CNN_RoiAlignOp : CNN_InferringOp<"roi_align"> {
  let summary = "Regions of images resampled to one size";
  let description = [{
    `rois` is R x 4, rows of (x1, y1, x2, y2) that are multiplied by
    `spatialScale` and, with `halfPixel`, moved by -0.5; without, a region is at
    least 1 x 1. `indices` says which image of `input` (N x C x H x W) a region
    belongs to. A region is divided into `size` bins, and each bin sampled at
    `samples` x `samples` points by bilinear interpolation; 0 stands for
    ceil(region / size) points per dimension, at most 1024. The result, R x C x
    size, is the mean of the samples. `max` takes the largest of the weighted
    elements that the samples are sums of. Points further than 1 outside of the
    image are 0. He et al., "Mask R-CNN" (2017); ONNX, operator RoiAlign.

    Example:
    ```mlir
    %y = cnn.roi_align <avg> %x, %rois, %indices size [7, 7] samples 2
      spatialScale 0.25 halfPixel
      : tensor<1x8x32x32xf32>, tensor<100x4xf32>, tensor<100xi64>
    ```
  }];
  let arguments = (ins CNN_RoiModeAttr:$mode, CNN_Image:$input,
                       CNN_FloatTensor:$rois, CNN_IntegerTensor:$indices,
                       DenseI64ArrayAttr:$size,
                       DefaultValuedOptionalAttr<I64Attr, "0">:$samples,
                       DefaultValuedOptionalAttr<F64Attr, "1.0">:$spatialScale,
                       UnitAttr:$halfPixel);
  let results = (outs CNN_Image:$output);
  let assemblyFormat = [{
    $mode $input `,` $rois `,` $indices `size` $size (`samples` $samples^)?
    (`spatialScale` $spatialScale^)? (`halfPixel` $halfPixel^)?
    attr-dict `:` type($input) `,` type($rois) `,` type($indices)
  }];
  let extraClassDeclaration = [{
    /// Samples of a bin per dimension, where the region decides.
    static constexpr int64_t maxSamples = 1024;
  }];
}

def CNN_MaxRoiPoolOp : CNN_InferringOp<"max_roi_pool"> {
  let summary = "Maxima over the bins of regions of images";
  let description = [{
    `rois` is R x 5, rows of (image, x1, y1, x2, y2); the corners are multiplied
    by `spatialScale`, rounded, and belong to the region. Bin i of n reaches from
    floor(i * extent / n) to ceil((i + 1) * extent / n); a bin without elements is
    0. The result is R x C x size. Girshick, "Fast R-CNN" (2015).

    Example:
    ```mlir
    %y = cnn.max_roi_pool %x, %rois size [7, 7] spatialScale 0.0625
      : tensor<1x8x32x32xf32>, tensor<100x5xf32>
    ```
  }];
  let arguments = (ins CNN_Image:$input, CNN_FloatTensor:$rois,
                       DenseI64ArrayAttr:$size,
                       DefaultValuedOptionalAttr<F64Attr, "1.0">:$spatialScale);
  let results = (outs CNN_Image:$output);
  let assemblyFormat = [{
    $input `,` $rois `size` $size (`spatialScale` $spatialScale^)?
    attr-dict `:` type($input) `,` type($rois)
  }];
}

#endif // CNNC_DIALECT_CNN_CNNSAMPLING
