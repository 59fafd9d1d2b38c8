"""cnnc.distributed, on clusters of this machine."""

import os
import signal
import subprocess
import sys

import numpy
import pytest

import cnnc
from models import make_convolution, make_two

distributed = pytest.importorskip("distributed", reason="needs the package python3-distributed")

import cnnc.distributed  # noqa: E402


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0"
    ) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def features():
    return cnnc.load(make_convolution(side=8)).compile()


@pytest.fixture(scope="module")
def images():
    return numpy.random.default_rng(0).random((50, 3, 8, 8), dtype=numpy.float32)


def test_results_are_in_order(cluster, features, images):
    address = cluster.scheduler_address
    calls = []
    results = cnnc.distributed.map_images(
        features, images, scheduler=address, batch=7, progress=lambda *call: calls.append(call)
    )
    numpy.testing.assert_array_equal(results, features(images))
    assert calls[0] == (7, 50) and calls[-1] == (50, 50)


def test_takes_clients_and_clusters(cluster, features, images):
    with distributed.Client(cluster, set_as_default=False) as client:
        for scheduler in (client, cluster):
            results = cnnc.distributed.map_images(features, images[:4], scheduler=scheduler)
            numpy.testing.assert_array_equal(results, features(images[:4]))
        # Nothing is left of it.
        assert client.run(lambda dask_worker: [n for n in dask_worker.plugins if "cnnc" in n]) == {
            worker: [] for worker in client.nthreads()
        }


def test_takes_iterators_and_gives_batches(cluster, features, images):
    batches = cnnc.distributed.map_batches(
        features, (image for image in images), scheduler=cluster, batch=20
    )
    sizes = []
    for batch in batches:
        numpy.testing.assert_array_equal(batch, features(images)[sum(sizes) :][: len(batch)])
        sizes.append(len(batch))
    assert sizes == [20, 20, 10]


def test_loads_on_workers(cluster, features, images, tmp_path):
    paths = [tmp_path / f"{index}.npy" for index in range(5)]
    for path, image in zip(paths, images):
        numpy.save(path, image)
    results = cnnc.distributed.map_images(features, paths, scheduler=cluster, batch=2, load=numpy.load)
    numpy.testing.assert_array_equal(results, features(images[:5]))


@pytest.mark.parametrize("size", [1, 4])
def test_networks_of_fixed_batch(cluster, images, size):
    network = cnnc.load(make_convolution(batch=size, side=8)).compile()
    results = cnnc.distributed.map_images(network, images[:10], scheduler=cluster, batch=6)
    expected = cnnc.load(make_convolution(side=8)).compile()(images[:10])
    numpy.testing.assert_array_equal(results, expected)


def test_no_images(cluster, features, images):
    assert cnnc.distributed.map_images(features, images[:0], scheduler=cluster).shape == (0, 8, 8, 8)


class Dies:
    """Loads an image; the process that is the first to load the fifth is killed."""

    def __init__(self, folder):
        self.folder = os.fspath(folder)

    def __call__(self, item):
        index, image = item
        with open(os.path.join(self.folder, str(index)), "a") as log:
            log.write(f"{os.getpid()}\n")
        with open(os.path.join(self.folder, str(index))) as log:
            attempts = log.read().split()
        if index == 5 and len(attempts) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return image


def test_work_of_a_lost_worker_is_done_again(features, images, tmp_path):
    results = cnnc.distributed.map_images(
        features, list(enumerate(images)), workers=2, batch=3, load=Dies(tmp_path)
    )
    numpy.testing.assert_array_equal(results, features(images))
    lost, after = (tmp_path / "5").read_text().split()
    assert lost != after


def test_network_travels_once_to_a_worker(cluster, images, monkeypatch):
    network = cnnc.load(make_convolution(side=8)).compile()
    pickled = []
    monkeypatch.setattr(
        cnnc.Network, "__reduce__", lambda self: pickled.append(1) or (cnnc.Network, (self._network,))
    )
    cnnc.distributed.map_images(network, images, scheduler=cluster, batch=5)
    assert len(pickled) == 1


def test_errors_are_those_of_the_network(cluster, features, images):
    with pytest.raises(ValueError, match="input 'image' expects float32 of shape .x3x8x8"):
        cnnc.distributed.map_images(features, images[:, :, :4], scheduler=cluster)
    with pytest.raises(FileNotFoundError):
        cnnc.distributed.map_images(features, ["nowhere.npy"], scheduler=cluster, load=numpy.load)
    foreign = cnnc.load(make_convolution(side=8)).compile(target="aarch64-linux-gnu")
    with pytest.raises(cnnc.Error, match="compiled for aarch64"):
        cnnc.distributed.map_images(foreign, images, scheduler=cluster)


def test_wrong_arguments(cluster, features, images):
    with pytest.raises(ValueError, match="batch: expected at least 1, got 0"):
        cnnc.distributed.map_images(features, images, scheduler=cluster, batch=0)
    with pytest.raises(ValueError, match="has its own workers"):
        cnnc.distributed.map_images(features, images, scheduler=cluster, workers=3)
    two = cnnc.load(make_two()).compile()
    with pytest.raises(ValueError, match="expected a network with one input, got 2"):
        cnnc.distributed.map_images(two, images, scheduler=cluster)


def test_progress_is_for_terminals(cluster, features, images, capfd, monkeypatch):
    cnnc.distributed.map_images(features, images, scheduler=cluster)
    assert capfd.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    cnnc.distributed.map_images(features, images, scheduler=cluster)
    assert "cnnc: 50 of 50 images, " in capfd.readouterr().err
    cnnc.distributed.map_images(features, images, scheduler=cluster, progress=False)
    assert capfd.readouterr().err == ""


def test_example(cluster, source, lenet_file, network, tmp_path):
    program = os.path.join(source, "examples", "batch-inference", "run.py")
    images = numpy.random.default_rng(1).random((40, 1, 28, 28), dtype=numpy.float32)
    numpy.save(tmp_path / "images.npy", images)
    expected = numpy.concatenate([network(image[None]) for image in images])

    def run(*arguments):
        return subprocess.run(
            [sys.executable, program, *map(os.fspath, arguments)], capture_output=True, text=True
        )

    scores = tmp_path / "scores.npy"
    common = [lenet_file, tmp_path / "images.npy", "-o", scores]
    for options in ([f"--scheduler={cluster.scheduler_address}"], ["--workers=1", "--batch=8"]):
        result = run(*common, *options)
        assert result.returncode == 0, result.stderr
        numpy.testing.assert_array_equal(numpy.load(scores), expected)
        scores.unlink()
    folder = tmp_path / "folder"
    folder.mkdir()
    for index in range(3):
        numpy.save(folder / f"{index}.npy", images[index])
    result = run(lenet_file, folder, "-o", scores, f"--scheduler={cluster.scheduler_address}")
    assert result.returncode == 0, result.stderr
    numpy.testing.assert_array_equal(numpy.load(scores), expected[:3])
    assert "--scheduler" in run("--help").stdout
    result = run(lenet_file, tmp_path / "nowhere", "-o", scores)
    assert result.returncode == 1 and result.stderr.startswith("error: ")
