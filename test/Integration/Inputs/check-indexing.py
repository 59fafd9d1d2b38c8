"""Compiles ops that select and place elements by data and compares them with the interpreter.

usage: check-indexing.py folder

Indices are computed in the network from random numbers, so that they are negative, repeat, and are
known at run time only. Prints one line per network that fails.
"""

import pathlib
import subprocess
import sys

FLOATS = ["f16", "f32", "f64"]
INTEGERS = ["i8", "i64", "ui8", "ui16"]
NUMBERS = FLOATS + INTEGERS
ALL = NUMBERS + ["i1"]
# Sums of two bytes per number lie too far apart to compare after another order of rounding.
EXACT = ["f32", "f64"] + INTEGERS

# Name; element types E; shapes of %x, %y, ... of type E; shape of the float32 %r that becomes
# the indices %i of type I from -4 to 4; the op, where X, Y and I stand for types; result.
NETWORKS = [
    ("gather", ALL, ["3x5x2"], "2x3", "gather %x, %i axis 1 : X, I", "3x2x3x2xE"),
    ("gather-elements", ALL, ["3x5x2"], "2x6x2", "gather_elements %x, %i axis 1 : X, I",
     "2x6x2xE"),
    ("gather-nd", ALL, ["6x5x2"], "3x2", "gather_nd %x, %i : X, I", "3x2xE"),
    ("gather-nd-batch", ALL, ["3x5x5x2"], "3x4x2", "gather_nd %x, %i batchDims 1 : X, I",
     "3x4x2xE"),
    ("scatter-elements", ALL, ["3x5", "2x4"], "2x4",
     "scatter_elements <set> %x, %i, %y axis 1 : X, I, Y", "3x5xE"),
    ("scatter-nd", ALL, ["5x6x2", "3x2"], "3x2", "scatter_nd <set> %x, %i, %y : X, I, Y",
     "5x6x2xE"),
    ("scatter-nd-large", ["f32"], ["5x6x2000", "9x2000"], "9x2",
     "scatter_nd <set> %x, %i, %y : X, I, Y", "5x6x2000xE"),
]
for kind in "add", "mul", "min", "max":
    NETWORKS += [
        (f"scatter-elements-{kind}", EXACT, ["3x5", "2x9"], "2x9",
         f"scatter_elements <{kind}> %x, %i, %y axis 1 : X, I, Y", "3x5xE"),
        (f"scatter-nd-{kind}", EXACT, ["5x2", "7x2"], "7x1",
         f"scatter_nd <{kind}> %x, %i, %y : X, I, Y", "5x2xE"),
    ]
for smallest in "", " smallest":
    NETWORKS += [
        (f"top-k{smallest}".replace(" ", "-"), NUMBERS, ["3x70x2"], None,
         f"top_k %x axis 1 count 70{smallest} : X", "3x70x2xi64"),
        (f"top-1{smallest}".replace(" ", "-"), ["f32", "i8"], ["70"], None,
         f"top_k %x axis 0 count 1{smallest} : X", "1xi64"),
    ]
NETWORKS += [
    ("arg-max-pool", NUMBERS, ["2x3x9x9"], None,
     "arg_max_pool %x kernel [3, 2] strides [2, 2] pads [1, 1, 1, 0] dilations [2, 1] ceil : X",
     "2x3x4x5xi64"),
    ("arg-max-pool-column-major", ["f32"], ["2x3x4x5x6"], None,
     "arg_max_pool %x kernel [2, 2, 2] columnMajor : X", "2x3x3x4x5xi64"),
    ("arg-max-pool-large", ["f32"], ["1x16x40x40"], None,
     "arg_max_pool %x kernel [2, 2] strides [2, 2] : X", "1x16x20x20xi64"),
    ("non-zero", ALL, ["3x4x5"], None, "non_zero %x : X", "3x60xi64"),
    ("non-zero-of-one", ALL, ["1x1"], None, "non_zero %x : X", "2x1xi64"),
    ("rank-distinct", ALL, ["40x1"], None, "rank_distinct %x : X", "40xi64"),
    ("rank-distinct-rows", ["i1", "i8"], ["30x3"], None, "rank_distinct %x unsorted : X", "30xi64"),
    ("determinant", ["f32", "f64"], ["3x4x4"], None, "determinant %x : X", "3xE"),
    ("determinant-of-one", ["f32"], ["5x5"], None, "determinant %x : X", "E"),
    ("boxes", ["f32", "f64"], ["2x50x4", "2x3x50"], None,
     "non_max_suppression %x, %y limit 20 overlapThreshold 0.2 scoreThreshold 0.25 : X, Y",
     "120x3xi64"),
    ("boxes-centred", ["f32"], ["1x50x4", "1x1x50"], None,
     "non_max_suppression %x, %y limit 50 overlapThreshold 0.0 centered : X, Y", "50x3xi64"),
    ("one-box", ["f32"], ["1x1x4", "1x1x1"], None,
     "non_max_suppression %x, %y limit 1 overlapThreshold 0.5 : X, Y", "1x3xi64"),
    # Movements of all types of elements.
    ("concat", ALL, ["2x3", "2x5"], None, "concat %x, %y axis 1 : X, Y", "2x8xE"),
    ("slice", ALL, ["4x9"], None, "slice %x starts [3, 1] sizes [3, 4] steps [-1, 2] : X", "3x4xE"),
    ("expand", ALL, ["3x1"], None, "expand %x to [2, 3, 4] : X", "2x3x4xE"),
    ("transpose", ALL, ["3x4x5"], None, "transpose %x permutation [2, 0, 1] : X", "5x3x4xE"),
    ("reshape", ALL, ["3x4"], None, "reshape %x to [2, 6] : X", "2x6xE"),
    ("pad", ALL, ["3x4"], None, "pad <constant> %x low [1, -1] high [0, 2] value 1.0 : X", "4x5xE"),
    ("pad-edge", ALL, ["3x4"], None, "pad <edge> %x low [1, 0] high [0, 2] : X", "4x6xE"),
    # Tensors without elements.
    ("concat-nothing", ALL, ["2x0", "2x5"], None, "concat %x, %y axis 1 : X, Y", "2x5xE"),
    ("slice-nothing", ALL, ["4x9"], None, "slice %x starts [1, 1] sizes [3, 0] : X", "3x0xE"),
    ("pad-nothing", ALL, ["3x0"], None, "pad <constant> %x low [0, 1] high [0, 2] : X", "3x3xE"),
    ("reshape-nothing", ALL, ["3x0x4"], None, "reshape %x to [0, 7] : X", "0x7xE"),
    ("scatter-nothing", ALL, ["3x5", "2x0"], "2x0",
     "scatter_elements <set> %x, %i, %y axis 1 : X, I, Y", "3x5xE"),
    ("non-zero-of-nothing", ALL, ["3x0"], None, "non_zero %x : X", "2x0xi64"),
    ("matmul-nothing", ["f32"], ["3x0", "0x4"], None, "matmul %x, %y : X, Y", "3x4xE"),
    ("conv-nothing", ["f32"], ["1x0x4x4", "2x0x3x3", "2"], None,
     "conv %x, %y bias %z : tensor<2xf32> activation <relu> : X, Y", "1x2x2x2xE"),
    ("no-boxes", ["f32"], ["1x0x4", "1x3x0"], None,
     "non_max_suppression %x, %y limit 3 overlapThreshold 0.5 : X, Y", "0x3xi64"),
]
for kind in "sum", "prod", "min", "max":
    NETWORKS.append((f"{kind}-of-nothing", ["f32", "f64", "i32", "ui8"], ["2x0x3"], None,
                     f"reduce <{kind}> %x axes [1] keepDims : X", "2x1x3xE"))


def make_network(element, shapes, indices, op, result):
    names = "xyz"[:len(shapes)]
    types = {name: f"tensor<{shape}x{element}>" for name, shape in zip(names, shapes)}
    lines = []
    if indices:
        types["r"] = f"tensor<{indices}xf32>"
        lines += ["  %c = arith.constant dense<4.9> : tensor<1xf32>",
                  f"  %s = cnn.binary <mul> %r, %c : {types['r']}, tensor<1xf32>",
                  f"  %i = cnn.cast %s to i64 : {types['r']}"]
        op = op.replace("I", f"tensor<{indices}xi64>")
    for name in "XY"[:len(shapes)]:
        op = op.replace(name, types[name.lower()])
    arguments = ", ".join(f'%{name}: {text} {{cnn.name = "{name}"}}' for name, text in types.items())
    result = f"tensor<{result.replace('E', element)}>"
    body = "\n".join(lines + [f"  %result = cnn.{op}", f"  return %result : {result}"])
    return f"func.func @network({arguments}) -> {result} {{\n{body}\n}}\n"


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    count = failures = 0
    for name, elements, shapes, indices, op, result in NETWORKS:
        for element in elements:
            path = folder / f"{name}-{element}.mlir"
            path.write_text(make_network(element, shapes, indices, op, result))
            tolerance = "1e-5" if element in ("f32", "f64") and "set" not in op else "0"
            command = ["cnn-run", path, "--random-inputs", "--compare-reference",
                       f"--rtol={tolerance}", f"--atol={float(tolerance) / 10}"]
            command += ["--threads=2"] if name.endswith("-large") else []
            run = subprocess.run(command, capture_output=True, text=True)
            count += 1
            if run.returncode != 0:
                failures += 1
                print(f"{name}-{element}: {run.stderr}{run.stdout}")
    print(f"{count - failures} of {count} networks agree with the interpreter")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
