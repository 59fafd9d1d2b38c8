"""Compiles random small networks, runs them, and compares with the interpreter.

A number, the seed, decides everything about a network: layers, weights, inputs, and the
options it is compiled with. What differs, is refused or crashes is made smaller as long as
it still fails and kept in a folder, and a line is printed that repeats it.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx

import layers
import network as networks
import quantized

TIMEOUT_SECONDS = 120
# |got - expected| <= atol + rtol * |expected|; values are near 1 in size, and so the first
# counts. Winograd's transforms multiply rounding by some hundreds at the largest tile.
TOLERANCES = {"float32": 2e-4, "float64": 1e-10, "float16": 3e-2, "uint8": 0, "int8": 0}
WINOGRAD_TOLERANCE = 1e-2


def build_network(seed):
    """A network, its outputs, and the options to compile it with."""
    random = np.random.default_rng(seed)
    types = random.choice(["float32", "float16", "float64"], p=[0.85, 0.1, 0.05])
    network = networks.Network(random, str(types), bool(random.random() < 0.2))
    rank = int(random.choice([1, 2, 3], p=[0.15, 0.75, 0.1]))
    limit = {1: 40, 2: 20, 3: 8}[rank]
    batch = int(random.choice([1, 1, 1, 2, 3]))
    x = network.add_input(
        (batch, int(random.integers(1, 20)), *random.integers(1, limit, rank).tolist())
    )
    choices, weights = list(layers.LAYERS), np.array(list(layers.LAYERS.values()), float)
    for _ in range(int(random.integers(2, 14))):
        layer = choices[int(random.choice(len(choices), p=weights / weights.sum()))]
        y = layer(network, x)
        if y and y.size <= layers.MAX_SIZE:
            x = y
        if random.random() < 0.08:
            x = layers.find_other(network, lambda value: len(value.shape) == rank + 2)
    if random.random() < 0.3:
        x = layers.head(network, x)
    if not network.nodes:
        x = layers.relu(network, x)
    # Values that are outputs as well as inputs of other layers.
    results = [node.output[0] for node in network.nodes]
    outputs = [value for value in network.values if value.name in results and value is x]
    outputs = outputs or [network.values[-1]]
    for value in network.values:
        if value.name in results and value not in outputs and random.random() < 0.06:
            outputs.append(value)
    return network, outputs, choose_options(random)


def build_quantized_network(seed):
    """The same for a network of bytes."""
    random = np.random.default_rng(seed)
    return *quantized.build(random), choose_options(random)


def make_input(value, element):
    random = np.random.default_rng(len(value.name) + sum(value.shape))
    if element.kind == "f":
        return random.uniform(-1, 1, value.shape).astype(element)
    limits = np.iinfo(element)
    return random.integers(limits.min, limits.max + 1, value.shape).astype(element)


def choose_options(random):
    options = []
    if random.random() < 0.5:
        options.append("--winograd=" + str(random.choice(["off", "2", "4", "6"])))
    if random.random() < 0.5:
        options.append("--sparse=" + str(random.choice(["off", "on"])))
    if random.random() < 0.15:
        options.append("--no-optimize")
    if random.random() < 0.25:
        options.append("--threads=2")
    if random.random() < 0.5:
        options.append("--cpu=" + str(random.choice(["x86-64-v2", "x86-64-v3", "x86-64-v4"])))
    return options


class Checker:
    """Runs models with one cnn-run."""

    def __init__(self, cnn_run, processors):
        self.cnn_run = cnn_run
        self.processors = processors

    def run(self, network, nodes, inputs, outputs, options, folder):
        """What is wrong with the network, or nothing."""
        model, inputs = networks.make_model(network, nodes, inputs, outputs)
        path = folder / "model.onnx"
        onnx.save(model, path)
        tolerance = TOLERANCES[network.type.name]
        if tolerance and not {"--winograd=off", "--no-optimize"} & set(options):
            tolerance = max(tolerance, WINOGRAD_TOLERANCE)
        command = [self.cnn_run, str(path), "--compare-reference"]
        command += [f"--rtol={tolerance}", f"--atol={tolerance}"]
        command += [option for option in options if self.can_use(option)]
        for value in inputs:
            file = folder / f"{value.name}.npy"
            np.save(file, make_input(value, network.type))
            command.append(f"--input={value.name}={file}")
        (folder / "command").write_text(shlex.join(command) + "\n")
        try:
            result = subprocess.run(
                command, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_SECONDS
            )
        except subprocess.TimeoutExpired:
            return f"takes more than {TIMEOUT_SECONDS} seconds"
        if result.returncode == 0:
            return None
        return describe_failure(result)

    def can_use(self, option):
        return not option.startswith("--cpu=") or option in self.processors


def describe_failure(result):
    """One line on what cnn-run said."""
    if "FAILED" in result.stdout:
        return "differs: " + " ".join(result.stdout.split("FAILED", 1)[1].split("\n")[:2])
    message = re.search(r"(error: .*|.*Assertion .*)", result.stderr)
    text = message.group(1) if message else result.stderr[-200:].replace("\n", " ")
    return f"exit code {result.returncode}: {text}"


def minimize(check, network, outputs):
    """Nodes, inputs and outputs of a smaller network that still fails."""
    nodes, inputs = list(network.nodes), list(network.inputs)
    by_name = {value.name: value for value in network.values}
    # Results of hidden nodes are neither outputs nor inputs.
    for value in list(outputs):
        if len(outputs) > 1 and check(nodes, inputs, [one for one in outputs if one != value]):
            outputs = [one for one in outputs if one != value]
    # The first layer whose own result is wrong.
    for node in nodes:
        value = by_name.get(node.output[0])
        if value and value not in outputs and check(nodes, inputs, [value]):
            outputs = [value]
            break
    # Results of layers become inputs, those near the end first.
    for node in reversed(nodes):
        value = by_name.get(node.output[0])
        rest = [one for one in nodes if one is not node]
        if value and value not in outputs and check(rest, [*inputs, value], outputs):
            nodes, inputs = rest, [*inputs, value]
    return nodes, inputs, outputs


def run_seed(checker, seed, options, folder, is_quantized):
    """What is wrong with the network of this number; keeps it in `folder` if anything is."""
    build = build_quantized_network if is_quantized else build_network
    network, outputs, chosen = build(seed)
    options = chosen if options is None else options
    with tempfile.TemporaryDirectory() as scratch:

        def check(nodes, inputs, outputs, place=pathlib.Path(scratch)):
            return checker.run(network, nodes, inputs, outputs, options, place)

        failure = check(network.nodes, network.inputs, outputs)
        if not failure:
            return None
        kept = folder / str(seed)
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        smaller = minimize(check, network, outputs)
        failure = check(*smaller, place=kept) or failure
    kinds = ", ".join(node.op_type for node in onnx.load(kept / "model.onnx").graph.node)
    repeat = [sys.argv[0], f"--seed={seed}", "--options=" + " ".join(options)]
    repeat = shlex.join(repeat + ["--quantized"] * is_quantized)
    return f"FAILED {failure}\n  nodes: {kinds}\n  kept: {kept}\n  again: {repeat}"


def find_processors(cnn_run):
    """The levels of processors this machine runs and cnn-run compiles for."""
    with open("/proc/cpuinfo") as file:
        text = file.read()
    flags = {"x86-64-v2": "sse4_2", "x86-64-v3": "avx2", "x86-64-v4": "avx512vl"}
    if "--cpu" not in subprocess.run([cnn_run, "--help"], capture_output=True, text=True).stdout:
        return set()
    return {f"--cpu={name}" for name, flag in flags.items() if f" {flag} " in text}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="number of the first network")
    parser.add_argument("--count", type=int, default=1, help="how many networks")
    parser.add_argument("--minutes", type=float, help="go on for this long instead")
    parser.add_argument("--options", help="options of cnn-run in place of chosen ones")
    parser.add_argument(
        "--quantized", action="store_true", help="networks of bytes, whose results are equal to the bit"
    )
    parser.add_argument("--cnn-run", default="cnn-run", help="by default the one in PATH")
    parser.add_argument(
        "--folder", type=pathlib.Path, default="fuzz-failures", help="where failures are kept"
    )
    parser.add_argument("-j", type=int, default=os.cpu_count(), help="how many run at a time")
    return parser.parse_args()


def choose_seeds(arguments):
    end = None if arguments.minutes else arguments.seed + arguments.count
    deadline = time.monotonic() + 60 * (arguments.minutes or 0)
    seed = arguments.seed
    while seed != end and (end is not None or time.monotonic() < deadline):
        yield seed
        seed += 1


def main():
    arguments = parse_arguments()
    checker = Checker(arguments.cnn_run, find_processors(arguments.cnn_run))
    options = None if arguments.options is None else arguments.options.split()
    seeds = choose_seeds(arguments)
    count = failures = 0
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(arguments.j) as pool:
        # A few at a time, as there may be no end of seeds.
        while batch := [seed for _, seed in zip(range(4 * arguments.j), seeds)]:
            run = lambda seed: run_seed(
                checker, seed, options, arguments.folder, arguments.quantized
            )
            for failure in pool.map(run, batch):
                count += 1
                failures += failure is not None
                if failure:
                    print(failure, flush=True)
    seconds = time.monotonic() - start
    print(f"{count} networks in {seconds:.0f} s, {failures} failed")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
