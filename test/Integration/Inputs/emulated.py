"""Lets a program that calls cnn-run test code for another machine.

usage: emulated.py TRIPLE C-COMPILER EMULATOR -- command...

Runs the command with a cnn-run in its PATH that compiles for TRIPLE, which options of cnn-translate
may follow ("riscv64-linux-gnu --features=+v"), links the network with
run-network.c by C-COMPILER and runs it by EMULATOR; both are commands with their options. This
cnn-run knows --compare-reference, --test-data, --input, --random-inputs, --output-dir, --threads,
--rtol and --atol; what else it is given it hands to cnn-translate. The interpreter is that of
the real one. A dynamic batch is that of the inputs, and two images where they are drawn.
"""

import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import numpy_helper

DRIVER = pathlib.Path(__file__).with_name("run-network.c")


def fail(message):
    sys.exit(f"error: {message}")


def call(command, **arguments):
    """Runs the command; its messages and an exit code of 1 are ours if it fails."""
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True,
                            **arguments)
    if result.returncode < 0:
        fail(f"{command[0]} ended with signal {-result.returncode}")
    if result.returncode > 0:
        print(result.stdout, end="")
        sys.exit(1)
    return result.stdout


class Value:
    """An input or output, as the header of the network describes it."""

    def __init__(self, header, kind, index):
        def get(field):
            return re.search(rf"NETWORK_{kind}_{index}_{field} (.*)", header).group(1)

        self.name = get("NAME").strip('"')
        self.type = get("TYPE_NAME").strip('"')
        shape = re.search(rf"NETWORK_{kind}_{index}_SHAPE {{(.*)}}", header)
        self.shape = [int(extent) for extent in shape.group(1).split(",")] if shape else []
        self.bytes = int(get("BYTES"))
        self.has_dynamic_batch = self.shape[:1] == [-1]

    def get_shape(self, batch):
        return [batch, *self.shape[1:]] if self.has_dynamic_batch else self.shape

    def get_bytes(self, batch):
        return self.bytes * batch if self.has_dynamic_batch else self.bytes

    def to_bytes(self, array):
        if self.type == "bfloat16":  # the upper half of a float32
            return (np.asarray(array, np.float32).view(np.uint32) >> 16).astype(np.uint16).tobytes()
        return np.ascontiguousarray(array, self.type).tobytes()

    def from_bytes(self, data, batch):
        shape = self.get_shape(batch)
        if self.type == "bfloat16":
            bits = np.frombuffer(data, np.uint16).astype(np.uint32) << 16
            return bits.view(np.float32).reshape(shape)
        return np.frombuffer(data, self.type).reshape(shape)

    def draw(self, batch):
        """Numbers from 0 to 1, or all that an integer can be."""
        shape = self.get_shape(batch)
        random = np.random.default_rng(len(self.name) + sum(shape))
        if self.type == "bool":
            return random.integers(0, 2, shape).astype(bool)
        if "float" in self.type:
            type = np.float32 if self.type == "bfloat16" else self.type
            return random.uniform(0, 1, shape).astype(np.float32).astype(type)
        limits = np.iinfo(self.type)
        return random.integers(limits.min, limits.max, shape, self.type, endpoint=True)


class Network:
    """A model compiled for the emulated machine, in a folder of its own."""

    def __init__(self, target, options, folder):
        self.target, self.folder = target, folder
        self.threads = options.threads
        prefix = folder / "network"
        threads = ["--threads"] if self.threads else []
        call(["cnn-translate", options.model, *options.rest, *threads, "--name=network",
              *shlex.split(f"--target={target.triple}"), "--emit=obj,header", "-o", f"{prefix}.o"])
        header = prefix.with_suffix(".h").read_text()
        self.inputs, self.outputs = (
            [Value(header, kind, index)
             for index in range(int(re.search(f"NETWORK_{kind}_COUNT (.*)", header).group(1)))]
            for kind in ("INPUT", "OUTPUT"))

    def get_batch(self, arrays):
        """The extent that is dynamic, or nothing if none is."""
        batches = {array.shape[0] for value, array in zip(self.inputs, arrays)
                   if value.has_dynamic_batch and array.ndim > 0}
        return min(batches, default=None)

    def link(self, batch):
        prefix = self.folder / "network"
        definitions = [f'-DHEADER="{prefix}.h"', *([f"-DBATCH={batch}"] if batch else [])]
        call([*shlex.split(self.target.compiler), "-std=c99", "-Wall", "-Werror", *definitions,
              DRIVER, f"{prefix}.o", "-o", f"{prefix}.exe",
              *(["-fopenmp"] if self.threads else [])])

    def run(self, arrays):
        batch = self.get_batch(arrays)
        self.link(batch)
        files = [self.folder / f"input-{index}.bin" for index in range(len(arrays))]
        for value, array, file in zip(self.inputs, arrays, files):
            shape = value.get_shape(batch)
            if list(array.shape) != shape:
                fail(f"expected {value.name} of shape {shape}, got {list(array.shape)}")
            file.write_bytes(value.to_bytes(array))
        results = [self.folder / f"output-{index}.bin" for index in range(len(self.outputs))]
        sizes = [f"{value.get_bytes(batch)}:{file}" for value, file in zip(self.outputs, results)]
        environment = {**os.environ, "OMP_NUM_THREADS": str(self.threads or 1)}
        call([*shlex.split(self.target.emulator), f"{self.folder}/network.exe", *files, *sizes],
             env=environment)
        return [value.from_bytes(file.read_bytes(), batch)
                for value, file in zip(self.outputs, results)]


def read_tensor(path):
    path = str(path)
    return np.load(path) if path.endswith(".npy") else numpy_helper.to_array(onnx.load_tensor(path))


def read_inputs(network, options):
    """The inputs that are given, and numbers for the others."""
    given = {}
    for text in options.input:
        name, separator, file = text.rpartition("=")
        given[name if separator else network.inputs[0].name] = read_tensor(file)
    batches = [given[value.name].shape[0] for value in network.inputs
               if value.name in given and value.has_dynamic_batch]
    return [given[value.name] if value.name in given else value.draw((batches or [2])[0])
            for value in network.inputs]


def interpret(target, network, options, arrays):
    """What the interpreter makes of the same inputs."""
    command = [target.cnn_run, options.model, "--engine=reference",
               f"--output-dir={network.folder}/reference"]
    for index, (value, array) in enumerate(zip(network.inputs, arrays)):
        file = network.folder / f"input-{index}.npy"
        np.save(file, array)
        command.append(f"--input={value.name}={file}")
    return [np.load(line.rpartition(": ")[0]) for line in call(command).splitlines()]


def compare(origin, network, results, expected, options):
    """Prints a line for each output; true if all are close."""
    all_close = True
    for value, actual, wanted in zip(network.outputs, results, expected):
        same_kind = actual.shape == wanted.shape and actual.dtype == wanted.dtype
        is_close = same_kind and np.allclose(actual, wanted, rtol=options.rtol, atol=options.atol,
                                             equal_nan=True)
        error = ""
        if same_kind and wanted.size:
            error = np.abs(actual.astype(np.float64) - wanted.astype(np.float64))
            error = f"  max absolute error {np.max(error[~np.isnan(error)], initial=0):.3g}"
        print(f"{origin}: {value.name}: {'ok' if is_close else 'FAILED'}{error}")
        all_close &= is_close
    return all_close


def compare_test_data(network, folder, options):
    folder = pathlib.Path(folder)
    arrays = [read_tensor(folder / f"input_{index}.pb") for index in range(len(network.inputs))]
    expected = [read_tensor(folder / f"output_{index}.pb") for index in range(len(network.outputs))]
    return compare(folder, network, network.run(arrays), expected, options)


def run_model(target, arguments):
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("model")
    parser.add_argument("--engine")
    for name in ("--compare-reference", "--random-inputs"):
        parser.add_argument(name, action="store_true")
    for name in ("--input", "--test-data"):
        parser.add_argument(name, action="append", default=[])
    parser.add_argument("--threads", type=int)
    parser.add_argument("--output-dir", type=pathlib.Path)
    parser.add_argument("--rtol", type=float, default=1e-3)
    parser.add_argument("--atol", type=float, default=1e-4)
    options, options.rest = parser.parse_known_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        network = Network(target, options, pathlib.Path(folder))
        if options.test_data:
            return all([compare_test_data(network, data, options) for data in options.test_data])
        arrays = read_inputs(network, options)
        results = network.run(arrays)
        if options.compare_reference:
            expected = interpret(target, network, options, arrays)
            return compare("reference", network, results, expected, options)
        options.output_dir.mkdir(parents=True, exist_ok=True)
        for value, result in zip(network.outputs, results):
            np.save(options.output_dir / f"{value.name}.npy", result)
    return True


def launch(target, command):
    """Runs the command with this file as its cnn-run; returns its exit code."""
    target.cnn_run = subprocess.check_output(["which", "cnn-run"], text=True).strip()
    words = [sys.executable, str(pathlib.Path(__file__).resolve()), "--as-cnn-run", target.cnn_run,
             target.triple, target.compiler, target.emulator]
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "cnn-run"
        script.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        script.chmod(0o755)
        path = f"{folder}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(command, env={**os.environ, "PATH": path}).returncode


def main():
    target = argparse.Namespace()
    arguments = sys.argv[1:]
    if arguments[0] == "--as-cnn-run":
        _, target.cnn_run, target.triple, target.compiler, target.emulator, *rest = arguments
        if "--engine=reference" in rest:
            os.execv(target.cnn_run, [target.cnn_run, *rest])
        return not run_model(target, rest)
    target.triple, target.compiler, target.emulator, separator, *command = arguments
    if separator != "--" or not command:
        fail("expected a triple, a compiler, an emulator, -- and a command")
    return launch(target, command)


if __name__ == "__main__":
    sys.exit(main())
