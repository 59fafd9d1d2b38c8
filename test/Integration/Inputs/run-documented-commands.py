"""Runs every command line for our tools, and the C compiler, that stands in a
code block of the given pages: run-documented-commands.py SOURCE_FOLDER

The commands run in the current folder, which is filled with the files they name.
Prints one line per command and exits with 1 if one fails.

In a block of the kind `console` every line after "$ " is a command, whatever it
calls, and the lines below it are what it has to print, on both streams: numbers
to one percent, "..." in place of a line for any lines, within one for anything.
"""

import math
import pathlib
import re
import struct
import subprocess
import sys
import zlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

TOOLS = ("cnn-opt ", "cnn-translate ", "cnn-run ", "cnn-report ", "cc ")


def write_picture(path):
    """A grey 48x40 RGB picture as PNG."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    width, height = 48, 40
    rows = b"".join(b"\0" + b"\x80" * (3 * width) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def save(nodes, inputs, initializers, path):
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "network",
        [value(name, TensorProto.FLOAT, shape) for name, shape in inputs],
        [value("scores", TensorProto.FLOAT, None)], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.save(model, path)


def make_networks():
    """model.onnx classifies an RGB picture, two-inputs.onnx adds two tensors."""
    generator = np.random.default_rng(0)
    weights = generator.normal(size=(10, 3, 3, 3)).astype(np.float32)
    pointwise = generator.normal(size=(10, 10, 1, 1)).astype(np.float32)
    nodes = [helper.make_node("Conv", ["image", "w"], ["x"], pads=[1, 1, 1, 1]),
             helper.make_node("Conv", ["x", "v"], ["y"], name="conv2"),
             helper.make_node("GlobalAveragePool", ["y"], ["p"]),
             helper.make_node("Flatten", ["p"], ["scores"])]
    save(nodes, [("image", [1, 3, 32, 32])],
         [numpy_helper.from_array(weights, "w"),
          numpy_helper.from_array(pointwise, "v")], "model.onnx")
    save([helper.make_node("Add", ["first", "second"], ["scores"])],
         [("first", [2, 3]), ("second", [2, 3])], [], "two-inputs.onnx")
    for name in ("a.npy", "b.npy"):
        np.save(name, generator.normal(size=(2, 3)).astype(np.float32))


def make_test_data(folder):
    """Random input, and the interpreter's output."""
    folder.mkdir()
    image = np.random.default_rng(1).normal(size=(1, 3, 32, 32)).astype(np.float32)
    np.save("image.npy", image)
    subprocess.run(["cnn-run", "model.onnx", "--engine=reference", "--input",
                    "image=image.npy", f"--output-dir={folder}"], check=True)
    scores = np.load(folder / "scores.npy")
    for name, array in (("input_0", image), ("output_0", scores)):
        (folder / f"{name}.pb").write_bytes(
            numpy_helper.from_array(array).SerializeToString())


def fill_folder(source):
    make_networks()
    write_picture(pathlib.Path("cat.png"))
    for name in ("test_data_set_0", "test_data_set_1"):
        make_test_data(pathlib.Path(name))
    validation = pathlib.Path("validation")
    validation.mkdir()
    write_picture(validation / "cat.png")
    (validation / "labels.tsv").write_text("cat.png\t3\n")
    pictures = pathlib.Path("pictures")
    pictures.mkdir()
    write_picture(pictures / "cat.png")
    np.savez("pictures.npz", images=np.full((2, 3, 32, 32), 0.5, np.float32))
    pathlib.Path("examples").symlink_to(source / "examples")


def read_session(block):
    """The commands of a console block, each with the lines below it."""
    commands = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        else:
            commands[-1][1].append(line)
    return commands


def matches(expected, actual, same):
    """Whether two lists are the same item by item; "..." stands for any items."""
    if not expected:
        return not actual
    if expected[0] == "...":
        return any(matches(expected[1:], actual[skipped:], same) for skipped in range(len(actual) + 1))
    return bool(actual) and same(expected[0], actual[0]) and matches(expected[1:], actual[1:], same)


def same_token(expected, actual):
    """Numbers may be a hundredth off, since processors round differently."""
    if expected[-1].isdigit() and actual[-1].isdigit():
        return math.isclose(float(expected), float(actual), rel_tol=0.01)
    return expected == actual


def same_line(expected, actual):
    """Compares two lines but for the width of blanks."""
    token = r"\.\.\.|\d+(?:\.\d+)?(?:e[-+]\d+)?|\S"
    return matches(re.findall(token, expected), re.findall(token, actual), same_token)


def read_commands(page):
    """The commands of a page; with each the lines that it has to print, or None."""
    for kind, block in re.findall(r"```(\w*)\n(.*?)```", page.read_text(), re.S):
        if kind == "console":
            yield from read_session(block)
            continue
        if kind == "c" and "int main" in block:
            pathlib.Path("program.c").write_text(block)
        for line in block.splitlines():
            if line.startswith(TOOLS):
                yield line.split("  #")[0].strip(), None


def run(page, command, expected):
    """Runs a command and prints how it went."""
    done = subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    good = done.returncode == 0
    if expected is not None and not matches(expected, done.stdout.splitlines(), same_line):
        good = False
    print("ok" if good else "FAILED", f"{page.name}: {command}")
    if not good:
        print(done.stdout)
    return good


def main():
    source = pathlib.Path(sys.argv[1])
    fill_folder(source)
    pages = [source / "README.md", *sorted((source / "docs").rglob("*.md"))]
    good = [run(page, *command) for page in pages for command in read_commands(page)]
    sys.exit(not all(good))


if __name__ == "__main__":
    main()
