"""Compiles functions of numbers of every type and compares them with the interpreter.

usage: check-numbers.py folder

One network per element type has all the ops the type has, on the numbers where functions are
delicate: limits, zeros, infinities, NaN, close to one. Integers have to be equal, floats equal
but for rounding.
"""

import pathlib
import subprocess
import sys

import numpy as np

COMPARISONS = [f"compare <{kind}>" for kind in "eq ne lt le gt ge".split()]
ARITHMETIC = [f"binary <{kind}>" for kind in "add sub mul div min max mod rem pow".split()]
BITS = [f"binary <{kind}>" for kind in "bit_and bit_or bit_xor".split()]
SHIFTS = ["binary <shift_left>", "binary <shift_right>"]
INTEGER_FUNCTIONS = ["relu", "abs", "neg", "sign", "bit_not", "clip, -3.0, 0x7FF0000000000000"]
FLOAT_FUNCTIONS = """relu; leaky_relu, 0.1; clip, -1.0, 1.0; elu, 1.5; selu, 1.6, 1.05; celu, 0.7;
thresholded_relu, 1.0; sigmoid; hard_sigmoid, 0.2, 0.5; hard_swish; silu; mish; tanh; softplus;
softsign; gelu; gelu_tanh; exp; log; sqrt; reciprocal; erf; abs; neg; floor; ceil; round; sign;
sin; cos; tan; asin; acos; atan; sinh; cosh; asinh; acosh; atanh; shrink, 0.5, 0.25""".split(";")
REDUCTIONS = [f"reduce <{kind}> %x axes [1]" for kind in "sum mean prod min max".split()] + [
    "arg_reduce <max> %x axis 1", "arg_reduce <min> %x axis 0 keepDims last",
    "cumulative_sum %x axis 1", "cumulative_sum %x axis 0 exclusive",
    "cumulative_sum %x axis 1 exclusive reverse"]
TYPES = {
    "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64,
    "ui8": np.uint8, "ui16": np.uint16, "ui32": np.uint32, "ui64": np.uint64,
    "f16": np.float16, "bf16": np.float32, "f32": np.float32, "f64": np.float64, "i1": np.bool_,
}
# Compiled code rounds to narrow floats at the end only.
TOLERANCES = {"f16": ["--rtol=2e-3"], "bf16": ["--rtol=1.6e-2", "--atol=1e-3"]}


def get_operands(name):
    """60 pairs of numbers as 6 x 10."""
    element = TYPES[name]
    random = np.random.default_rng(1)
    if name == "i1":
        return [random.integers(0, 2, (6, 10)).astype(element) for _ in range(2)]
    if np.issubdtype(element, np.integer):
        limits = np.iinfo(element)
        special = [0, 1, 2, 3, limits.max, limits.max - 1, limits.min, limits.min + 1, 7, 5]
        if limits.min < 0:
            special += [-1, -2, -3, -7]
    else:
        special = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 3.0, -3.0, np.inf, -np.inf, np.nan,
                   1e-4, -1e-4, 0.999, -0.999, 1.001, 80.0, -80.0, 7.5, -7.5, 2.5, 1000.0]
    special = np.array(special, element)
    if name == "bf16":
        special = (special.view(np.uint32) & 0xFFFF0000).view(np.float32)
    return [random.choice(special, (6, 10)) for _ in range(2)]


def get_ops(name):
    """Lines after '%n = cnn.', and the types of their results."""
    tensor, truths = f"tensor<6x10x{name}>", "tensor<6x10xi1>"
    row = f"tensor<1x10x{name}>"
    is_float, is_truth = "f" in name, name == "i1"
    pairs = COMPARISONS + ([] if is_truth else ARITHMETIC) + ([] if is_float else BITS)
    for op in pairs + (SHIFTS if name.startswith("u") else []):
        result = truths if op in COMPARISONS else tensor
        yield f"{op} %x, %y : {tensor}, {tensor}", result
        if op in ("compare <lt>", "binary <mod>"):
            yield f"{op} %row, %y : {row}, {tensor}", result
    functions = FLOAT_FUNCTIONS if is_float else ["bit_not"] if is_truth else INTEGER_FUNCTIONS
    for function in functions:
        yield f"unary <{function.strip()}> %x : {tensor}", tensor
    for other in TYPES:
        yield f"cast %x to {other} : {tensor}", f"tensor<6x10x{other}>"
    yield f"select %less, %x, %row : {truths}, {tensor}, {row}", tensor
    for op in [] if is_truth else REDUCTIONS:
        element = "i64" if op.startswith("arg_reduce") else name
        shape = "6x10" if op.startswith("cum") else "1x10" if "keepDims" in op else "6"
        yield f"{op} : {tensor}", f"tensor<{shape}x{element}>"


def make_network(name):
    tensor = f"tensor<6x10x{name}>"
    # Files of numpy have no bfloat16.
    given = tensor.replace("bf16", "f32")
    lines, results = [], []
    for i, (op, result) in enumerate(get_ops(name)):
        lines.append(f"  %{i} = cnn.{op}")
        results.append(f'{result} {{cnn.name = "{i}: {op.split(" :")[0]}"}}')
    values = ", ".join(f"%{i}" for i in range(len(lines)))
    types = ", ".join(result.split(" ")[0] for result in results)
    return "\n".join([
        f'func.func @numbers(%a: {given} {{cnn.name = "x"}}, %b: {given} {{cnn.name = "y"}})',
        "    -> (" + ",\n        ".join(results) + ") {",
        f"  %x = cnn.cast %a to {name} : {given}",
        f"  %y = cnn.cast %b to {name} : {given}",
        f"  %less = cnn.compare <lt> %x, %y : {tensor}, {tensor}",
        f"  %row = cnn.slice %y starts [2, 0] sizes [1, 10] : {tensor}",
        *lines, f"  return {values} : {types}", "}", ""])


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    failures = []
    for name in TYPES:
        network = folder / f"{name}.mlir"
        network.write_text(make_network(name))
        command = ["cnn-run", network, "--compare-reference"]
        command += TOLERANCES.get(name, ["--rtol=1e-5", "--atol=1e-7"])
        for operand, values in zip("xy", get_operands(name)):
            np.save(folder / f"{name}-{operand}.npy", values)
            command += ["--input", f"{operand}={folder}/{name}-{operand}.npy"]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            failures.append(name)
            wrong = [line for line in result.stdout.splitlines() if "FAILED" in line]
            print(f"{name}: {result.stderr}", *wrong, sep="\n  ")
    print(f"{len(TYPES) - len(failures)} of {len(TYPES)} types agree with the interpreter")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
