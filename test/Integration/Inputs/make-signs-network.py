"""Writes a network with convolutions of many shapes, whose activations can
become signs: python make-signs-network.py MODEL.onnx"""

import sys

import numpy
import onnx
from onnx import helper, numpy_helper

random = numpy.random.default_rng(1)
nodes, weights = [], []


def add(operator, inputs, **attributes):
    nodes.append(helper.make_node(operator, inputs, [f"v{len(nodes)}"], **attributes))
    return nodes[-1].output[0]


def conv(x, inputs, outputs, taps, **attributes):
    values = random.standard_normal((outputs, inputs, taps, taps)) / numpy.sqrt(inputs * taps**2)
    name = f"w{len(weights)}"
    weights.append(numpy_helper.from_array(values.astype("float32"), name))
    return add("Conv", [x, name], name=f"conv{len(weights)}", **attributes)


# Half of the signs behind a relu are zeros.
x = add("Relu", [conv("x", 30, 64, 3, pads=[1, 1, 1, 1])])
x = conv(x, 64, 93, 3, pads=[1, 0, 2, 1], strides=[2, 1])
x = conv(x, 93, 50, 5, pads=[4, 3, 1, 2], dilations=[2, 1])
x = add("Relu", [conv(x, 50, 40, 1)])
x = conv(x, 40, 129, 3, pads=[2, 2, 2, 2], strides=[1, 2])
x = conv(x, 129, 33, 1, strides=[2, 2])
nodes[-1].output[0] = "y"

graph = helper.make_graph(
    nodes,
    "signs",
    [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [2, 30, 13, 17])],
    [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)],
    weights,
)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), sys.argv[1])
