"""Writes a network with every kind of layer that can be computed in float16:
python make-half-network.py float16|float32 MODEL.onnx"""

import sys

import numpy
import onnx
from onnx import helper, numpy_helper

ELEMENT = sys.argv[1]
random = numpy.random.default_rng(1)
nodes, weights = [], []


def add_constant(values):
    name = f"w{len(weights)}"
    weights.append(numpy_helper.from_array(numpy.asarray(values, ELEMENT), name))
    return name


def add_weights(*shape, fans):
    return add_constant(random.standard_normal(shape) / numpy.sqrt(fans))


def add(operator, inputs, **attributes):
    nodes.append(helper.make_node(operator, inputs, [f"v{len(nodes)}"], **attributes))
    return nodes[-1].output[0]


def conv(x, inputs, outputs, taps=3, groups=1, **attributes):
    inputs //= groups
    w = add_weights(outputs, inputs, taps, taps, fans=inputs * taps * taps)
    bias = add_weights(outputs, fans=100)
    pads = [taps // 2] * 4
    return add("Conv", [x, w, bias], group=groups, pads=pads, **attributes)


def activate(x, operator):
    return add(operator, [x])


x = activate(conv("x", 3, 20, strides=[2, 2]), "Relu")
# Groups of 4, one channel, two outputs of each, and 12 in a group.
x = conv(x, 20, 40, groups=5)
x = activate(conv(x, 40, 40, groups=40), "Sigmoid")
x = conv(x, 40, 80, groups=40)
x = activate(conv(x, 80, 96, taps=1), "HardSwish")
x = conv(x, 96, 96, groups=8)
# Sums of so many products that they have parts, in a filter that has slabs.
wide = activate(conv(x, 96, 200), "Relu")
x = add("Add", [conv(wide, 200, 200), wide])
x = add("Mul", [x, activate(conv(x, 200, 200, taps=1), "Tanh")])
x = add("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
pooled = add("AveragePool", [x], kernel_shape=[3, 3], pads=[1, 1, 1, 1])
x = add("Concat", [x, conv(pooled, 200, 56, taps=1, strides=[1, 1])], axis=1)
x = add("ConvTranspose", [x, add_weights(256, 30, 2, 2, fans=256)], strides=[2, 2])
# Rows of 30 channels as a sequence of 144.
rows = add("Reshape", [x, "rows"])
rows = add("Transpose", [rows], perm=[0, 2, 1])
rows = add("MatMul", [rows, add_weights(30, 300, fans=30)])
rows = add("MatMul", [rows, add_weights(300, 37, fans=300)])
scores = add("Softmax", [add("MatMul", [rows, add("Transpose", [rows], perm=[0, 2, 1])])], axis=2)
rows = add("MatMul", [scores, rows])
x = add("Concat", [add("Reshape", [rows, "image"]), add("GlobalAveragePool", [x])], axis=1)
x = add("Flatten", [x])
x = add("Gemm", [x, add_weights(10, 37 * 144 + 30, fans=500)], transB=1)
nodes[-1].output[0] = "y"

weights.append(numpy_helper.from_array(numpy.array([1, 30, 144]), "rows"))
weights.append(numpy_helper.from_array(numpy.array([1, 37 * 144, 1, 1]), "image"))
element = getattr(onnx.TensorProto, ELEMENT.upper().replace("FLOAT32", "FLOAT"))
graph = helper.make_graph(
    nodes,
    "half",
    [helper.make_tensor_value_info("x", element, [1, 3, 23, 24])],
    [helper.make_tensor_value_info("y", element, [1, 10])],
    weights,
)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), sys.argv[2])
