"""A few lines to write an ONNX model; what the tests of this folder build theirs with."""

import os

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper


class Model:
    """Collects inputs, weights and nodes; values are referred to by name."""

    def __init__(self, name, opset=13):
        self.name = name
        self.opset = opset
        self.inputs, self.outputs, self.initializers, self.nodes = [], [], [], []

    def input(self, name, shape, element=TensorProto.FLOAT):
        self.inputs.append(helper.make_tensor_value_info(name, element, shape))
        return name

    def weights(self, name, values):
        """An initializer; a tuple is the shape of weights that are 0, 1, 2, ..."""
        if isinstance(values, tuple):
            count = int(numpy.prod(values))
            values = numpy.arange(count, dtype=numpy.float32).reshape(values)
        self.initializers.append(numpy_helper.from_array(numpy.asarray(values), name))
        return name

    def integers(self, name, values):
        return self.weights(name, numpy.array(values, numpy.int64))

    def floats(self, name, values):
        return self.weights(name, numpy.array(values, numpy.float32))

    def node(self, operator, *inputs, name=None, outputs=None, **attributes):
        """The name of the first result, which is the node's name unless given."""
        name = name or f"{operator.lower()}{len(self.nodes)}"
        outputs = outputs or [name]
        self.nodes.append(
            helper.make_node(operator, list(inputs), outputs, name, **attributes)
        )
        return outputs[0]

    def output(self, *names):
        for name in names:
            self.outputs.append(onnx.ValueInfoProto(name=name))

    def result(self, operator, *inputs, **attributes):
        """A node whose result is an output of the graph."""
        self.output(self.node(operator, *inputs, **attributes))

    def build(self):
        graph = helper.make_graph(
            self.nodes, self.name, self.inputs, self.outputs, self.initializers
        )
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8
        )

    def save(self, folder):
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, f"{self.name}.onnx"), "wb") as file:
            file.write(self.build().SerializeToString())
