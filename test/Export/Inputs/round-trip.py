"""Writes networks to ONNX, reads them again, and compares what both compute.

Each network, or each .mlir and .onnx file of a folder, is written by cnn-translate, must be
valid for ONNX's checker, and is then run in one engine on the same pseudo-random inputs, or those
of test data, as the original. Without tolerances the outputs must be the same bits.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="+", type=pathlib.Path)
    parser.add_argument("--option", action="append", default=[], help="of cnn-translate")
    parser.add_argument("--run-option", action="append", default=[], help="of cnn-run")
    parser.add_argument("--engine", default="reference")
    parser.add_argument("--rtol", type=float, default=0)
    parser.add_argument("--atol", type=float, default=0)
    parser.add_argument("--no-checker", action="store_true", help="of opsets it does not know")
    parser.add_argument("--keep", type=pathlib.Path, help="where to leave the last file")
    return parser.parse_args()


def find_networks(paths):
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.mlir"))
        else:
            yield path


def run(*command):
    """What a tool prints; what it complains about ends the test of a network."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout


def get_outputs(network, engine, options, folder):
    folder.mkdir()
    run("cnn-run", network, f"--engine={engine}", "--random-inputs", *options,
        f"--output-dir={folder}")
    return {path.name: np.load(path) for path in folder.iterdir()}


def compare(expected, got, rtol, atol):
    if expected.keys() != got.keys():
        raise RuntimeError(f"expected the outputs {sorted(expected)}; got {sorted(got)}")
    for name, array in expected.items():
        other = got[name]
        if (array.dtype, array.shape) != (other.dtype, other.shape):
            raise RuntimeError(f"{name}: expected {array.dtype}{array.shape}; "
                               f"got {other.dtype}{other.shape}")
        if np.array_equal(array, other, equal_nan=array.dtype.kind == "f"):
            continue
        near = np.isclose(other.astype(np.float64), array.astype(np.float64), rtol, atol,
                          equal_nan=True)
        if not near.all():
            difference = np.abs(other.astype(np.float64) - array.astype(np.float64)).max()
            raise RuntimeError(f"{name}: {np.count_nonzero(~near)} of {near.size} elements "
                               f"differ, by up to {difference:.3g}")


def check(network, arguments, folder):
    exported = folder / "exported.onnx"
    run("cnn-translate", network, "--emit=onnx", "-o", exported, *arguments.option)
    if not arguments.no_checker:
        onnx.checker.check_model(onnx.load(exported), full_check=True)
    if arguments.keep:
        arguments.keep.write_bytes(exported.read_bytes())
    expected = get_outputs(network, arguments.engine, arguments.run_option, folder / "expected")
    got = get_outputs(exported, arguments.engine, arguments.run_option, folder / "got")
    compare(expected, got, arguments.rtol, arguments.atol)


def main():
    arguments = parse_arguments()
    failed = 0
    for network in find_networks(arguments.networks):
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(network, arguments, pathlib.Path(folder))
                print(f"ok {network.name}")
            except Exception as error:  # ONNX's checker has exceptions of its own.
                print(f"FAILED {network.name}: {error}")
                failed += 1
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
