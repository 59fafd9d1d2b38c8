"""Runs whole networks and prints how far each is from what it should compute.

usage: check-networks.py [--randomize=PROGRAM] [options of cnn-run] -- FOLDER...

A folder has a model.onnx and may have test_data_set_N, as the ONNX backend tests do; without
them, the network is compared with the interpreter on drawn numbers. Networks of integers have to
be the same to the bit. Where the weights of a network are no more than their shapes,
`PROGRAM model.onnx out.onnx` gives it some, for which there are no test data. Prints a line for
each network; the exit code is 1 if one is wrong.

With emulated.py before it, the networks run on another processor.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import onnx

INTEGER_OPERATORS = ("QLinear", "QuantizeLinear", "ConvInteger", "MatMulInteger")


class Network:
    """What the file says of how its results are to be compared."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.file = self.folder / "model.onnx"
        self.data = sorted(self.folder.glob("test_data_set_*"))
        graph = onnx.load(self.file).graph
        constants = {tensor.name for tensor in graph.initializer}
        self.inputs = [value for value in graph.input if value.name not in constants]
        operators = [node.op_type for node in graph.node]
        self.is_exact = any(name.startswith(INTEGER_OPERATORS) for name in operators)
        self.has_weights = not any(node.op_type == "ConstantOfShape" and node.input[0] in constants
                                   for node in graph.node)

    def get_shapes(self):
        """Options for the extents, other than the batch, that the file leaves open."""
        options = []
        for index, value in enumerate(self.inputs):
            dimensions = value.type.tensor_type.shape.dim
            if not self.data or all(dimension.dim_value for dimension in dimensions[1:]):
                continue
            tensor = onnx.load_tensor(str(self.data[0] / f"input_{index}.pb"))
            options.append(f"--input-shape={value.name}:{'x'.join(map(str, tensor.dims))}")
        return options

    def get_tolerance(self):
        if self.is_exact:
            return ["--rtol=0", "--atol=0"]
        if self.inputs[0].type.tensor_type.elem_type == onnx.TensorProto.FLOAT16:
            return ["--rtol=1e-2", "--atol=1e-2"]
        return []

    def get_arguments(self, randomize, scratch):
        """The arguments of cnn-run, and what it compares with."""
        if not self.has_weights and randomize:
            file = f"{scratch}/model.onnx"
            subprocess.run([sys.executable, randomize, self.file, file], check=True)
            return [file, "--random-inputs", "--compare-reference"], "interpreter, random weights"
        options = [str(self.file), *self.get_shapes(), *self.get_tolerance()]
        if self.data:
            return [*options, *(f"--test-data={data}" for data in self.data)], "test data"
        return [*options, "--random-inputs", "--compare-reference"], "interpreter"


def check(network, options, randomize):
    """Prints the network's row of the table; true if it is right."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        arguments, oracle = network.get_arguments(randomize, scratch)
        done = subprocess.run(["cnn-run", *arguments, *options], capture_output=True, text=True)
    errors = [float(error) for error in re.findall("max absolute error ([^ \n]+)", done.stdout)]
    is_right = done.returncode == 0 and errors
    exact = ", every bit" if network.is_exact else ""
    print(f"{network.folder.name:28} {'right' if is_right else 'WRONG':6} "
          f"{max(errors, default=float('nan')):<10.3g} {time.monotonic() - start:6.1f} s  "
          f"{oracle}{exact}", flush=True)
    if not is_right:
        print(f"  cnn-run {' '.join(arguments + options)}\n{done.stdout}{done.stderr}", flush=True)
    return is_right


def main():
    parser = argparse.ArgumentParser(usage=__doc__, allow_abbrev=False)
    parser.add_argument("--randomize")
    arguments = sys.argv[1:]
    if "--" not in arguments:
        sys.exit(__doc__)
    separator = arguments.index("--")
    known, options = parser.parse_known_args(arguments[:separator])
    folders = arguments[separator + 1:]
    print(f"{'network':28} {'result':6} {'error':10} {'time':>8}  compared with")
    right = [check(Network(folder), options, known.randomize) for folder in folders]
    print(f"{sum(map(bool, right))} of {len(right)} networks are right")
    return not all(right)


if __name__ == "__main__":
    sys.exit(main())
