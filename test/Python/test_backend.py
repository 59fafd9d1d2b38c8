"""cnnc.backend, and ONNX's own tests of backends on it.

The cases are those of `test/Conformance`, and so is the list of what is not supported: a case that is
on it must fail. Without `-k` all of them run.
"""

import fnmatch
import os
import sys

import numpy
import onnx
import onnx.backend.test
import pytest
from onnx import helper

import cnnc.backend
from models import make_convolution, make_model, make_two

CONFORMANCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Conformance")
sys.path.append(CONFORMANCE)

import expectations  # noqa: E402

# The runner of onnx 1.12 uses a name that numpy 1.24 does not have any more.
if "object" not in vars(numpy):
    numpy.object = object

# Numbers that differ by more than the runner allows; tolerances.txt says why.
ROUNDED = ["test_cast_FLOAT_to_BFLOAT16"]


class Strict(cnnc.backend.CnncBackend):
    """Does not let the runner skip what the compiler refuses."""

    @classmethod
    def is_compatible(cls, model, device="CPU", **kwargs):
        return True


def add_cases(names):
    """The runner's test cases for the CPU, of which those on the list must fail."""
    runner = onnx.backend.test.BackendTest(Strict, __name__)
    lines = expectations.read(os.path.join(CONFORMANCE, "expected-failures.txt"))
    patterns = [entry.pattern.split("/")[1] for entry in lines] + ROUNDED
    for pattern in patterns:
        # A regular expression that matches the whole name.
        runner.xfail("^" + fnmatch.translate(pattern + "_cpu"))
    for name, case in runner.test_cases.items():
        # They have to be downloaded.
        if name == "OnnxBackendRealModelTest":
            continue
        for test in [test for test in vars(case) if test.endswith("_cuda")]:
            delattr(case, test)
        names[name] = case


add_cases(globals())


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_prepare_and_run(engine):
    rep = cnnc.backend.prepare(make_two(), engine=engine)
    left, right = numpy.ones((2, 4), "float32"), numpy.full((2, 4), 3, "float32")
    for inputs in ([left, right], (left, right), {"right": right, "left": left}):
        outputs = rep.run(inputs)
        assert (outputs[0] == 4).all() and (outputs["difference"] == -2).all()
    with pytest.raises(ValueError, match="expected 2 inputs, left, right; got 1"):
        rep.run(left)


def test_run_model():
    images = numpy.ones((1, 3, 16, 16), "float32")
    model = make_convolution()
    (features,) = cnnc.backend.run_model(model, [images])
    numpy.testing.assert_allclose(features, cnnc.load(model).interpret(images), rtol=1e-4)


def test_run_node():
    left, right = numpy.ones((2, 4), "float32"), numpy.full((2, 4), 3, "float32")
    node = helper.make_node("Add", ["a", "b"], ["c"])
    assert (cnnc.backend.run_node(node, [left, right]).c == 4).all()
    info = [(numpy.dtype("float32"), (2, 4))]
    assert (cnnc.backend.run_node(node, {"a": left, "b": right}, outputs_info=info)[0] == 4).all()
    split = helper.make_node("Split", ["x"], ["first", "second"], axis=1)
    first, second = cnnc.backend.run_node(split, left, opset_version=13)
    assert first.shape == second.shape == (2, 2)


def test_inputs_that_shapes_depend_on():
    node = helper.make_node("Reshape", ["x", "shape"], ["y"])
    model = make_model(
        [node], [("x", [2, 6]), ("shape", [2], onnx.TensorProto.INT64)], [("y", [None, None])]
    )
    rep = cnnc.backend.prepare(model)
    x = numpy.arange(12, dtype="float32").reshape(2, 6)
    for shape in ((3, 4), (4, 3), (3, 4)):
        (y,) = rep.run([x, numpy.array(shape)])
        numpy.testing.assert_array_equal(y, x.reshape(shape))


def test_is_compatible():
    strange = make_model([helper.make_node("Strange", ["x"], ["y"])], [("x", [1])], [("y", [1])])
    assert cnnc.backend.is_compatible(make_two())
    assert not cnnc.backend.is_compatible(strange)
    assert not cnnc.backend.is_compatible(make_two(), device="CUDA")
    with pytest.raises(cnnc.Error, match="Strange"):
        cnnc.backend.prepare(strange)


def test_devices():
    assert cnnc.backend.supports_device("CPU")
    assert not cnnc.backend.supports_device("CUDA:1")
    assert not cnnc.backend.supports_device("toaster")
    with pytest.raises(ValueError, match="expected the device 'CPU', got 'CUDA'"):
        cnnc.backend.prepare(make_two(), device="CUDA")
    with pytest.raises(ValueError, match="expected the engine compiled or reference, got 'fast'"):
        cnnc.backend.prepare(make_two(), engine="fast")
