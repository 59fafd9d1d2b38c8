"""Prunes a network and lets its weights share values, without any training:
python share-weights.py MODEL.onnx SHARED.onnx DENSITY VALUES

Of each constant of at least two dimensions the largest elements stay, that part
of all, rounded to VALUES values at equal distances."""

import sys

import numpy as np
import onnx
from onnx import numpy_helper

source, target, density, count = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
model = onnx.load(source)
for tensor in model.graph.initializer:
    weights = numpy_helper.to_array(tensor).copy()
    if weights.ndim < 2:
        continue
    least = np.quantile(np.abs(weights), 1 - density)
    largest = np.abs(weights).max()
    step = 2 * largest / (count - 1)
    shared = np.rint((weights + largest) / step) * step - largest
    shared[np.abs(weights) < least] = 0
    tensor.CopyFrom(numpy_helper.from_array(shared.astype(np.float32), tensor.name))
onnx.save(model, target)
