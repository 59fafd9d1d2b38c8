"""Exports modules from PyTorch in several opsets and compares both engines with PyTorch.

usage: check-exports.py FOLDER [--opsets=9,13] [--filter=TEXT]
"""

import argparse
import itertools
import pathlib
import subprocess
import sys
import warnings

import onnx.numpy_helper
import torch
from modules import MODULES

warnings.filterwarnings("ignore")


def save_tensors(folder, prefix, tensors):
    for index, tensor in enumerate(tensors):
        proto = onnx.numpy_helper.from_array(tensor.detach().numpy())
        (folder / f"{prefix}_{index}.pb").write_bytes(proto.SerializeToString())


def export(name, opset, folder):
    """Writes the model and what PyTorch computes with it."""
    make, shapes, _ = MODULES[name]
    torch.manual_seed(1)
    module = make().eval()
    inputs = tuple(torch.rand(shape) * 2 - 1 for shape in shapes)
    outputs = module(*inputs)
    folder.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(module, inputs, str(folder / "model.onnx"), opset_version=opset)
    save_tensors(folder, "input", inputs)
    save_tensors(folder, "output", [outputs] if torch.is_tensor(outputs) else outputs)


def check(folder, engine):
    """What is wrong, or nothing."""
    command = ["cnn-run", folder / "model.onnx", f"--engine={engine}", f"--test-data={folder}"]
    command += ["--rtol=1e-4", "--atol=1e-5"]
    result = subprocess.run(command, capture_output=True, text=True, errors="replace")
    return result.stderr + result.stdout if result.returncode else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--opsets", default="9,11,13,16")
    parser.add_argument("--filter", default="")
    arguments = parser.parse_args()
    opsets = [int(opset) for opset in arguments.opsets.split(",")]
    count = failures = 0
    for name, opset in itertools.product(MODULES, opsets):
        if arguments.filter not in name or opset < MODULES[name][2]:
            continue
        folder = arguments.folder / f"{name}-{opset}"
        export(name, opset, folder)
        for engine in ("compiled", "reference"):
            problem = check(folder, engine)
            count += 1
            failures += problem is not None
            if problem:
                print(f"{name}, opset {opset}, {engine}: {problem}")
    print(f"{count - failures} of {count} runs agree with PyTorch")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
