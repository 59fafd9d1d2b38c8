"""Runs every command line for our tools, and the C compiler, that stands in a
code block of the given pages: run-documented-commands.py SOURCE_FOLDER

The commands run in the current folder, which is filled with the files they name.
Prints one line per command and exits with 1 if one fails.
"""

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


def main():
    source = pathlib.Path(sys.argv[1])
    fill_folder(source)
    failed = False
    pages = [source / "README.md", *sorted((source / "docs").glob("*.md"))]
    for page in pages:
        blocks = re.findall(r"```(\w*)\n(.*?)```", page.read_text(), re.S)
        for kind, block in blocks:
            if kind == "c" and "int main" in block:
                pathlib.Path("program.c").write_text(block)
            for line in block.splitlines():
                if not line.startswith(TOOLS):
                    continue
                command = line.split("  #")[0].strip()
                done = subprocess.run(command, shell=True, capture_output=True,
                                      text=True)
                print("ok" if done.returncode == 0 else "FAILED",
                      f"{page.name}: {command}")
                if done.returncode != 0:
                    print(done.stderr)
                    failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()
