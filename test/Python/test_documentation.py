"""The programs in docs/Python.md and README.md run as they stand there."""

import os
import re
import shutil
import warnings

import numpy
import pytest

import cnnc


def read_programs(path):
    with open(path) as file:
        return re.findall(r"^```python\n(.*?)^```", file.read(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["docs/Python.md", "README.md"])
def test_programs_run(source, lenet_file, tmp_path, monkeypatch, name):
    programs = read_programs(os.path.join(source, name))
    assert programs
    shutil.copy(lenet_file, tmp_path / "model.onnx")
    monkeypatch.chdir(tmp_path)
    images = numpy.random.default_rng(0).random((16, 1, 28, 28), dtype=numpy.float32)
    # What one program defines the next may use, as a reader does.
    names = {"images": images, "image": images[:1]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for program in programs:
            if "import pandas" in program:
                pytest.importorskip("pandas")
            exec(compile(program, name, "exec"), names)
    assert names["network"](images[:1]).shape == (1, 10)


def test_everything_public_is_documented():
    for name in cnnc.__all__:
        thing = getattr(cnnc, name)
        assert thing.__doc__, name
        if isinstance(thing, type):
            for attribute, value in vars(thing).items():
                if not attribute.startswith("_") and (callable(value) or isinstance(value, property)):
                    assert value.__doc__, f"{name}.{attribute}"
