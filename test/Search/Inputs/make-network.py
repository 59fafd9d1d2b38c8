"""A classifier whose layers are nearly of low rank, and 48 images for it:
make-network.py NETWORK IMAGES"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

generator = np.random.default_rng(3)


def make_weights(name, outputs, inputs, taps, rank):
    """A matrix of `rank`, and a little of everything."""
    columns = inputs * taps * taps
    weights = generator.normal(size=(outputs, rank)) @ generator.normal(size=(rank, columns))
    weights += 0.05 * generator.normal(size=weights.shape)
    weights /= np.sqrt(columns * rank)
    return numpy_helper.from_array(
        weights.reshape(outputs, inputs, taps, taps).astype(np.float32), name)


def main():
    network, images = sys.argv[1:]
    weights = [make_weights("first", 16, 3, 3, 4), make_weights("second", 32, 16, 3, 4),
               make_weights("last", 10, 32, 1, 10)]
    nodes = [helper.make_node("Conv", ["x", "first"], ["a"], name="conv1", pads=[1, 1, 1, 1]),
             helper.make_node("Relu", ["a"], ["b"], name="relu1"),
             helper.make_node("Conv", ["b", "second"], ["c"], name="conv2", pads=[1, 1, 1, 1]),
             helper.make_node("Relu", ["c"], ["d"], name="relu2"),
             helper.make_node("Conv", ["d", "last"], ["e"], name="conv3"),
             helper.make_node("GlobalAveragePool", ["e"], ["f"], name="mean"),
             helper.make_node("Flatten", ["f"], ["scores"], name="scores")]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "network", [value("x", TensorProto.FLOAT, [1, 3, 8, 8])],
                              [value("scores", TensorProto.FLOAT, [1, 10])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.save(model, network)
    smooth = generator.normal(size=(48, 3, 1, 1)) + 0.5 * generator.normal(size=(48, 3, 8, 8))
    np.save(images, smooth.astype(np.float32))


main()
