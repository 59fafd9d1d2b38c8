"""Imports a model and checks how that ends."""

import os
import subprocess
import sys


def check(folder, content, expected, options=()):
    """`content` ends in one error that contains `expected`, or in none if that is None."""
    os.makedirs(os.path.join(folder, "folder"), exist_ok=True)
    path = os.path.join(folder, "model.onnx")
    with open(path, "wb") as file:
        file.write(content)
    run = subprocess.run(["cnn-opt", path, *options], capture_output=True, text=True)
    errors = run.stderr.count("error:")
    if expected is None:
        good = run.returncode == 0 and errors == 0
    else:
        good = run.returncode == 1 and errors == 1 and expected in run.stderr
    if not good:
        sys.exit(
            f"expected: {expected}\nexit code {run.returncode}, {errors} errors:\n{run.stderr}"
        )
