"""Writes layers whose weights are mostly zeros: make-sparse-layers.py FILE.onnx

Each layer has an input and an output of its own. Extents are odd, so that channels, pixels and
products of an output are seldom whole vectors or tiles.
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Layers:
    def __init__(self):
        self.random = np.random.default_rng(3)
        self.nodes, self.constants, self.inputs, self.outputs = [], [], [], []

    def add_input(self, shape):
        name = f"x{len(self.inputs)}"
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    def add_constant(self, array):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def add_weights(self, shape, density):
        weights = self.random.uniform(-1, 1, shape).astype(np.float32)
        weights[self.random.random(shape) >= density] = 0
        return self.add_constant(weights)

    def add_bias(self, outputs):
        return self.add_constant(self.random.uniform(-1, 1, outputs).astype(np.float32))

    def add(self, operator, inputs, **attributes):
        name = f"{operator}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def finish(self, result, activation=None):
        if activation:
            result = self.add(activation, [result])
        self.outputs.append(helper.make_tensor_value_info(result, TensorProto.FLOAT, None))

    def conv(self, x, inputs, outputs, density, has_bias=True, **attributes):
        operands = [x, self.add_weights((outputs, inputs, 1, 1), density)]
        return self.add("Conv", operands + [self.add_bias(outputs)] * has_bias, **attributes)

    def save(self, path):
        graph = helper.make_graph(self.nodes, "layers", self.inputs, self.outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)])
        model.ir_version = 8
        onnx.save(model, path)


def add_convolutions(layers):
    # Input, output channels, part of the weights that is not zero, and what follows.
    for shape, outputs, density, activation in [
            ((1, 19, 5, 7), 37, 0.2, "Relu"), ((1, 64, 14, 14), 48, 0.1, None),
            ((3, 8, 1, 3), 8, 0.5, "Sigmoid"), ((1, 128, 7, 7), 130, 0.05, "Relu"),
            ((2, 5, 30, 31), 9, 0.9, "Tanh"), ((1, 24, 33, 35), 40, 0.15, "HardSwish"),
            ((1, 32, 8, 8), 16, 0, "Relu"), ((1, 70, 1, 1), 33, 0.3, "Sigmoid")]:
        layers.finish(layers.conv(layers.add_input(shape), shape[1], outputs, density), activation)
    # A function that is not finite where lanes have no channel.
    x = layers.conv(layers.add_input((1, 20, 9, 9)), 20, 11, 0.3, has_bias=False)
    layers.finish(layers.add("Reciprocal", [layers.add("Exp", [x])]))
    x = layers.add_input((1, 33, 9, 11))
    layers.finish(layers.add("Add", [layers.conv(x, 33, 33, 0.2), x]), "Relu")
    layers.finish(layers.conv(layers.add_input((1, 32, 15, 13)), 32, 40, 0.1, strides=[2, 2]), "Relu")


def add_views(layers):
    """Images that are parts of larger ones."""
    x = layers.add("Relu", [layers.conv(layers.add_input((1, 24, 12, 13)), 24, 32, 0.2)])
    limits = [layers.add_constant(np.array(values, np.int64)) for values in ([1, 2], [9, 11], [2, 3])]
    x = layers.add("Slice", [x, *limits])
    layers.finish(layers.conv(x, 32, 30, 0.2), "Relu")
    x = layers.add_input((1, 16, 10, 9))
    parts = [layers.conv(x, 16, 32, 0.2), layers.conv(x, 16, 64, 0.1)]
    layers.finish(layers.add("Concat", parts, axis=1), "Relu")


def add_products(layers):
    for rows, inputs, outputs, density, activation in [
            (1, 300, 77, 0.1, "Sigmoid"), (3, 65, 20, 0.3, "Relu"), (1, 41, 5, 0, None),
            (1, 1030, 250, 0.2, "Relu")]:
        x = layers.add_input((rows, inputs))
        weights = layers.add_weights((outputs, inputs), density)
        layers.finish(layers.add("Gemm", [x, weights, layers.add_bias(outputs)], transB=1), activation)
    x = layers.add_input((1, 90))
    layers.finish(layers.add("MatMul", [x, layers.add_weights((90, 34), 0.2)]))


def main(path):
    layers = Layers()
    add_convolutions(layers)
    add_views(layers)
    add_products(layers)
    layers.save(path)


if __name__ == "__main__":
    main(sys.argv[1])
