"""Writes a network whose weights, 0 to 399, are too many to be printed: make-weights.py FILE"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

weights = numpy_helper.from_array(np.arange(400, dtype=np.float32).reshape(20, 20), "ramp")
bias = numpy_helper.from_array(np.array([1, 2], np.float32).reshape(2, 1), "bias")
graph = helper.make_graph(
    [
        helper.make_node("MatMul", ["x", "ramp"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["y"]),
    ],
    "weights",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 20])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2, 20])],
    [weights, bias],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
onnx.save(model, sys.argv[1])
