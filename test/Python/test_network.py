"""cnnc.Network: calls, memory, threads, files."""

import concurrent.futures
import os
import pickle
import subprocess
import sys
import threading
import time

import numpy
import onnx
import pytest

import cnnc
from models import make_cast, make_convolution, make_model, make_two


def test_computes_what_the_interpreter_does(lenet, network, image):
    numpy.testing.assert_allclose(network(image), lenet.interpret(image), rtol=1e-4, atol=1e-6)


def test_takes_inputs_by_position_and_name(network, image):
    assert network.inputs[0].name == "image"
    numpy.testing.assert_array_equal(network(image), network(image=image))


def test_several_inputs_and_outputs():
    left, right = numpy.ones((2, 4), "float32"), numpy.full((2, 4), 3, "float32")
    module = cnnc.load(make_two())
    for run in (module.compile(), module.interpret):
        for result in (run(left, right), run(left, right=right), run(right=right, left=left)):
            assert isinstance(result, tuple) and result.names == ("sum", "difference")
            total, difference = result
            assert (total == 4).all() and (difference == -2).all()
            assert result["sum"] is total and result[1] is difference
    with pytest.raises(KeyError, match="there is no output 'product'; there are sum, difference"):
        result["product"]
    again = pickle.loads(pickle.dumps(result))
    assert again.names == result.names and (again["sum"] == 4).all()


def test_wrong_inputs_are_named(network, image):
    with pytest.raises(TypeError, match="input missing: image: 1x1x28x28 float32"):
        network()
    with pytest.raises(TypeError, match="the network takes 'image'; got 2 arrays"):
        network(image, image)
    with pytest.raises(TypeError, match="there is no input 'picture'; the network takes 'image'"):
        network(picture=image)
    with pytest.raises(TypeError, match="input 'image' is given twice"):
        network(image, image=image)
    with pytest.raises(TypeError, match="input 'image' expects float32 of shape 1x1x28x28, got float64"):
        network(image.astype("float64"))
    with pytest.raises(TypeError, match="expects float32"):
        network(image.astype(">f4"))
    with pytest.raises(TypeError, match="input 'image' expects float32"):
        network("image")
    with pytest.raises(ValueError, match=r"'image' expects float32 of shape 1x1x28x28, got float32 of shape \(28, 28\)"):
        network(image[0, 0])


def test_open_batch():
    module = cnnc.load(make_convolution())
    network = module.compile()
    images = numpy.random.default_rng(0).random((5, 3, 16, 16), dtype=numpy.float32)
    whole = network(images)
    assert whole.shape == (5, 8, 16, 16)
    for index in range(5):
        numpy.testing.assert_array_equal(network(images[index : index + 1])[0], whole[index])
    assert network(images[:0]).shape == (0, 8, 16, 16)
    with pytest.raises(ValueError, match=r"expects float32 of shape \?x3x16x16 with a batch of 5"):
        network(images[:, :2])
    two = cnnc.load(make_two()).compile()
    with pytest.raises(ValueError, match=r"input 'right' expects .* with a batch of 2, got .*\(3, 4\)"):
        two(numpy.zeros((2, 4), "float32"), numpy.zeros((3, 4), "float32"))


def test_input_that_is_not_contiguous_is_copied(network, image):
    expected = network(image)
    wide = numpy.zeros((1, 1, 28, 56), "float32")
    wide[..., ::2] = image
    strided = wide[..., ::2]
    assert not strided.flags.c_contiguous
    numpy.testing.assert_array_equal(network(strided), expected)
    # As numpy.frombuffer makes them of what comes from files and networks.
    shifted = numpy.frombuffer(b"\0" + image.tobytes(), dtype="uint8")[1:].view("float32")
    assert not shifted.flags.aligned
    numpy.testing.assert_array_equal(network(shifted.reshape(image.shape)), expected)
    readonly = image.copy()
    readonly.flags.writeable = False
    numpy.testing.assert_array_equal(network(readonly), expected)


def test_contiguous_input_is_not_copied():
    """64 MB go through a network that adds them up; memory does not grow by as much."""
    program = """
import resource, numpy, cnnc
from onnx import helper
from models import make_model
node = helper.make_node("GlobalAveragePool", ["x"], ["y"])
network = cnnc.load(make_model([node], [("x", [1, 4, 2048, 2048])], [("y", [1, 4, 1, 1])])).compile()
array = numpy.ones((1, 4, 2048, 2048), "float32")
network(array)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(3):
    assert (network(array) == 1).all()
in_place = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
network(array.transpose(0, 1, 3, 2))
copied = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(in_place, copied)
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    in_place, copied = map(int, result.stdout.split())  # KiB
    assert in_place < 8 << 10
    assert copied > 56 << 10


def test_writes_into_given_arrays(network, image):
    expected = network(image)
    out = numpy.zeros((1, 10), "float32")
    assert network(image, out=out) is out
    numpy.testing.assert_array_equal(out, expected)
    two = cnnc.load(make_two()).compile()
    left, right = numpy.ones((2, 4), "float32"), numpy.full((2, 4), 3, "float32")
    outs = numpy.empty((2, 4), "float32"), numpy.empty((2, 4), "float32")
    result = two(left, right, out=outs)
    assert result[0] is outs[0] and result["difference"] is outs[1]
    assert (outs[0] == 4).all() and (outs[1] == -2).all()


def test_wrong_arrays_to_write_into(network, image):
    with pytest.raises(TypeError, match="out: output 'probabilities' expects float32.*got float64"):
        network(image, out=numpy.zeros((1, 10)))
    with pytest.raises(ValueError, match=r"out: output 'probabilities' expects .* 1x10, got .*\(10\)"):
        network(image, out=numpy.zeros(10, "float32"))
    with pytest.raises(ValueError, match="writeable, aligned and in one piece"):
        network(image, out=numpy.zeros((1, 20), "float32")[:, ::2])
    readonly = numpy.zeros((1, 10), "float32")
    readonly.flags.writeable = False
    with pytest.raises(ValueError, match="writeable"):
        network(image, out=readonly)
    with pytest.raises(ValueError, match="an array for each of 'probabilities', got 2"):
        network(image, out=(readonly, readonly))
    with pytest.raises(TypeError, match="an array or a sequence of arrays, got <class 'str'>"):
        network(image, out="here")
    with pytest.raises(ValueError, match="shares memory with an input"):
        network(image, out=image.reshape(-1)[:10].reshape(1, 10))


@pytest.mark.parametrize("name", "float64 float16 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool".split())
def test_element_types(name):
    kind = onnx.helper.mapping.NP_TYPE_TO_TENSOR_TYPE[numpy.dtype(name)]
    values = numpy.array([[0, 1, 1], [1, 0, 1]])
    float32 = onnx.TensorProto.FLOAT
    network = cnnc.load(make_cast(float32, kind)).compile()
    result = network(values.astype("float32"))
    assert result.dtype == name and (result == values.astype(name)).all()
    result = cnnc.load(make_cast(kind, float32)).compile()(values.astype(name))
    assert result.dtype == "float32" and (result == values).all()


def test_bfloat16_is_float32_in_numpy():
    values = numpy.array([[1, 2.5, -3], [1 + 2**-10, 0, 7]], "float32")
    kinds = onnx.TensorProto.BFLOAT16, onnx.TensorProto.FLOAT
    rounded = values.copy()
    rounded[1, 0] = 1
    for kind, other in (kinds, kinds[::-1]):
        network = cnnc.load(make_cast(kind, other)).compile()
        result = network(values)
        assert result.dtype == "float32"
        numpy.testing.assert_array_equal(result, rounded)


def test_many_threads_give_the_same_results(network):
    images = numpy.random.default_rng(3).random((64, 1, 1, 28, 28), dtype=numpy.float32)
    expected = [network(image) for image in images]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            for result, right in zip(pool.map(network, images), expected):
                numpy.testing.assert_array_equal(result, right)


def test_gil_is_released():
    """While one thread is in the network, Python goes on in another."""
    network = cnnc.load(make_convolution(batch=1, side=1024)).compile()
    array = numpy.zeros((1, 3, 1024, 1024), "float32")
    network(array)
    events = []

    def run():
        for _ in range(8):
            events.append("begin")
            network(array)
            events.append("end")

    interval = sys.getswitchinterval()
    # Only releasing the GIL lets another thread go on.
    sys.setswitchinterval(1000)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        while thread.is_alive():
            events.append("python")
            time.sleep(0)
        thread.join()
    finally:
        sys.setswitchinterval(interval)
    within = [events[i + 1] for i, event in enumerate(events) if event == "begin"]
    assert "python" in within


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_openmp_threads_give_the_same_results(lenet, network, image, threads):
    assert lenet.compile(threads=threads).threads == threads
    numpy.testing.assert_array_equal(lenet.compile(threads=threads)(image), network(image))


def test_threads_of_openmp_in_threads_of_python(lenet, network):
    threaded = lenet.compile(threads=2)
    images = numpy.random.default_rng(3).random((16, 1, 1, 28, 28), dtype=numpy.float32)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for image, result in zip(images, pool.map(threaded, images)):
            numpy.testing.assert_array_equal(result, network(image))


def test_wrong_arguments_of_compile(lenet):
    with pytest.raises(ValueError, match="threads: expected at least 1, got 0"):
        lenet.compile(threads=0)
    with pytest.raises(ValueError, match="expected 'auto', 'off', 2, 4 or 6, got '3'"):
        lenet.compile(winograd=3)
    with pytest.raises(cnnc.Error, match="unknown target 'toaster'; expected a triple"):
        lenet.compile(target="toaster")
    with pytest.raises(cnnc.Error, match="unknown cpu 'toaster' for x86_64|for "):
        lenet.compile(cpu="toaster")


def test_options_of_compile(lenet, image):
    expected = lenet.interpret(image)
    for options in ({"winograd": "off"}, {"winograd": 4}, {"optimize": False}):
        numpy.testing.assert_allclose(lenet.compile(**options)(image), expected, rtol=1e-3)


@pytest.mark.parametrize("extension", ["so", "o"])
@pytest.mark.parametrize("threads", [1, 2])
def test_saves_and_loads(lenet, network, image, tmp_path, extension, threads):
    path = tmp_path / f"liblenet.{extension}"
    lenet.compile(threads=threads).save(path)
    again = cnnc.load_network(path, threads=threads)
    assert again.name == "lenet" and again.inputs == network.inputs and again.runs_here
    numpy.testing.assert_array_equal(again(image), network(image))
    # What is loaded stays what it was when its file is written anew.
    cnnc.load(make_two()).compile().save(path)
    assert cnnc.load_network(path).name == "small"
    numpy.testing.assert_array_equal(again(image), network(image))
    numpy.testing.assert_array_equal(pickle.loads(pickle.dumps(again))(image), network(image))


def test_saves_header_and_archive(network, tmp_path):
    network.save(tmp_path / "lenet.h")
    assert "lenet_run" in (tmp_path / "lenet.h").read_text()
    network.save(tmp_path / "lenet.a")
    assert (tmp_path / "lenet.a").read_bytes().startswith(b"!<arch>\n")


def test_what_cannot_be_saved_or_loaded(network, tmp_path):
    with pytest.raises(ValueError, match=r"expected a file named \.so, \.o, \.a or \.h"):
        network.save(tmp_path / "lenet.exe")
    with pytest.raises(cnnc.Error, match="nowhere"):
        network.save(tmp_path / "nowhere" / "lenet.o")
    with pytest.raises(FileNotFoundError, match="there is no such file"):
        cnnc.load_network(tmp_path / "nowhere.so")
    (tmp_path / "damaged.o").write_bytes(b"damaged")
    with pytest.raises(cnnc.Error, match="damaged.o"):
        cnnc.load_network(tmp_path / "damaged.o")
    network.save(tmp_path / "lenet.o")
    with pytest.raises(ValueError, match=r"loaded from a \.o file is not written as \.h"):
        cnnc.load_network(tmp_path / "lenet.o").save(tmp_path / "lenet.h")


def test_networks_can_be_pickled(lenet, network, image):
    for original in (network, lenet.compile(threads=2)):
        again = pickle.loads(pickle.dumps(original))
        assert again.threads == original.threads and repr(again) == repr(original)
        numpy.testing.assert_array_equal(again(image), network(image))
    program = "import pickle, sys; network, image = pickle.load(sys.stdin.buffer)\n"
    program += "sys.stdout.buffer.write(pickle.dumps(network(image)))"
    result = subprocess.run(
        [sys.executable, "-c", program],
        input=pickle.dumps((network, image)),
        capture_output=True,
        check=True,
    )
    numpy.testing.assert_array_equal(pickle.loads(result.stdout), network(image))


def test_network_for_another_machine(lenet, image, tmp_path):
    network = lenet.compile(target="aarch64-linux-gnu", cpu="cortex-a72")
    assert not network.runs_here and network.target[:2] == ("aarch64-unknown-linux-gnu", "cortex-a72")
    assert network.inputs == lenet.inputs
    with pytest.raises(cnnc.Error, match="compiled for aarch64.*does not run on this machine"):
        network(image)
    network.save(tmp_path / "lenet.o")
    assert (tmp_path / "lenet.o").read_bytes()[18] == 183  # EM_AARCH64
    again = pickle.loads(pickle.dumps(network))
    assert not again.runs_here
    with pytest.raises(cnnc.Error, match="lenet.o': compiled for aarch64"):
        cnnc.load_network(tmp_path / "lenet.o")
