"""Compares what a firmware image of examples/cortex-m computes with the interpreter.

usage: check-firmware.py FOLDER MODEL [--rtol=R] [VARIABLE=value...]

Builds the image in FOLDER with these variables for make, runs it in an emulator on numbers that are
drawn, and prints what both print: flash and RAM, ticks and stack. Results must be the same bits, or
differ by R times the expected and the largest number at most.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

import numpy as np

from emulated import Value

EXAMPLE = pathlib.Path(__file__).resolve().parents[3] / "examples" / "cortex-m"


def call(command, folder):
    result = subprocess.run([str(word) for word in command], cwd=folder, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, timeout=300)
    if result.returncode != 0:
        sys.exit(f"{result.stdout}error: {command[0]} ended with {result.returncode}")
    return result.stdout


def interpret(options, value, array):
    """What the interpreter makes of the input."""
    np.save(options.folder / "input.npy", array)
    shapes = [word for variable in options.variables if variable.startswith("OPTIONS=")
              for word in variable.split("=", 1)[1].split() if word.startswith("--input-shape")]
    lines = call(["cnn-run", options.model, "--engine=reference", *shapes, "--output-dir=reference",
                  f"--input={value.name}=input.npy"], options.folder)
    return np.load(options.folder / lines.splitlines()[-1].rpartition(": ")[0])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("model", type=os.path.abspath)
    parser.add_argument("--rtol", type=float, default=0)
    parser.add_argument("variables", nargs="*")
    options = parser.parse_intermixed_args()
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    make = ["make", "-s", "-f", EXAMPLE / "Makefile", f"MODEL={options.model}", *options.variables]

    print(call(make, options.folder), end="")
    header = (options.folder / "network.h").read_text()
    source, result = Value(header, "INPUT", 0), Value(header, "OUTPUT", 0)
    batch = None  # Firmware has networks of fixed shapes.
    array = source.draw(batch)
    (options.folder / "input.bin").write_bytes(source.to_bytes(array))
    print(call([*make, "run"], options.folder), end="")
    actual = result.from_bytes((options.folder / "output.bin").read_bytes(), batch)
    expected = interpret(options, source, array)
    if options.rtol == 0:
        is_right = actual.tobytes() == expected.tobytes() and actual.shape == expected.shape
    else:
        is_right = np.allclose(actual, expected, rtol=options.rtol,
                               atol=options.rtol * np.abs(expected).max())
    print("as the interpreter" if is_right else f"FAILED: expected {expected}, got {actual}")
    return not is_right


if __name__ == "__main__":
    sys.exit(main())
