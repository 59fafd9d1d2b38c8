"""Copies the models of ONNX's test cases, as far as they are small, to one folder.

usage: collect-seeds.py DATA FOLDER [EVERY]
"""

import os
import pathlib
import shutil
import sys

LARGEST = 16384

data, folder = map(pathlib.Path, sys.argv[1:3])
every = int(sys.argv[3]) if len(sys.argv) > 3 else 1
os.makedirs(folder, exist_ok=True)
for model in sorted(data.glob("*/*/model.onnx"))[::every]:
    if model.stat().st_size <= LARGEST:
        shutil.copy(model, folder / f"{model.parent.name}.onnx")
