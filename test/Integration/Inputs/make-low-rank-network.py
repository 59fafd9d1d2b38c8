"""Writes a network with one layer of each kind that --low-rank treats, and images:

    make-low-rank-network.py NETWORK.onnx IMAGES.npy
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

generator = np.random.default_rng(1)
initializers = []


def make_weights(name, shape):
    fan = np.prod(shape[1:])
    weights = generator.normal(size=shape) / np.sqrt(fan)
    initializers.append(numpy_helper.from_array(weights.astype(np.float32), name))
    return name


def make_conv(name, value, shape, **attributes):
    """A convolution with bias, and a relu."""
    inputs = [value, make_weights(f"{name}.w", shape), make_weights(f"{name}.b", shape[:1])]
    return [helper.make_node("Conv", inputs, [f"{name}.y"], name=name, **attributes),
            helper.make_node("Relu", [f"{name}.y"], [name], name=f"{name}.relu")]


def main(network, images):
    nodes = [
        *make_conv("plain", "image", (10, 6, 3, 3), strides=[2, 1], pads=[1, 0, 0, 2]),
        *make_conv("grouped", "plain", (12, 5, 3, 3), group=2, dilations=[1, 2], pads=[1, 2, 1, 2]),
        *make_conv("depthwise", "grouped", (12, 1, 3, 3), group=12, pads=[1, 1, 1, 1]),
        *make_conv("long", "depthwise", (16, 12, 5, 3), pads=[2, 1, 2, 1]),
        *make_conv("pointwise", "long", (8, 16, 1, 1), strides=[2, 2]),
        helper.make_node("Flatten", ["pointwise"], ["flat"]),
        helper.make_node("Gemm", ["flat", make_weights("fc.w", (20, 96)), make_weights("fc.b", (20,))],
                         ["fc.y"], name="fc", transB=1),
        helper.make_node("Relu", ["fc.y"], ["fc"], name="fc.relu"),
        helper.make_node("MatMul", ["fc", make_weights("product.w", (20, 12))], ["scores"], name="product"),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "layers", [value("image", TensorProto.FLOAT, [1, 6, 12, 8])],
                              [value("scores", TensorProto.FLOAT, [1, 12])], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, network)
    # Channels are alike, as those of pictures are.
    common = generator.normal(size=(40, 1, 12, 8))
    own = generator.normal(size=(40, 6, 12, 8))
    np.save(images, (common + 0.3 * own).astype(np.float32))


main(*sys.argv[1:])
