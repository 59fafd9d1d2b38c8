"""Writes a network with every kind of layer whose weights can be stored in
fewer bits: python make-weights-network.py MODEL.onnx"""

import sys

import numpy
import onnx
from onnx import helper, numpy_helper

random = numpy.random.default_rng(1)
nodes, weights = [], []


def add_weights(*shape):
    # Channels differ in magnitude, and so in scale.
    fans = numpy.prod(shape[1:])
    values = random.standard_normal(shape) / numpy.sqrt(fans)
    values *= random.uniform(0.1, 2, (shape[0],) + (1,) * (len(shape) - 1))
    name = f"w{len(weights)}"
    weights.append(numpy_helper.from_array(values.astype("float32"), name))
    return name


def add(operator, inputs, **attributes):
    nodes.append(helper.make_node(operator, inputs, [f"v{len(nodes)}"], **attributes))
    return nodes[-1].output[0]


def conv(x, inputs, outputs, taps=3, groups=1, **attributes):
    w = add_weights(outputs, inputs // groups, taps, taps)
    pad = [taps // 2] * 4
    return add("Conv", [x, w], group=groups, pads=pad, **attributes)


x = conv("x", 3, 20)
x = add("Relu", [conv(x, 20, 40, groups=4)])
x = conv(x, 40, 40, groups=40)
x = conv(x, 40, 80, groups=40)
x = add("Relu", [conv(x, 80, 96, taps=1, strides=[2, 2])])
x = conv(x, 96, 96, groups=3)
x = conv(x, 96, 96, groups=12)
x = add("Flatten", [add("GlobalAveragePool", [x])])
x = add("Relu", [add("Gemm", [x, add_weights(75, 96)], transB=1)])
x = add("Gemm", [x, add_weights(75, 33)], alpha=0.5)
x = add("MatMul", [x, add_weights(33, 270)])
nodes[-1].output[0] = "y"

graph = helper.make_graph(
    nodes,
    "weights",
    [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [2, 3, 9, 11])],
    [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [2, 270])],
    weights,
)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), sys.argv[1])
