"""Compiles single layers with random constants and compares them with the interpreter.

usage: check-layers.py folder

The rows are the layers whose lowering has several paths. Filters are constants,
as in networks: that is what packing is for. Prints one line per layer that fails.
"""

import pathlib
import subprocess
import sys
import zlib

import numpy as np

WINDOW = "strides [2, 1] pads [1, 0, 1, 2]"
CUBE = "strides [2, 1, 1] pads [1, 0, 1, 1, 1, 1]"

# Name; shape of the input; shapes of the constants %c0, %c1, ...; the op, where
# T0 stands for the type of the input %x and C0 for that of %c0; shape of the result. Whole
# statements may stand before the op, each with a semicolon.
LAYERS = [
    ("conv-plain", "1x3x9x9", ["20x3x3x3", "20"],
     f"conv %x, %c0 bias %c1 : C1 {WINDOW} activation <relu> : T0, C0", "1x20x5x9"),
    # Wide enough for tiles that touch no border.
    ("conv-plain-wide", "1x3x9x41", ["20x3x3x5", "20"],
     "conv %x, %c0 bias %c1 : C1 strides [2, 2] pads [1, 2, 1, 2] dilations [1, 2] : T0, C0",
     "1x20x5x19"),
    ("conv-blocked", "1x24x9x9", ["40x24x3x3", "40", "1x40x9x9"],
     "conv %x, %c0 bias %c1 : C1 residual %c2 : C2 pads [1, 1, 1, 1] activation <silu> : T0, C0",
     "1x40x9x9"),
    # Filters that are larger than a second-level cache.
    ("conv-slabs", "1x464x9x8", ["72x464x3x3", "72", "1x72x5x8"],
     "conv %x, %c0 bias %c1 : C1 residual %c2 : C2 strides [2, 1] pads [1, 1, 1, 1]"
     " activation <relu> : T0, C0", "1x72x5x8"),
    ("conv-dilated", "1x24x9x9", ["40x24x3x3"],
     "conv %x, %c0 pads [2, 2, 2, 2] dilations [2, 2] : T0, C0", "1x40x9x9"),
    ("conv-skips-pixels", "1x24x9x8", ["40x24x1x1", "40"],
     "conv %x, %c0 bias %c1 : C1 strides [3, 2] : T0, C0", "1x40x3x4"),
    ("conv-log", "2x24x9x9", ["7x24x1x1"], "conv %x, %c0 activation <log> : T0, C0", "2x7x9x9"),
    ("conv-depthwise", "1x24x9x9", ["24x1x3x3", "24"],
     f"conv %x, %c0 bias %c1 : C1 {WINDOW} groups 24 : T0, C0", "1x24x5x9"),
    ("conv-depthwise-multiplier", "1x6x9x9", ["12x1x3x3"],
     "conv %x, %c0 groups 6 : T0, C0", "1x12x7x7"),
    ("conv-groups-merged", "1x32x9x9", ["64x8x3x3"], "conv %x, %c0 groups 4 : T0, C0", "1x64x7x7"),
    ("conv-groups-whole", "1x64x5x5", ["64x32x1x1", "64"],
     "conv %x, %c0 bias %c1 : C1 groups 2 : T0, C0", "1x64x5x5"),
    ("conv-groups-in-blocks", "1x20x9x7", ["20x4x3x3", "20"],
     f"conv %x, %c0 bias %c1 : C1 {WINDOW} groups 5 : T0, C0", "1x20x5x7"),
    ("conv-groups-split", "1x21x5x5", ["21x3x3x3", "21"],
     "conv %x, %c0 bias %c1 : C1 groups 7 : T0, C0", "1x21x3x3"),
    ("conv-1d", "1x24x19", ["20x24x3", "20"],
     "conv %x, %c0 bias %c1 : C1 strides [2] pads [1, 1] : T0, C0", "1x20x10"),
    ("conv-3d", "2x24x5x6x7", ["20x24x3x2x3", "20"],
     f"conv %x, %c0 bias %c1 : C1 {CUBE} activation <relu> : T0, C0", "2x20x3x6x7"),
    ("conv-computed-filter", "8x3x3x2", ["1x6x5x6", "8"],
     "conv %c0, %x bias %c1 : C1 strides [2, 1] pads [1, 0, 0, 1] dilations [1, 2] groups 2"
     " activation <relu> : C0, T0", "1x8x2x5"),
    ("transposed-2x2", "1x24x5x6", ["24x20x2x2", "20"],
     "conv_transpose %x, %c0 bias %c1 : C1 strides [2, 2] activation <relu> : T0, C0",
     "1x20x10x12"),
    ("transposed-3x3", "1x8x5x6", ["8x5x3x3"],
     "conv_transpose %x, %c0 strides [2, 2] pads [1, 1, 1, 1] outputPads [1, 1] : T0, C0",
     "1x5x10x12"),
    ("transposed-dilated", "1x8x5x6", ["8x5x3x2", "5"],
     "conv_transpose %x, %c0 bias %c1 : C1 strides [3, 2] pads [4, 1, 0, 2] dilations [2, 3]"
     " : T0, C0", "1x5x13x11"),
    ("transposed-cropped", "1x2x5", ["2x3x3"], "conv_transpose %x, %c0 pads [3, 2] : T0, C0",
     "1x3x2"),
    ("transposed-groups", "1x8x5x6", ["8x3x3x3", "6"],
     "conv_transpose %x, %c0 bias %c1 : C1 strides [2, 2] groups 2 : T0, C0", "1x6x11x13"),
    ("transposed-3d", "1x8x3x4x5", ["8x3x2x2x2"],
     "conv_transpose %x, %c0 strides [2, 2, 2] : T0, C0", "1x3x6x8x10"),
    ("transposed-computed-filter", "8x3x3x2", ["1x8x5x6"],
     "conv_transpose %c0, %x strides [3, 2] pads [4, 1, 0, 2] dilations [2, 3] groups 2 : C0, T0",
     "1x6x13x11"),
    ("gemm-row", "1x40", ["100x40", "100"],
     "gemm %x, %c0 bias %c1 : C1 transposeRhs activation <relu> : T0, C0", "1x100"),
    ("gemm-bias-of-rows", "5x40", ["40x30", "5x1"],
     "gemm %x, %c0 bias %c1 : C1 alpha 0.5 beta 2.0 activation <relu> : T0, C0", "5x30"),
    ("gemm-computed", "30x40", ["40x5", "30"],
     "gemm %c0, %x bias %c1 : C1 transposeLhs transposeRhs alpha 0.5 : C0, T0", "5x30"),
    ("matmul-constant", "2x3x5", ["5x40"], "matmul %x, %c0 : T0, C0", "2x3x40"),
    ("matmul-batches", "2x3x4x5", ["3x5x7"], "matmul %x, %c0 : T0, C0", "2x3x4x7"),
    ("matmul-row", "3x5x6", ["5"], "matmul %c0, %x : C0, T0", "3x6"),
    ("pool-max", "1x20x9x9", [],
     "max_pool %x kernel [3, 2] strides [2, 2] pads [1, 1, 1, 0] ceil : T0", "1x20x5x5"),
    ("pool-avg-3d", "1x20x5x6x7", [],
     "avg_pool %x kernel [3, 2, 3] strides [2, 2, 1] pads [1, 0, 1, 1, 1, 0] : T0",
     "1x20x3x3x6"),
    ("pool-avg-1d", "1x20x9", [],
     "avg_pool %x kernel [3] strides [2] pads [1, 1] includePad : T0", "1x20x5"),
    ("pool-global", "1x20x4x5x3", [], "reduce <mean> %x axes [2, 3, 4] : T0", "1x20"),
    ("reduce-max", "2x3x4x5", [], "reduce <max> %x axes [1, 3] : T0", "2x4"),
    ("softmax", "2x5x7", [], "softmax %x axis 1 : T0", "2x5x7"),
    ("log-softmax", "2x5x7", [], "softmax %x axis 2 log : T0", "2x5x7"),
    ("lrn", "1x7x3x3", [], "lrn %x size 4 alpha 0.3 beta 0.75 bias 1.0 : T0", "1x7x3x3"),
    ("instance-norm", "2x3x4x4", ["3", "3"], "instance_norm %x, %c0, %c1 : T0, C0", "2x3x4x4"),
    ("layer-norm", "2x3x8", ["8", "8"], "layer_norm %x, %c0 shift %c1 : C1 axis 2 : T0, C0",
     "2x3x8"),
    ("prelu", "1x5x4x4", ["5x1x1"], "binary <prelu> %x, %c0 : T0, C0", "1x5x4x4"),
    ("broadcast", "1x1x4", ["2x3x1"], "binary <sub> %x, %c0 : T0, C0", "2x3x4"),
    ("expand", "3x1", [], "expand %x to [2, 3, 4] : T0", "2x3x4"),
    ("slice", "4x9", [], "slice %x starts [3, 1] sizes [3, 4] steps [-1, 2] : T0", "3x4"),
    ("pad-reflect", "2x3x5", [], "pad <reflect> %x low [0, 2, 1] high [0, 1, 2] : T0", "2x6x8"),
    ("pad-constant", "2x3x5", [],
     "pad <constant> %x low [1, 2, -1] high [0, 1, 2] value 3.0 : T0", "3x6x6"),
    ("reshape", "2x3x4x5", [], "reshape %x to [5, 8, 3] : T0", "5x8x3"),
    ("depth-to-space", "1x12x3x4", [], "depth_to_space <column_row_depth> %x block 2 : T0",
     "1x3x6x8"),
    ("space-to-depth", "1x3x4x6", [], "space_to_depth %x block 2 : T0", "1x12x2x3"),
    ("resize-repeated", "1x20x5x6", [],
     "resize <nearest> %x to [1, 20, 10, 12] scales [1.0, 1.0, 2.0, 2.0]"
     " coordinates <asymmetric> rounding <floor> : T0", "1x20x10x12"),
]
GRID = "grid_sample <{}> %x, %c0 padding <{}>{} : T0, C0"
LAYERS += [
    ("resize-smooth", "1x20x8x9", [],
     "resize <cubic> %x to [1, 20, 5, 4] scales [1.0, 1.0, 0.625, 0.45]"
     " coordinates <half_pixel> excludeOutside antialias : T0", "1x20x5x4"),
    ("resize-region", "1x3x8x9", [],
     "resize <linear> %x to [1, 3, 5, 4] scales [1.0, 1.0, 0.625, 0.45]"
     " coordinates <tf_crop_and_resize> roi [0.0, 0.0, 0.2, 0.9, 1.0, 1.0, 0.8, 0.1] : T0",
     "1x3x5x4"),
    ("pad-wrap", "2x3x5", [], "pad <wrap> %x low [0, 4, 1] high [1, 0, 7] : T0", "3x7x13"),
    ("pool-max-of-padding", "1x20x5x6", [],
     "max_pool %x kernel [2, 2] pads [2, 0, 0, 3] : T0", "1x20x6x8"),
    ("pool-avg-of-padding", "1x20x5x6", [],
     "avg_pool %x kernel [2, 2] pads [2, 0, 0, 3] : T0", "1x20x6x8"),
    ("grid-sample-3d", "2x3x4x5x6", ["2x3x4x5x3"], GRID.format("linear", "border", ""),
     "2x3x3x4x5"),
    ("roi-align-2", "2x3x8x9", ["5x4", "5"],
     "%i = cnn.cast %c1 to i64 : C1; roi_align <avg> %x, %c0, %i size [2, 3] samples 2 spatialScale 8.0 halfPixel"
     " : T0, C0, tensor<5xi64>", "5x3x2x3"),
    ("roi-align-max", "2x3x8x9", ["5x4", "5"],
     "%i = cnn.cast %c1 to i64 : C1; roi_align <max> %x, %c0, %i size [2, 3] spatialScale 8.0 : T0, C0, tensor<5xi64>",
     "5x3x2x3"),
    ("max-roi-pool", "1x3x8x9", ["5x5"],
     "%r = cnn.unary <abs> %c0 : C0; max_roi_pool %x, %r size [2, 3] spatialScale 8.0 : T0, C0",
     "5x3x2x3"),
]
LAYERS += [
    (f"grid-sample-{mode}-{padding}-{align}", "2x3x5x6", ["2x4x7x2"],
     GRID.format(mode, padding, " alignCorners" if align else ""), "2x3x4x7")
    for mode in ("nearest", "linear", "cubic")
    for padding in ("zeros", "border", "reflection")
    for align in (0, 1)
]
LAYERS += [
    (f"resize-{mode}-{coordinates}", "1x20x5x6", [],
     f"resize <{mode}> %x to [1, 20, 10, 13] scales [1.0, 1.0, 2.0, 2.3]"
     f" coordinates <{coordinates}> : T0", "1x20x10x13")
    for mode, coordinates in [("nearest", "half_pixel"), ("linear", "half_pixel_symmetric"),
                              ("linear", "align_corners"), ("cubic", "pytorch_half_pixel"),
                              ("cubic", "asymmetric")]
]


def make_network(name, input_shape, constants, op, result):
    """The layer as a function, its constants from -1 to 1, or less in long sums."""
    generator = np.random.default_rng(zlib.crc32(name.encode()))
    lines = []
    op = op.replace("T0", f"tensor<{input_shape}xf32>")
    for i, shape in enumerate(constants):
        extents = [int(extent) for extent in shape.split("x")]
        limit = 1 if np.prod(extents[1:]) < 1000 else 1 / 16
        data = generator.uniform(-limit, limit, extents).astype("<f4").tobytes().hex().upper()
        lines.append(f'  %c{i} = arith.constant dense<"0x{data}"> : tensor<{shape}xf32>')
        op = op.replace(f"C{i}", f"tensor<{shape}xf32>")
    *before, op = op.split("; ")
    lines += [f"  {line}" for line in before]
    body = "\n".join(lines + [f"  %y = cnn.{op}", f"  return %y : tensor<{result}xf32>"])
    return (f'func.func @layer(%x: tensor<{input_shape}xf32> {{cnn.name = "x"}})'
            f" -> tensor<{result}xf32> {{\n{body}\n}}\n")


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    failures = 0
    for layer in LAYERS:
        path = folder / f"{layer[0]}.mlir"
        path.write_text(make_network(*layer))
        command = ["cnn-run", path, "--no-optimize", "--random-inputs", "--compare-reference",
                   "--rtol=1e-4", "--atol=1e-5"]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            failures += 1
            print(f"{layer[0]}: {result.stderr}{result.stdout}")
    print(f"{len(LAYERS) - failures} of {len(LAYERS)} layers agree with the interpreter")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
