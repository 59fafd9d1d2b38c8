"""Lets the tests import the package of the build: CNNC_BUILD names its folder."""

import os
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.normpath(os.path.join(HERE, "..", ".."))
BUILD = os.path.abspath(os.environ.get("CNNC_BUILD", os.path.join(SOURCE, "build")))
sys.path[:0] = [os.path.join(BUILD, "python"), HERE]
# Processes that tests start import it, too.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [os.path.join(BUILD, "python"), HERE, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
).rstrip(os.pathsep)


@pytest.fixture(scope="session")
def source():
    return SOURCE


@pytest.fixture(scope="session")
def build():
    return BUILD


@pytest.fixture(scope="session")
def lenet_file():
    return os.path.join(SOURCE, "examples", "lenet-mnist", "lenet.onnx")


@pytest.fixture(scope="session")
def lenet(lenet_file):
    import cnnc

    return cnnc.load(lenet_file)


@pytest.fixture(scope="session")
def network(lenet):
    return lenet.compile()


@pytest.fixture(scope="session")
def image():
    import numpy

    return numpy.random.default_rng(0).random((1, 1, 28, 28), dtype=numpy.float32)
