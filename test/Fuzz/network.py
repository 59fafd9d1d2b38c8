"""A network under construction: nodes are added, and their results' shapes computed."""

import dataclasses

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
TYPES = {
    "float32": TensorProto.FLOAT,
    "float16": TensorProto.FLOAT16,
    "float64": TensorProto.DOUBLE,
    "uint8": TensorProto.UINT8,
    "int8": TensorProto.INT8,
}


@dataclasses.dataclass(frozen=True)
class Value:
    """A tensor of the network. The first extent is the batch's, 1 or more."""

    name: str
    shape: tuple

    @property
    def channels(self):
        return self.shape[1]

    @property
    def extents(self):
        return self.shape[2:]

    @property
    def size(self):
        return int(np.prod(self.shape))


class Network:
    def __init__(self, random, type_name, has_dynamic_batch):
        self.random = random
        self.type = np.dtype(type_name)
        self.has_dynamic_batch = has_dynamic_batch
        self.nodes, self.constants = [], []
        self.inputs, self.values = [], []

    def add_input(self, shape):
        value = Value(f"input_{len(self.inputs)}", tuple(shape))
        self.inputs.append(value)
        self.values.append(value)
        return value

    def add_constant(self, array):
        """The name of a constant of the network."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def add_weights(self, shape, scale=1.0, offset=0.0):
        values = self.random.uniform(-1, 1, shape) * scale + offset
        return self.add_constant(values.astype(self.type))

    def add_matrix(self, shape, scale):
        """Weights of a layer that may skip zeros, which some networks have many of."""
        values = self.random.uniform(-1, 1, shape) * scale
        if self.random.random() < 0.4:
            density = self.random.choice([0.02, 0.1, 0.3, 0.6])
            values[self.random.random(shape) >= density] = 0
        return self.add_constant(values.astype(self.type))

    def add(self, operator, inputs, shape, is_hidden=False, **attributes):
        """Adds a node; inputs are values, names of constants, or "" for none. What is hidden
        is of another type than the network and never becomes an output."""
        value = Value(f"{operator}_{len(self.nodes)}", tuple(map(int, shape)))
        names = [getattr(item, "name", item) for item in inputs]
        attributes = {key: item for key, item in attributes.items() if item is not None}
        self.nodes.append(
            helper.make_node(operator, names, [value.name], name=value.name, **attributes)
        )
        if not is_hidden:
            self.values.append(value)
        return value

    def reshape(self, value, extents):
        """To the same batch and these extents."""
        target = self.add_constant(np.array([0, *extents], np.int64))
        return self.add("Reshape", [value, target], (value.shape[0], *extents))

    def transpose(self, value, order):
        return self.add("Transpose", [value], [value.shape[i] for i in order], perm=order)

    def is_named(self, operator):
        """Whether the last node is one of `operator`."""
        return bool(self.nodes) and self.nodes[-1].op_type == operator

    def make_model(self, outputs):
        """The network that computes `outputs`, without the nodes they do not need."""
        return make_model(self, self.nodes, self.inputs, outputs)


def make_model(network, nodes, inputs, outputs):
    needed = {value.name for value in outputs}
    kept = []
    for node in reversed(nodes):
        if node.output[0] in needed:
            kept.insert(0, node)
            needed.update(node.input)
    inputs = [value for value in inputs if value.name in needed]
    element = TYPES[network.type.name]
    batch = ["N"] if network.has_dynamic_batch else []

    def describe(value):
        shape = [*batch, *value.shape[len(batch):]]
        return helper.make_tensor_value_info(value.name, element, shape)

    graph = helper.make_graph(
        kept,
        "random",
        [describe(value) for value in inputs],
        [describe(value) for value in outputs],
        [constant for constant in network.constants if constant.name in needed],
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)],
        ir_version=8,
    )
    return model, inputs
