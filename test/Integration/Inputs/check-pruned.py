"""Networks with fewer channels: writes one, and compares what is made of it.

check-pruned.py write FOLDER      writes model.onnx, images.npy and x.npy
check-pruned.py check FOLDER A B  A.onnx and B.onnx are valid, A is smaller, and the outputs in folders A and B equal
check-pruned.py zeros FOLDER A    A.onnx has convolutions with two weights of four
"""

import os
import sys

import numpy
import onnx
from onnx import helper, numpy_helper

random = numpy.random.default_rng(7)
nodes, weights = [], []


def add_weight(*shape):
    name = f"w{len(weights)}"
    scale = numpy.sqrt(1 / numpy.prod(shape[1:])) if len(shape) > 1 else 0.5
    values = (random.standard_normal(shape) * scale).astype("f")
    weights.append(numpy_helper.from_array(values, name))
    return name


def add(op, inputs, **attributes):
    name = f"{op.lower()}{len(nodes)}"
    nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
    return name


def conv(x, shape, **attributes):
    return add("Conv", [x, add_weight(*shape), add_weight(shape[0])], **attributes)


def write(folder):
    """A sum, a concatenation, a depthwise and a grouped convolution, a padded shortcut and a flatten."""
    x = add("Relu", [conv("x", (8, 3, 3, 3), pads=[1] * 4)])
    y = add("Relu", [conv(x, (12, 8, 3, 3), pads=[1] * 4)])
    y = add("HardSwish", [conv(y, (12, 1, 3, 3), pads=[1] * 4, group=12)])
    x = add("Add", [x, conv(y, (8, 12, 1, 1))])
    a = add("Relu", [conv(x, (4, 8, 1, 1))])
    b = add("Sigmoid", [conv(x, (8, 4, 3, 3), pads=[1] * 4, group=2)])
    x = add("Concat", [a, b], axis=1)
    x = add("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2])
    pads = numpy_helper.from_array(numpy.array([0, 2, 0, 0, 0, 2, 0, 0]), "pads")
    weights.append(pads)
    shortcut = add("Pad", [x, "pads"])
    x = add("Add", [shortcut, conv(x, (16, 12, 3, 3), pads=[1] * 4)])
    x = add("Flatten", [x], axis=1)
    x = add("Relu", [add("Gemm", [x, add_weight(10, 256), add_weight(10)], transB=1)])
    add("Gemm", [x, add_weight(10, 5), add_weight(5)])
    value = lambda name, shape: helper.make_tensor_value_info(name, 1, shape)
    graph = helper.make_graph(
        nodes, "pruned", [value("x", [1, 3, 8, 8])], [value(nodes[-1].output[0], [1, 5])], weights
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, os.path.join(folder, "model.onnx"))
    images = random.standard_normal((20, 3, 8, 8)).astype("f")
    numpy.save(os.path.join(folder, "images.npy"), images)
    numpy.save(os.path.join(folder, "x.npy"), images[:1])


def check(folder, smaller, larger):
    models = [onnx.load(os.path.join(folder, name + ".onnx")) for name in (smaller, larger)]
    results = []
    for name, model in zip((smaller, larger), models):
        onnx.checker.check_model(model, full_check=True)
        (output,) = os.listdir(os.path.join(folder, name))
        results.append(numpy.load(os.path.join(folder, name, output)))
    numpy.testing.assert_allclose(*results, rtol=1e-4, atol=1e-5)
    small, large = (sum(numpy_helper.to_array(w).size for w in m.graph.initializer) for m in models)
    assert small < 0.6 * large, (small, large)
    print("same numbers with", small, "weights of", large)


def zeros(folder, name):
    """Every dense layer has at most two of four inputs per output and tap."""
    model = onnx.load(os.path.join(folder, name + ".onnx"))
    patterns = 0
    for weight in map(numpy_helper.to_array, model.graph.initializer):
        if weight.ndim == 4 and weight.shape[1] % 4 == 0:
            groups = weight.reshape(weight.shape[0], -1, 4, *weight.shape[2:])
            assert (numpy.count_nonzero(groups, axis=2) <= 2).all()
            patterns += 1
    assert patterns >= 5, patterns
    print("half of the weights are zero")


{"write": write, "check": check, "zeros": zeros}[sys.argv[1]](*sys.argv[2:])
