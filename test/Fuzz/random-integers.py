"""Compares random convolutions and matrix products of integers with exact arithmetic.

A number, the seed, decides everything about a model of some layers that are not connected:
channels, windows, zero points and scales. The oracle is numpy, as in
test/Integration/Inputs/check-quantized.py. Every bit must be the same on every processor:
options of cnn-run choose one of this machine, --target another one, whose code an emulator
runs.
"""

import argparse
import importlib.util
import pathlib
import shlex
import subprocess
import sys
import tempfile

import numpy as np
from onnx import helper

INPUTS = pathlib.Path(__file__).resolve().parent.parent / "Integration" / "Inputs"
SPEC = importlib.util.spec_from_file_location("quantized", INPUTS / "check-quantized.py")
quantized = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(quantized)
FLOAT = np.float32


class IntegerLayers(quantized.Layers):
    """Layers as large as the parts that kernels cut them into."""

    def bytes(self, shape, element):
        """Random bytes, or only the extreme ones, whose sums are the largest."""
        limits = np.iinfo(element)
        if self.random.random() < 0.25:
            return self.random.choice([limits.min, limits.max], shape).astype(element)
        return self.integers(shape, element)

    def zero_point(self, shape, element):
        """Any, the extreme ones, or none."""
        limits = np.iinfo(element)
        kind = self.random.random()
        if kind < 0.3:
            return np.zeros(shape, element)
        if kind < 0.5:
            return np.full(shape, self.random.choice([limits.min, limits.max]), element)
        return self.integers(shape, element)

    def draw_weights(self, shape, outputs_first):
        """Weights and their zero points: of a byte when subtracted, or beyond."""
        element = self.element()
        outputs = shape[0 if outputs_first else -1]
        # One element would be one for all.
        zero_shape = [outputs] if outputs > 1 and self.random.random() < 0.5 else []
        if self.random.random() < 0.3:
            return self.bytes(shape, element), self.zero_point(zero_shape, element)
        middle = 128 if element is np.uint8 else 0
        zero = np.full(zero_shape, middle, element)
        if self.random.random() < 0.5:
            return (middle + self.small(shape)).astype(element), zero
        return self.bytes(shape, element), zero

    def small(self, shape):
        """Weights of few bits, whose sums may fit 16 bits, or only the extreme ones."""
        limit = int(self.random.choice([7, 15, 16, 31, 32, 63, 64, 127]))
        if self.random.random() < 0.5:
            return self.random.choice([-limit, limit], shape)
        return self.random.integers(-limit, limit + 1, shape)

    def finish(self, operator, operands, total, scales):
        """Adds a layer whose sums are `total`; operands are x, its zero, w and its zero."""
        x, x_zero, w, w_zero = operands
        if operator.endswith("Integer"):
            names = [self.input(x)] + [self.weight(value) for value in (w, x_zero, w_zero)]
            return names, total.astype(np.int32)
        w_scale, aligned = scales
        x_scale = self.scale()
        spread = FLOAT(total.std() + 1) * x_scale * w_scale.mean()
        y_scale, y_zero = FLOAT(spread / 40), self.zero_point([], self.element())
        names = [self.input(x)] + [
            self.weight(value)
            for value in (x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero)]
        return names, quantized.requantize(total, x_scale, aligned, y_scale, y_zero)

    def add_conv(self, operator):
        groups = int(self.random.choice([1, 1, 1, 1, 2, 3, 8]))
        taps = [int(n) for n in self.random.choice([1, 1, 2, 3, 3, 5], 2)]
        strides, dilations = self.pick(1, 3, 2), self.pick(1, 2, 2)
        if self.random.random() < 0.3:
            # What Winograd's algorithm computes.
            taps = [[3, 3], [1, 3], [3, 1]][self.random.choice(3, p=[0.6, 0.2, 0.2])]
            strides, dilations, groups = [1, 1], [1, 1], 1
        pads = self.pick(0, 3, 4) if self.random.random() < 0.6 else [0] * 4
        extents = [(t - 1) * d + self.pick(1, 16) for t, d in zip(taps, dilations)]
        inputs, outputs = self.pick(1, 70), self.pick(1, 90)
        if groups > 1:
            inputs = int(self.random.choice([4, 8, 16, 32, 5]))
            outputs = groups * int(self.random.choice([4, 8, 16, 24]))
        x = self.bytes([self.pick(1, 2), inputs * groups, *extents], self.element())
        w, w_zero = self.draw_weights([outputs, inputs, *taps], outputs_first=True)
        x_zero = self.zero_point([], x.dtype)
        difference = w.astype(np.int64) - w_zero.astype(np.int64).reshape([-1, 1, 1, 1])
        total = quantized.convolve(x.astype(np.int64) - int(x_zero), difference, strides, pads,
                                   dilations, groups)
        bias = []
        if not operator.endswith("Integer"):
            bias = [self.random.integers(-30000, 30000, outputs).astype(np.int32)]
            total += bias[0].reshape([-1, 1, 1])
        w_scale = self.scale([outputs])
        names, expected = self.finish(operator, (x, x_zero, w, w_zero), total,
                                      (w_scale, w_scale.reshape([-1, 1, 1])))
        self.add(operator, names + [self.weight(value) for value in bias], expected,
                 strides=strides, pads=pads, dilations=dilations, group=groups)

    def add_matmul(self, operator):
        rows, inner, columns = self.pick(1, 20), self.pick(1, 300), self.pick(1, 150)
        a = self.bytes([rows, inner], self.element())
        b, b_zero = self.draw_weights([inner, columns], outputs_first=False)
        a_zero = self.zero_point([], a.dtype)
        total = (a.astype(np.int64) - int(a_zero)) @ (b.astype(np.int64) - b_zero.astype(np.int64))
        scale = self.scale([columns] if columns > 1 else [])
        names, expected = self.finish(operator, (a, a_zero, b, b_zero), total, (scale, scale))
        self.add(operator, names, expected)

    def compute(self, operator, operands, **attributes):
        """The name of a result inside a layer."""
        name = f"t{len(self.inner)}"
        self.inner.append(helper.make_node(operator, operands, [name], name, **attributes))
        return name

    def dequantize(self, integers, scale, zero=None, **attributes):
        names = [integers] + [self.weight(v) for v in (scale, zero) if v is not None]
        return self.compute("DequantizeLinear", names, **attributes)

    def draw_wide(self, shape, weights, axis):
        """Integers to be multiplied with weights: mostly of 16 bits, whose sums fit 32."""
        element = np.uint8 if self.random.random() < 0.25 else np.int16
        x, zero = self.bytes(shape, element), np.zeros([], element)
        if element is np.int16:
            if self.random.random() < 0.3:
                zero = self.zero_point([], element)
            sums = np.abs(weights.astype(np.int64)).sum(axis, keepdims=True)
            weights = (weights / np.maximum(1, sums / (32000 if zero else 65000))).astype(np.int8)
        return x, zero, weights

    def finish_wide(self, name, total, x_scale, w_scale):
        """Quantizes the floats `name`, whose integers are sums."""
        y_zero = self.zero_point([], self.random.choice([np.int16, np.int16, np.int8]))
        unit = x_scale * w_scale.mean() * FLOAT(total.std() + 1)
        y_scale = FLOAT(unit / (40 if y_zero.dtype == np.int8 else 9000))
        expected = quantized.requantize(total, x_scale, w_scale, y_scale, y_zero)
        self.add("QuantizeLinear", [name, self.weight(y_scale), self.weight(y_zero)], expected)

    def add_wide_conv(self, operator):
        groups = int(self.random.choice([1, 1, 2, 40]))
        taps, strides = self.pick(1, 4, 2), self.pick(1, 2, 2)
        pads = self.pick(0, 2, 4) if self.random.random() < 0.6 else [0] * 4
        extents = [t + self.pick(0, 12) for t in taps]
        inputs, outputs = self.pick(1, 40), self.pick(1, 50)
        if groups > 1:
            inputs, outputs = (1, groups) if groups == 40 else (8, 2 * self.pick(1, 16))
        w = self.bytes([outputs, inputs, *taps], np.int8)
        x, x_zero, w = self.draw_wide([1, inputs * groups, *extents], w, (1, 2, 3))
        total = quantized.convolve(x.astype(np.int64) - int(x_zero), w.astype(np.int64), strides,
                                   pads, [1, 1], groups)
        bias = self.random.integers(-30000, 30000, outputs).astype(np.int32)
        total += bias.reshape([-1, 1, 1])
        x_scale, w_scale = self.scale(), self.scale([outputs])
        floats = [self.dequantize(self.input(x), x_scale, x_zero),
                  self.dequantize(self.weight(w), w_scale, axis=0),
                  self.dequantize(self.weight(bias), FLOAT(x_scale * w_scale), axis=0)]
        name = self.compute(operator, floats, strides=strides, pads=pads, group=groups)
        self.finish_wide(name, total, x_scale, w_scale.reshape([-1, 1, 1]))

    def add_wide_matmul(self, operator):
        rows, inner, columns = self.pick(1, 20), self.pick(1, 300), self.pick(2, 90)
        b = self.bytes([inner, columns], np.int8)
        a, a_zero, b = self.draw_wide([rows, inner], b, 0)
        total = (a.astype(np.int64) - int(a_zero)) @ b.astype(np.int64)
        x_scale, w_scale = self.scale(), self.scale([columns])
        floats = [self.dequantize(self.input(a), x_scale, a_zero),
                  self.dequantize(self.weight(b), w_scale, axis=1)]
        self.finish_wide(self.compute(operator, floats), total, x_scale, w_scale)


def make_layers(seed, count):
    layers = IntegerLayers(seed)
    kinds = [("add_conv", "QLinearConv", 0.45), ("add_conv", "ConvInteger", 0.15),
             ("add_matmul", "QLinearMatMul", 0.1), ("add_matmul", "MatMulInteger", 0.05),
             ("add_wide_conv", "Conv", 0.18), ("add_wide_matmul", "MatMul", 0.07)]
    for _ in range(count):
        method, operator, _ = kinds[layers.random.choice(len(kinds), p=[k[2] for k in kinds])]
        getattr(layers, method)(operator)
    return layers


MAIN = """
#define _POSIX_C_SOURCE 200112L
#include "network.h"
#include <stdio.h>
#include <stdlib.h>
static void *allocate(size_t bytes) {
  void *memory = NULL;
  if (posix_memalign(&memory, 64, bytes ? bytes : 1)) exit(2);
  return memory;
}
int main(int argc, char **argv) {
  static const size_t sizes[] = {%(sizes)s};
  const void *inputs[%(inputs)d];
  void *outputs[%(outputs)d];
  FILE *file = fopen(argv[1], "rb");
  for (int i = 0; i < %(inputs)d; ++i) {
    void *data = allocate(sizes[i]);
    if (!file || fread(data, 1, sizes[i], file) != sizes[i]) return 2;
    inputs[i] = data;
  }
  for (int i = 0; i < %(outputs)d; ++i) outputs[i] = allocate(sizes[%(inputs)d + i]);
  if (network_run(inputs, outputs, allocate(network_arena_size())) != 0) return 1;
  file = fopen(argv[2], "wb");
  for (int i = 0; i < %(outputs)d; ++i)
    if (!file || fwrite(outputs[i], 1, sizes[%(inputs)d + i], file) != sizes[%(inputs)d + i]) return 2;
  return fclose(file) != 0;
}
"""


def run_emulated(layers, folder, arguments):
    """The results of the layers, computed by an emulated machine."""
    results, values = list(layers.expected.values()), list(layers.inputs.values())
    sizes = ", ".join(str(value.nbytes) for value in values + results)
    (folder / "main.c").write_text(
        MAIN % dict(sizes=sizes, inputs=len(values), outputs=len(results)))
    (folder / "inputs").write_bytes(b"".join(value.tobytes() for value in values))
    subprocess.run(["cnn-translate", folder / "model.onnx", "--name=network", "--emit=obj,header",
                    f"--target={arguments.target}", "-o", folder / "network.o",
                    *arguments.options.split()], check=True)
    subprocess.run([*shlex.split(arguments.cc), f"-I{folder}", folder / "main.c",
                    folder / "network.o", "-o", folder / "main", "-lm"], check=True)
    subprocess.run([*shlex.split(arguments.emulator), folder / "main", folder / "inputs",
                    folder / "outputs"], check=True)
    data, start, outputs = (folder / "outputs").read_bytes(), 0, []
    for value in results:
        outputs.append(np.frombuffer(data, value.dtype, value.size, start).reshape(value.shape))
        start += value.nbytes
    return outputs


def run_here(layers, folder, arguments):
    inputs = [f"--input={name}={folder}/{name}.npy" for name in layers.inputs]
    subprocess.run(["cnn-run", f"{folder}/model.onnx", f"--output-dir={folder}/out", *inputs,
                    *arguments.options.split()], check=True, stdout=subprocess.DEVNULL)
    return [np.load(f"{folder}/out/{name}.npy") for name in layers.expected]


def check(seed, arguments, folder):
    """Prints what differs and returns how many layers do."""
    layers = make_layers(seed, arguments.layers)
    layers.save(str(folder))
    actual = (run_emulated if arguments.target else run_here)(layers, folder, arguments)
    failures = 0
    for node, result in zip(layers.nodes, actual):
        expected = layers.expected[node.output[0]]
        if result.dtype == expected.dtype and np.array_equal(result, expected):
            continue
        failures += 1
        shapes = [layers.inputs[name].shape for name in node.input if name in layers.inputs]
        weight = node.input[3 if node.op_type.startswith("QLinear") else 1]
        filters = [list(w.dims) for w in layers.weights if w.name == weight]
        count = (result != expected).sum() if result.shape == expected.shape else "all"
        print(f"seed {seed}: {node.name} {shapes} {filters}: {count} of {expected.size} elements "
              "differ", [f"{a.name}={list(a.ints) or a.i}" for a in node.attribute], flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="number of the first model")
    parser.add_argument("--count", type=int, default=1, help="how many models")
    parser.add_argument("--layers", type=int, default=20, help="layers of a model")
    parser.add_argument("--options", default="",
                        help="options of cnn-run, or with --target of cnn-translate")
    parser.add_argument("--target", help="compile for this triple and run by the emulator")
    parser.add_argument("--cc", help="compiler and linker of C for the target")
    parser.add_argument("--emulator", help="what runs programs of the target")
    arguments = parser.parse_args()
    if arguments.target and not (arguments.cc and arguments.emulator):
        parser.error("--target needs --cc and --emulator")
    failures = 0
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        with tempfile.TemporaryDirectory() as folder:
            failures += check(seed, arguments, pathlib.Path(folder))
    count = arguments.count * arguments.layers
    print(f"{count - failures} of {count} layers are exact")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
