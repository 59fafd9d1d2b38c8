"""cnnc.load and cnnc.Module."""

import concurrent.futures
import os
import pickle

import numpy
import onnx
import pytest
from onnx import helper

import cnnc
from models import make_convolution, make_model, make_two


def test_says_what_it_takes_and_returns(lenet):
    assert lenet.name == "lenet"
    assert lenet.inputs == (cnnc.TensorSpec("image", (1, 1, 28, 28), numpy.dtype("float32")),)
    assert lenet.outputs == (cnnc.TensorSpec("probabilities", (1, 10), numpy.dtype("float32")),)
    assert repr(lenet) == (
        "<cnnc.Module lenet (image: 1x1x28x28 float32) -> (probabilities: 1x10 float32)>"
    )
    assert str(lenet.inputs[0]) == "image: 1x1x28x28 float32"


def test_open_batch_is_none():
    module = cnnc.load(make_convolution())
    assert module.inputs[0].shape == (None, 3, 16, 16)
    assert str(module.inputs[0]) == "image: ?x3x16x16 float32"


def test_loads_paths_bytes_and_models(lenet_file, image, tmp_path):
    expected = cnnc.load(lenet_file).interpret(image)
    path = tmp_path / "network.onnx"
    with open(lenet_file, "rb") as file:
        content = file.read()
    path.write_bytes(content)
    for model in (path, content, onnx.load(lenet_file)):
        numpy.testing.assert_array_equal(cnnc.load(model).interpret(image), expected)


def test_input_shapes_replace_those_of_the_file():
    module = cnnc.load(make_convolution(), input_shapes={"image": (2, 3, 8, 8)})
    assert module.inputs[0].shape == (2, 3, 8, 8)
    assert module.outputs[0].shape == (2, 8, 8, 8)
    module = cnnc.load(make_convolution(batch=1), input_shapes={"image": (None, 3, 8, 8)})
    assert module.outputs[0].shape == (None, 8, 8, 8)


def test_unknown_input_shape_is_an_error():
    with pytest.raises(cnnc.Error, match="no input.*picture|picture.*no input|'picture'"):
        cnnc.load(make_convolution(), input_shapes={"picture": (1, 3, 8, 8)})


def test_missing_file():
    with pytest.raises(FileNotFoundError, match="'nowhere.onnx'"):
        cnnc.load("nowhere.onnx")


def test_unknown_kind_of_file(tmp_path):
    with pytest.raises(ValueError, match=r"expected a file named \.onnx, \.mlir or \.mlirbc"):
        cnnc.load(tmp_path / "network.pt")


def test_damaged_file(tmp_path):
    path = tmp_path / "damaged.onnx"
    path.write_bytes(b"this is no network")
    with pytest.raises(cnnc.Error, match="damaged.onnx: expects an ONNX file"):
        cnnc.load(path)


def test_error_names_node_and_operator():
    node = helper.make_node("NoSuchOperator", ["x"], ["y"], name="strange")
    model = make_model([node], [("x", [1, 4])], [("y", [1, 4])])
    with pytest.raises(cnnc.Error, match="NoSuchOperator") as caught:
        cnnc.load(model)
    assert "strange" in str(caught.value)
    assert isinstance(caught.value, Exception) and type(caught.value).__name__ == "Error"


def test_error_gives_shapes():
    node = helper.make_node("Conv", ["image", "weights"], ["y"], name="conv7")
    weights = numpy.zeros((4, 5, 3, 3), "float32")
    model = make_model(
        [node], [("image", [1, 3, 8, 8])], [("y", [1, 4, 6, 6])], [("weights", weights)]
    )
    with pytest.raises(cnnc.Error, match="conv7"):
        cnnc.load(model)


def test_passes_make_another_module(lenet, image):
    folded = lenet.run_passes("fold-bn")
    assert "batch_norm" not in str(folded)
    assert "batch_norm" in str(lenet)
    numpy.testing.assert_allclose(folded.interpret(image), lenet.interpret(image), rtol=1e-4)


@pytest.mark.parametrize(
    "passes",
    [
        "fold-bn,winograd{tile=4}",
        "--fold-bn, --winograd=tile=4",
        ["fold-bn", "winograd{tile=4}"],
        ("--fold-bn", "--winograd=tile=4"),
    ],
)
def test_ways_to_write_passes(lenet, passes):
    assert "winograd" in str(lenet.run_passes(passes))


def test_passes_of_modules_and_of_mlir(lenet):
    lenet.run_passes("canonicalize,verify-boundary{boundary=A}")
    with pytest.raises(cnnc.Error, match="batch_norm|boundary"):
        lenet.run_passes("specialize-batch,convert-cnn-to-kernel,verify-boundary{boundary=A}")


def test_unknown_pass_names_similar_ones(lenet):
    with pytest.raises(ValueError, match="unknown pass 'fold-bm'; did you mean fold-bn"):
        lenet.run_passes("fold-bm")
    with pytest.raises(ValueError, match="unknown pass 'xyzzy'; there are .*fold-bn, .*winograd"):
        lenet.run_passes("xyzzy")
    with pytest.raises(ValueError, match=r"got 'func\.func\(fold-bn\)'"):
        lenet.run_passes("func.func(fold-bn)")


def test_wrong_options_of_a_pass(lenet):
    with pytest.raises(ValueError, match="braces or quotes do not match"):
        lenet.run_passes("winograd{tile=4")
    with pytest.raises(cnnc.Error, match="pass 'winograd'.*tiles"):
        lenet.run_passes("winograd{tiles=4}")


def test_lists_passes():
    assert {"fold-bn", "winograd", "prune", "quantize"} <= set(cnnc.passes())
    assert "pass-pipeline" not in cnnc.passes() and "cse" not in cnnc.passes()


def test_passes_that_look_at_images(lenet):
    images = numpy.random.default_rng(1).random((8, 1, 28, 28), dtype=numpy.float32)
    pruned = lenet.run_passes(["fold-bn", "prune=what=channels macs=0.75"], calibration=images)
    assert pruned.report().total["macs"] < 0.8 * lenet.report().total["macs"]


def test_quantizes_with_arrays(lenet, image):
    images = numpy.random.default_rng(2).random((16, 1, 28, 28), dtype=numpy.float32)
    expected = lenet.interpret(image)
    for calibration in (images, list(images), (batch for batch in (images[:4], images[4:]))):
        quantized = lenet.quantize(calibration, slow="integer")
        assert "i8" in str(quantized)
        numpy.testing.assert_allclose(quantized.compile()(image), expected, atol=0.05)


def test_quantizes_with_files(lenet, tmp_path):
    images = numpy.random.default_rng(2).random((16, 1, 28, 28), dtype=numpy.float32)
    numpy.save(tmp_path / "images.npy", images)
    from_file = lenet.quantize(tmp_path / "images.npy", slow="integer")
    assert str(from_file) == str(lenet.quantize(images, slow="integer"))


def test_options_of_quantization(lenet):
    images = numpy.random.default_rng(2).random((4, 1, 28, 28), dtype=numpy.float32)
    assert "i16" in str(lenet.quantize(images, activations="int16", range="minmax", slow="integer"))
    with pytest.raises(cnnc.Error, match="activations of --quantize to be one of uint8"):
        lenet.quantize(images, activations="int3")


def test_wrong_images_for_calibration(lenet):
    with pytest.raises(TypeError, match="expected float32 images for input 'image', got float64"):
        lenet.quantize(numpy.zeros((4, 1, 28, 28)))
    with pytest.raises(ValueError, match=r"images of shape \(1, 28, 28\).*got \(4, 3, 28, 28\)"):
        lenet.quantize(numpy.zeros((4, 3, 28, 28), "float32"))
    with pytest.raises(ValueError, match="at least one image"):
        lenet.quantize([])
    with pytest.raises(ValueError, match="network with one input, this one has 2"):
        cnnc.load(make_two()).quantize(numpy.zeros((4, 4), "float32"))


@pytest.mark.parametrize("extension", ["mlir", "mlirbc", "onnx"])
def test_saves(lenet, image, tmp_path, extension):
    path = tmp_path / f"folded.{extension}"
    folded = lenet.run_passes("fold-bn")
    folded.save(path)
    again = cnnc.load(path)
    assert "batch_norm" not in str(again)
    numpy.testing.assert_allclose(again.interpret(image), folded.interpret(image), rtol=1e-5)


def test_saved_onnx_has_opset_and_form(lenet, tmp_path):
    images = numpy.random.default_rng(2).random((4, 1, 28, 28), dtype=numpy.float32)
    quantized = lenet.quantize(images, slow="integer")
    path = os.fspath(tmp_path / "quantized.onnx")
    quantized.save(path, opset=13)
    model = onnx.load(path)
    assert model.opset_import[0].version == 13
    assert "QuantizeLinear" in {node.op_type for node in model.graph.node}
    quantized.save(path, quantized="qlinear")
    assert "QLinearConv" in {node.op_type for node in onnx.load(path).graph.node}


def test_what_cannot_be_saved(lenet, tmp_path):
    with pytest.raises(ValueError, match=r"expected a file named \.mlir, \.mlirbc or \.onnx"):
        lenet.save(tmp_path / "network.txt")
    with pytest.raises(cnnc.Error, match="expects an opset from 13 to 22; got 3"):
        lenet.save(tmp_path / "network.onnx", opset=3)
    with pytest.raises(ValueError, match="'qdq' or 'qlinear', got 'no'"):
        lenet.save(tmp_path / "network.onnx", quantized="no")
    with pytest.raises(cnnc.Error, match="nowhere"):
        lenet.save(tmp_path / "nowhere" / "network.mlir")


def test_modules_can_be_pickled(lenet, image):
    again = pickle.loads(pickle.dumps(lenet.run_passes("fold-bn")))
    assert "batch_norm" not in str(again) and again.name == "lenet"
    numpy.testing.assert_allclose(again.interpret(image), lenet.interpret(image), rtol=1e-4)


def test_threads_may_share_a_module(lenet, image):
    def work(tile):
        return lenet.run_passes(f"fold-bn,winograd{{tile={tile}}}").compile()(image)

    expected = lenet.interpret(image)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for result in pool.map(work, [2, 4, 6, 2]):
            numpy.testing.assert_allclose(result, expected, rtol=1e-2, atol=1e-5)


def test_warnings_are_python_warnings(tmp_path):
    # Without an instruction for it, sums of one product each are no faster in integers.
    path = tmp_path / "alone.mlir"
    path.write_text(
        """
        module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3", features = ""}} {
        func.func @net(%x: tensor<1x1x32x32xf32>) -> tensor<1x64x28x28xf32> {
          %w = arith.constant dense<0.5> : tensor<64x1x7x7xf32>
          %0 = cnn.conv %x, %w pads [1, 1, 1, 1] : tensor<1x1x32x32xf32>, tensor<64x1x7x7xf32>
          return %0 : tensor<1x64x28x28xf32>
        }
        }
        """
    )
    images = numpy.linspace(-1, 1, 1024, dtype="float32").reshape(1, 1, 32, 32)
    with pytest.warns(UserWarning, match="no layer is faster in integers on this machine"):
        cnnc.load(path).quantize(images)
