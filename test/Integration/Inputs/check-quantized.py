"""Compares random quantized layers in both engines with exact arithmetic, bit for bit.

usage: check-quantized.py folder [option of cnn-run...]

The oracle is numpy: integers of 64 bits, and float32 one operation at a time, as
docs/Quantization.md says. Prints one line per layer that differs.
"""

import os
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT = np.float32
ELEMENTS = {np.uint8: TensorProto.UINT8, np.int8: TensorProto.INT8,
            np.int16: TensorProto.INT16, np.int32: TensorProto.INT32, np.uint32: TensorProto.UINT32,
            np.int64: TensorProto.INT64, FLOAT: TensorProto.FLOAT}


def saturate(numbers, zero_point):
    limits = np.iinfo(zero_point.dtype)
    rounded = np.rint(numbers).astype(np.float64) + zero_point.astype(np.float64)
    return np.clip(rounded, limits.min, limits.max).astype(zero_point.dtype)


def quantize(x, scale, zero_point):
    return saturate((x / scale).astype(FLOAT), zero_point)


def dequantize(x, scale, zero_point):
    difference = x.astype(np.int64) - zero_point.astype(np.int64)
    return difference.astype(FLOAT) * scale


def requantize(accumulator, x_scale, w_scale, y_scale, zero_point):
    accumulator = accumulator.astype(np.int32)  # wraps
    multiplier = FLOAT(x_scale * w_scale) / y_scale
    return saturate(accumulator.astype(FLOAT) * multiplier.astype(FLOAT), zero_point)


def convolve(x, w, strides, pads, dilations, groups):
    """The convolution of integers of 64 bits, padded with zeros."""
    rank = x.ndim - 2
    x = np.pad(x, [(0, 0), (0, 0)] + [(pads[i], pads[i + rank]) for i in range(rank)])
    reach = [(w.shape[2 + i] - 1) * dilations[i] + 1 for i in range(rank)]
    shape = [(x.shape[2 + i] - reach[i]) // strides[i] + 1 for i in range(rank)]
    y = np.zeros([x.shape[0], w.shape[0], *shape], np.int64)
    inputs, outputs = w.shape[1], w.shape[0] // groups
    for group in range(groups):
        part = x[:, group * inputs:(group + 1) * inputs]
        filters = w[group * outputs:(group + 1) * outputs]
        for tap in np.ndindex(*w.shape[2:]):
            box = tuple(
                slice(t * d, t * d + (n - 1) * s + 1, s)
                for t, d, n, s in zip(tap, dilations, shape, strides)
            )
            y[:, group * outputs:(group + 1) * outputs] += np.einsum(
                "nc...,oc->no...", part[(slice(None), slice(None), *box)],
                filters[(slice(None), slice(None), *tap)])
    return y


class Layers:
    """A model of layers without connections, its inputs and what it should compute."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.graph_inputs, self.weights = [], [], []
        self.inner = []  # nodes whose results only layers use
        self.inputs, self.expected = {}, {}

    def integers(self, shape, element):
        limits = np.iinfo(element)
        return self.random.integers(limits.min, limits.max + 1, shape).astype(element)

    def element(self):
        return [np.uint8, np.int8][self.random.integers(2)]

    def scale(self, shape=()):
        return np.exp(self.random.uniform(-6, -2, shape)).astype(FLOAT)

    def pick(self, low, high, count=None):
        values = self.random.integers(low, high + 1, count)
        return int(values) if count is None else [int(value) for value in values]

    def input(self, values):
        name = f"x{len(self.inputs)}"
        self.inputs[name] = values
        element = ELEMENTS[values.dtype.type]
        self.graph_inputs.append(helper.make_tensor_value_info(name, element, values.shape))
        return name

    def weight(self, values):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def add(self, operator, operands, expected, domain="", **attributes):
        name = f"{operator}_{len(self.expected)}"
        self.expected[name] = expected
        self.nodes.append(helper.make_node(operator, operands, [name], name, domain=domain,
                                           **attributes))

    def add_conv(self, operator):
        rank, groups = self.pick(1, 3), self.pick(1, 3)
        taps, strides = self.pick(1, 3, rank), self.pick(1, 3, rank)
        dilations, pads = self.pick(1, 2, rank), self.pick(0, 2, 2 * rank)
        extents = [(t - 1) * d + self.pick(1, 9) for t, d in zip(taps, dilations)]
        inputs, outputs = self.pick(1, 5), self.pick(1, 7) * groups
        if self.random.integers(3) == 0:
            inputs, outputs, groups = 1, self.pick(8, 20), 0
            groups = outputs
        x = self.integers([self.pick(1, 2), inputs * groups, *extents], self.element())
        w = self.integers([outputs, inputs, *taps], self.element())
        x_zero = self.integers([], x.dtype)
        w_zero = self.integers([outputs] if self.pick(0, 1) else [], w.dtype)
        difference = w.astype(np.int64) - w_zero.astype(np.int64).reshape(
            [-1] + [1] * (w.ndim - 1))
        total = convolve(x.astype(np.int64) - int(x_zero), difference, strides, pads,
                         dilations, groups)
        window = dict(strides=strides, pads=pads, dilations=dilations, group=groups)
        if operator == "ConvInteger":
            operands = [self.input(x), self.weight(w), self.weight(x_zero), self.weight(w_zero)]
            return self.add(operator, operands, total.astype(np.int32), **window)
        bias = self.random.integers(-30000, 30000, outputs).astype(np.int32)
        total += bias.reshape([-1] + [1] * rank)
        x_scale, w_scale = self.scale(), self.scale([outputs])
        spread = FLOAT(total.std() + 1) * x_scale * w_scale.mean()
        y_scale, y_zero = FLOAT(spread / 40), self.integers([], self.element())
        operands = [self.input(x)] + [
            self.weight(value) for value in
            [x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, bias]]
        aligned = w_scale.reshape([-1] + [1] * rank)
        expected = requantize(total, x_scale, aligned, y_scale, y_zero)
        return self.add(operator, operands, expected, **window)

    def add_matmul(self, operator):
        rows, inner, columns = self.pick(1, 5), self.pick(1, 40), self.pick(1, 40)
        batch = [[], [2], [2, 3]][self.pick(0, 2)]
        a = self.integers([*batch, rows, inner], self.element())
        b = self.integers([*batch[:self.pick(0, 1) * 9], inner, columns], self.element())
        b_zero = self.integers([columns] if columns > 1 else [], b.dtype)
        a_zero = self.integers([], a.dtype)
        total = np.matmul(a.astype(np.int64) - int(a_zero),
                          b.astype(np.int64) - b_zero.astype(np.int64))
        if operator == "MatMulInteger":
            operands = [self.input(a), self.weight(b), self.weight(a_zero), self.weight(b_zero)]
            return self.add(operator, operands, total.astype(np.int32))
        a_scale, b_scale = self.scale(), self.scale(b_zero.shape)
        y_scale = FLOAT((total.std() + 1) * a_scale * b_scale.mean() / 40)
        y_zero = self.integers([], self.element())
        expected = requantize(total, a_scale, b_scale, y_scale, y_zero)
        operands = [self.input(a)] + [
            self.weight(value)
            for value in [a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero]]
        return self.add(operator, operands, expected)

    def add_quantize(self, _):
        channels = self.pick(2, 9)
        # Ties, and numbers beyond the range.
        x = (self.random.integers(-600, 600, [2, channels, 5]) / 2).astype(FLOAT)
        scale = np.exp2(self.random.integers(-2, 2, [channels])).astype(FLOAT)
        zero = self.integers([channels], self.element())
        y = quantize(x, scale.reshape(-1, 1), zero.reshape(-1, 1))
        self.add("QuantizeLinear", [self.input(x), self.weight(scale), self.weight(zero)], y)
        scale = self.scale([channels])
        z = dequantize(y, scale.reshape(-1, 1), zero.reshape(-1, 1))
        self.add("DequantizeLinear", [self.input(y), self.weight(scale), self.weight(zero)], z)

    def add_sum(self, operator):
        """An addition or a product, by way of floats."""
        element, shape = self.element(), [1, 8, 5, 6]
        operands, values = [], []
        for _ in range(2):
            x, scale, zero = self.integers(shape, element), self.scale(), self.integers([], element)
            operands += [self.input(x), self.weight(scale), self.weight(zero)]
            values.append(dequantize(x, scale, zero))
        result = values[0] + values[1] if operator == "QLinearAdd" else values[0] * values[1]
        scale, zero = FLOAT(result.std() / 30), self.integers([], element)
        self.add(operator, operands + [self.weight(scale), self.weight(zero)],
                 quantize(result, scale, zero), domain="com.microsoft")

    def add_mean(self, operator):
        element = self.element()
        x = self.integers([2, 5, 7, 6], element)
        x_zero, y_zero = self.integers([], element), self.integers([], element)
        x_scale, y_scale = self.scale(), FLOAT(0)
        y_scale = FLOAT(x_scale * FLOAT(0.3))
        difference = x.astype(np.int64) - int(x_zero)
        attributes = {}
        if operator == "QLinearAveragePool":
            ones = np.ones([5, 1, 3, 2], np.int64)
            pads = [1, 1, 1, 0]
            total = convolve(difference, ones, [2, 1], pads, [1, 1], 5)
            counts = convolve(np.ones_like(difference), ones, [2, 1], pads, [1, 1], 5)
            attributes = dict(kernel_shape=[3, 2], strides=[2, 1], pads=pads)
        else:
            total, counts = difference.sum((2, 3), keepdims=True), np.array(42)
        divisor = (y_scale * counts.astype(FLOAT)).astype(FLOAT)
        multiplier = (x_scale / divisor).astype(FLOAT)
        expected = saturate(total.astype(FLOAT) * multiplier, y_zero)
        operands = [self.input(x)] + [
            self.weight(value) for value in [x_scale, x_zero, y_scale, y_zero]]
        self.add(operator, operands, expected, domain="com.microsoft", **attributes)

    def add_function(self, operator):
        element = self.element()
        x, x_scale, x_zero = self.integers([2, 3, 50], element), self.scale(), self.integers([], element)
        value = dequantize(x, x_scale, x_zero)
        attributes = {}
        if operator == "QLinearLeakyRelu":
            alpha = FLOAT(0.07)
            y_scale, y_zero = FLOAT(value.std() / 30), self.integers([], element)
            value = np.where(value < 0, value * alpha, value)
            attributes = dict(alpha=float(alpha))
        else:
            y_scale, y_zero = FLOAT(1 / 256), np.array(np.iinfo(element).min, element)
            value = (1 / (1 + np.exp(-value.astype(np.float64)))).astype(FLOAT)
        operands = [self.input(x)] + [
            self.weight(number) for number in [x_scale, x_zero, y_scale, y_zero]]
        self.add(operator, operands, quantize(value, y_scale, y_zero), domain="com.microsoft",
                 **attributes)

    def add_concat(self, operator):
        element = self.element()
        y_scale, y_zero = self.scale(), self.integers([], element)
        operands, parts = [self.weight(y_scale), self.weight(y_zero)], []
        for channels in (2, 3, 5):
            x, scale, zero = self.integers([1, channels, 4], element), self.scale(), self.integers([], element)
            operands += [self.input(x), self.weight(scale), self.weight(zero)]
            parts.append(quantize(dequantize(x, scale, zero), y_scale, y_zero))
        self.add(operator, operands, np.concatenate(parts, 1), domain="com.microsoft", axis=1)

    def add_gemm(self, operator):
        a, b = self.integers([4, 20], self.element()), self.integers([9, 20], np.int8)
        a_zero, b_zero = self.integers([], a.dtype), self.integers([9], np.int8)
        bias = self.random.integers(-30000, 30000, 9).astype(np.int32)
        total = (a.astype(np.int64) - int(a_zero)) @ (b.astype(np.int64) - b_zero.reshape(-1, 1)).T + bias
        a_scale, b_scale = self.scale(), self.scale([9])
        y_scale = FLOAT((total.std() + 1) * a_scale * b_scale.mean() / 40)
        y_zero = self.integers([], a.dtype)
        operands = [self.input(a)] + [
            self.weight(value)
            for value in [a_scale, a_zero, b, b_scale, b_zero, bias, y_scale, y_zero]]
        self.add(operator, operands, requantize(total, a_scale, b_scale, y_scale, y_zero),
                 domain="com.microsoft", transB=1)

    def add_max_pool(self, operator):
        x = self.integers([2, 3, 8, 7], self.element())
        # With ceil_mode a last window reaches one row beyond the pads.
        low, window = np.iinfo(x.dtype).min, [3, 2]
        padded = np.pad(x, [(0, 0), (0, 0), (1, 2), (1, 0)], constant_values=low)
        windows = np.lib.stride_tricks.sliding_window_view(padded, window, (2, 3))
        self.add(operator, [self.input(x)], windows[:, :, ::2, ::1].max((4, 5)),
                 kernel_shape=window, strides=[2, 1], pads=[1, 1, 1, 0], ceil_mode=1)

    def add_wide(self, _):
        """Products and moves of wider integers."""
        for element in [np.int32, np.uint32, np.int64]:
            a, b = self.integers([2, 3, 5], element), self.integers([5, 9], element)
            self.add("MatMul", [self.input(a), self.input(b)], np.matmul(a, b))
        a, b, c = (self.integers(shape, np.int32) for shape in [[5, 3], [7, 5], [7]])
        self.add("Gemm", [self.input(a), self.weight(b), self.weight(c)], a.T @ b.T + c,
                 transA=1, transB=1)
        x = self.integers([1, 8, 2, 3], self.element())
        y = x.reshape(1, 2, 2, 2, 2, 3).transpose(0, 3, 4, 1, 5, 2).reshape(1, 2, 4, 6)
        self.add("DepthToSpace", [self.input(x)], y, blocksize=2)
        self.add("SpaceToDepth", [self.input(y)], x, blocksize=2)

    def save(self, folder):
        outputs = [
            helper.make_tensor_value_info(name, ELEMENTS[value.dtype.type], value.shape)
            for name, value in self.expected.items()]
        graph = helper.make_graph(self.inner + self.nodes, "layers", self.graph_inputs, outputs,
                                  self.weights)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/model.onnx", "wb") as file:
            file.write(helper.make_model(graph, opset_imports=opsets,
                                         ir_version=10).SerializeToString())
        for name, value in self.inputs.items():
            np.save(f"{folder}/{name}.npy", value)


def run(layers, folder, options):
    """The names of the layers that differ."""
    inputs = [f"--input={name}={folder}/{name}.npy" for name in layers.inputs]
    subprocess.run(["cnn-run", f"{folder}/model.onnx", f"--output-dir={folder}/out", *inputs,
                    *options], check=True)
    differing = []
    for name, expected in layers.expected.items():
        actual = np.load(f"{folder}/out/{name}.npy")
        if actual.dtype != expected.dtype or not np.array_equal(actual, expected):
            count = (actual != expected).sum() if actual.shape == expected.shape else "all"
            differing.append(f"{name}: {count} of {expected.size} elements")
    return differing


def main():
    folder, *options = sys.argv[1:]
    kinds = [("add_conv", "QLinearConv", 8), ("add_conv", "ConvInteger", 3),
             ("add_matmul", "QLinearMatMul", 3), ("add_matmul", "MatMulInteger", 2),
             ("add_quantize", "", 1), ("add_sum", "QLinearAdd", 1), ("add_sum", "QLinearMul", 1),
             ("add_mean", "QLinearGlobalAveragePool", 1), ("add_mean", "QLinearAveragePool", 1),
             ("add_function", "QLinearLeakyRelu", 1), ("add_function", "QLinearSigmoid", 1),
             ("add_concat", "QLinearConcat", 1), ("add_gemm", "QGemm", 1),
             ("add_max_pool", "MaxPool", 1), ("add_wide", "", 1)]
    count = failures = 0
    for seed in range(8):
        layers = Layers(seed)
        for method, operator, times in kinds:
            for _ in range(times):
                getattr(layers, method)(operator)
        layers.save(f"{folder}/{seed}")
        for engine in ["--engine=reference", "--engine=compiled"]:
            differing = run(layers, f"{folder}/{seed}", [engine, *options])
            for line in differing:
                print(f"seed {seed}, {engine}: {line}")
            count += len(layers.expected)
            failures += len(differing)
    print(f"{count - failures} of {count} results are exact")


if __name__ == "__main__":
    main()
