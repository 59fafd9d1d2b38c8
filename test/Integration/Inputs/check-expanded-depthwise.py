"""Compiles expansions and the depthwise convolutions after them, fused and apart.

usage: check-expanded-depthwise.py folder [processor...]

Both must give the same bits, on one thread and on two, and what the interpreter
gives but for rounding. A processor is a name that --cpu takes, or "host".
Prints one line per layer and processor that fails.
"""

import pathlib
import subprocess
import sys
import zlib

import numpy as np

# Name; extents of the input; expanded channels; shape of the second filter without
# its first extent; attributes of the second convolution and the extents of its output; two
# activations.
LAYERS = [
    ("square", (1, 24, 9, 11), 40, (1, 3, 3), "pads [1, 1, 1, 1]", (9, 11), "relu", "silu"),
    ("two-images", (2, 16, 7, 5), 96, (1, 3, 3), "strides [2, 2] pads [1, 1, 1, 1]", (4, 3), "silu",
     "clip, 0.0, 6.0"),
    ("large-window", (1, 12, 13, 10), 72, (1, 5, 5), "strides [2, 2] pads [2, 1, 2, 3]", (7, 5),
     "hard_swish", "hard_swish"),
    ("uneven-pads", (1, 20, 6, 17), 33, (1, 3, 2), "strides [1, 2] pads [2, 0, 0, 1]", (6, 9),
     "relu", "relu"),
    ("dilated", (1, 24, 11, 9), 64, (1, 3, 3), "pads [2, 2, 2, 2] dilations [2, 2]", (11, 9), "relu",
     None),
    ("skipped-rows", (1, 16, 9, 8), 48, (1, 1, 1), "strides [3, 2]", (3, 4), None, "relu"),
    ("groups-of-channels", (1, 16, 8, 8), 64, (4, 3, 3), "pads [1, 1, 1, 1]", (8, 8), "relu", "relu"),
    # Wider than a ring of all channels may be, so that they are taken in groups.
    ("wide", (2, 12, 4, 401), 100, (1, 3, 3), "pads [1, 1, 1, 1]", (4, 401), "relu", "relu"),
]


def make_network(layer, processor):
    name, shape, expanded, filter_shape, attributes, extents, first, second = layer
    generator = np.random.default_rng(zlib.crc32(name.encode()))
    target = ""
    if processor != "host":
        target = (' attributes {cnn.target = {triple = "x86_64-unknown-linux-gnu",'
                  f' cpu = "{processor}", features = ""}}}}')

    def declare(constant, constant_shape):
        data = generator.uniform(-1, 1, constant_shape).astype("<f4").tobytes().hex().upper()
        return f'  %{constant} = arith.constant dense<"0x{data}"> : {type_of(constant_shape)}\n'

    def type_of(extents):
        return f"tensor<{'x'.join(map(str, extents))}xf32>"

    def activate(function):
        return f" activation <{function}>" if function else ""

    x, e = type_of(shape), type_of((shape[0], expanded, *shape[2:]))
    y = type_of((shape[0], expanded, *extents))
    w, d, b = (expanded, shape[1], 1, 1), (expanded, *filter_shape), (expanded,)
    return (f'module{target} {{\nfunc.func @layer(%x: {x} {{cnn.name = "x"}})'
            f' -> ({y} {{cnn.name = "y"}}) {{\n'
            + declare("w", w) + declare("b", b) + declare("d", d) + declare("c", b) +
            f"  %e = cnn.conv %x, %w bias %b : {type_of(b)}{activate(first)} : {x}, {type_of(w)}\n"
            f"  %y = cnn.conv %e, %d bias %c : {type_of(b)} {attributes}"
            f" groups {expanded // filter_shape[0]}{activate(second)} : {e}, {type_of(d)}\n"
            f"  return %y : {y}\n}}\n}}\n")


def run(folder, *command):
    """Runs a command that writes the output, and reads that."""
    folder.mkdir(exist_ok=True)
    subprocess.run([*command, "--random-inputs", f"--output-dir={folder}"], check=True,
                   stdout=subprocess.DEVNULL)
    return np.load(folder / "y.npy")


def check(folder, layer, processor):
    """What is wrong with the layer, or None."""
    folder.mkdir(exist_ok=True)
    network = folder / "network.mlir"
    network.write_text(make_network(layer, processor))
    expected = run(folder / "reference", "cnn-run", network, "--engine=reference")
    results = []
    for when, chunks, threads in [("never", 1, 1), ("always", 1, 1), ("always", 3, 2)]:
        kernels, library = folder / "kernels.mlir", folder / f"{when}-{chunks}-{threads}.so"
        subprocess.run(["cnn-opt", network, "--convert-cnn-to-kernel", "--propagate-layout",
                        f"--fuse-depthwise=when={when} chunks={chunks}", "-o", kernels],
                       check=True)
        is_fused = "expanded_depthwise_conv" in kernels.read_text()
        if is_fused != (when == "always"):
            return "fused" if is_fused else "not fused"
        subprocess.run(["cnn-translate", kernels, "--emit=shared", "-o", library]
                       + ["--threads"] * (threads > 1), check=True)
        results.append(run(folder / "output", "cnn-run", library, f"--threads={threads}"))
    if not np.allclose(results[0], expected, rtol=1e-4, atol=1e-4):
        return "differs from the interpreter"
    if any(result.tobytes() != results[0].tobytes() for result in results):
        return "differs from what is not fused"
    return None


def main(folder, processors):
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    failures = 0
    for processor in processors:
        for layer in LAYERS:
            wrong = check(folder / f"{layer[0]}-{processor}", layer, processor)
            if wrong:
                failures += 1
                print(f"{layer[0]}, {processor}: {wrong}")
    count = len(LAYERS) * len(processors)
    print(f"{count - failures} of {count} layers are right")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
