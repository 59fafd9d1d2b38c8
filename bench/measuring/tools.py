"""What the project's own tools are asked for: libraries, profiles, and the processor's peak."""

import hashlib
import json
import mmap
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ONNXRUNTIME = "onnxruntime-node@1.30.0"


def run(*command):
    """The output of a tool; what it complains about becomes an exception."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{pathlib.Path(command[0]).name}: {done.stderr.strip()}")
    return done.stdout


def install_rival(build):
    """The folder of node modules with ONNX Runtime in it."""
    folder = build / "bench"
    modules = folder / "node_modules"
    if not (modules / "onnxruntime-node").exists():
        folder.mkdir(parents=True, exist_ok=True)
        # The install script would fetch GPU libraries.
        run("npm", "install", "--silent", "--ignore-scripts", "--prefix", folder, ONNXRUNTIME)
    return modules


def find_rival(arguments):
    """The node modules of ONNX Runtime, or nothing if it is left out: `--no-rival`, or no npm."""
    if arguments.no_rival:
        return None
    missing = [name for name in ("node", "npm") if not shutil.which(name)]
    if missing:
        print(f"no {' and no '.join(missing)} in PATH: ONNX Runtime is left out;"
              " the packages nodejs and npm have them", file=sys.stderr)
        return None
    return install_rival(arguments.build)


class Compiler:
    """Compiles networks with given options, each once."""

    def __init__(self, build, options):
        self.build, self.options = build, options
        self.tool = build / "bin" / "cnn-translate"
        if not self.tool.exists():
            raise RuntimeError(f"{self.tool} is not built; give its folder with --build")

    def get_flags(self, network, *more):
        shapes = [f"--input-shape={shape}" for shape in network.shapes]
        return [*self.options, "--name=network", *shapes, *more]

    def make_library(self, network, *more):
        """The shared library of a network; a known one if nothing changed since."""
        flags = self.get_flags(network, *more)
        key = hashlib.sha256("\n".join([str(network.path.resolve()), *flags]).encode())
        library = self.build / "bench" / "libraries" / f"{network.name}-{key.hexdigest()[:12]}.so"
        library.parent.mkdir(parents=True, exist_ok=True)
        newest = max(path.stat().st_mtime for path in (self.tool, network.path))
        if not library.exists() or library.stat().st_mtime < newest:
            run(self.tool, network.path, "--emit=shared", "-o", library, *flags)
        return library

    def profile(self, network, threads, runs=20):
        """What cnn-run --profile says of the network's kernels."""
        team = ["--threads"] if threads > 1 else []
        library = self.make_library(network, "--profile", *team)
        return json.loads(run(self.build / "bin" / "cnn-run", library, f"--profile={runs}",
                              f"--threads={threads}", "--json"))

    def measure_peak(self, threads):
        """Thousand millions of operations a second that the processor's fused multiply-adds do."""
        example = Network(str(ROOT / "examples" / "lenet-mnist" / "lenet.onnx"))
        return self.profile(example, threads, runs=1)["peak_gflops"]

    def measure_compilation(self, network, folder):
        """Seconds, memory and sizes of compiling to an object."""
        target = pathlib.Path(folder) / "network.o"
        command = [self.tool, network.path, "--emit=obj,header", "-o", target,
                   *self.get_flags(network)]
        start = time.monotonic()
        process = os.posix_spawn(self.tool, [str(word) for word in command], os.environ)
        _, status, usage = os.wait4(process, 0)
        if status:
            raise RuntimeError(f"{network.name} was not compiled")
        seconds = time.monotonic() - start
        header = target.with_suffix(".h").read_text()
        arena = int(re.search(r"_ARENA_SIZE (\d+)", header).group(1))
        buffers = run(self.tool, network.path, "--emit=mlir", "--until=D", *self.get_flags(network))
        bound = int(re.search(r"cnn.arena_lower_bound = (\d+)", buffers).group(1))
        return {"seconds": seconds, "memory_bytes": usage.ru_maxrss * 1024,
                "arena_lower_bound_bytes": bound,
                "code_bytes": count_code(target),
                "object_bytes": target.stat().st_size, "arena_bytes": arena}


def count_code(path):
    """Bytes of the executable sections of a 64-bit ELF object."""
    is_executable = 4
    # Not read: a process that is started next would be charged with this one's memory.
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as elf:
        table, = struct.unpack_from("<Q", elf, 40)
        size, count = struct.unpack_from("<HH", elf, 58)
        total = 0
        for i in range(count):
            flags, _, _, length = struct.unpack_from("<QQQQ", elf, table + i * size + 8)
            total += length if flags & is_executable else 0
    return total


class Network:
    """MODEL.onnx, or MODEL.onnx@NAME:1x3x224x224 where the file leaves a shape open."""

    def __init__(self, text):
        path, *self.shapes = text.split("@")
        self.path = pathlib.Path(path)
        if not self.path.exists():
            raise RuntimeError(f"{path}: no such file")
        # The model zoo calls every file model.onnx.
        self.name = self.path.parent.name if self.path.stem == "model" else self.path.stem

    def count_operations(self, inputs):
        """Multiplications and additions of convolutions and products, for inputs of these shapes;
        None if onnx cannot infer the shape of one."""
        import onnx
        model = onnx.load(self.path)
        shapes = {info["name"]: info["shape"] for info in inputs}
        for value in model.graph.input:
            for axis, extent in zip(value.type.tensor_type.shape.dim, shapes.get(value.name, [])):
                axis.dim_value = extent
        graph = onnx.shape_inference.infer_shapes(model).graph
        known = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
        for value in [*graph.input, *graph.value_info, *graph.output]:
            known.setdefault(value.name,
                             [axis.dim_value for axis in value.type.tensor_type.shape.dim])
        counts = [count_operations(node, known) for node in graph.node]
        return None if None in counts else sum(counts)


def multiply(extents):
    product = 1
    for extent in extents:
        product *= extent
    return product


def count_operations(node, shapes):
    """Of one node; 0 for what is no convolution and no product, None for an unknown shape."""
    if node.op_type not in ("Conv", "ConvTranspose", "Gemm", "MatMul"):
        return 0
    first, second, output = (shapes.get(name, []) for name in (*node.input[:2], node.output[0]))
    if not all((first, second, output)):
        return None
    if node.op_type == "Conv":
        return 2 * multiply(output) * multiply(second[1:])
    if node.op_type == "ConvTranspose":
        return 2 * multiply(first) * multiply(second[1:])
    transposed = any(a.name == "transA" and a.i for a in node.attribute)
    return 2 * multiply(output) * first[-2 if transposed else -1]
