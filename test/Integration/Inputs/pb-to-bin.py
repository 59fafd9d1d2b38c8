"""Writes the elements of a TensorProto file as raw bytes: pb-to-bin.py IN.pb OUT.bin"""

import sys

import onnx
from onnx import numpy_helper

tensor = onnx.TensorProto()
with open(sys.argv[1], "rb") as file:
    tensor.ParseFromString(file.read())
numpy_helper.to_array(tensor).tofile(sys.argv[2])
