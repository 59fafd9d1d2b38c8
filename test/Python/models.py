"""Small ONNX models for tests."""

import numpy
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT


def make_model(nodes, inputs, outputs, constants=()):
    """A model of nodes; inputs and outputs are (name, shape) or (name, shape, type)."""

    def make_value(name, shape, kind=FLOAT):
        return helper.make_tensor_value_info(name, kind, shape)

    graph = helper.make_graph(
        nodes,
        "small",
        [make_value(*value) for value in inputs],
        [make_value(*value) for value in outputs],
        [numpy_helper.from_array(array, name) for name, array in constants],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)])


def make_convolution(batch="N", side=16):
    """3x3 convolution of an image of 3 channels, then ReLU: image -> features."""
    weights = numpy.random.default_rng(1).standard_normal((8, 3, 3, 3)).astype("float32")
    nodes = [
        helper.make_node("Conv", ["image", "weights"], ["sums"], name="conv", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["sums"], ["features"], name="relu"),
    ]
    return make_model(
        nodes,
        [("image", [batch, 3, side, side])],
        [("features", [batch, 8, side, side])],
        [("weights", weights)],
    )


def make_two(batch="N"):
    """left, right -> sum, difference"""
    nodes = [
        helper.make_node("Add", ["left", "right"], ["sum"], name="add"),
        helper.make_node("Sub", ["left", "right"], ["difference"], name="sub"),
    ]
    return make_model(
        nodes,
        [("left", [batch, 4]), ("right", [batch, 4])],
        [("sum", [batch, 4]), ("difference", [batch, 4])],
    )


def make_cast(source, target, shape=(2, 3)):
    """x -> y of another type."""
    node = helper.make_node("Cast", ["x"], ["y"], to=target)
    return make_model([node], [("x", shape, source)], [("y", shape, target)])
