"""A compiled network on many images, on one machine or many, with Dask.

    import cnnc, cnnc.distributed

    if __name__ == "__main__":        # Dask starts processes, which read this file again
        network = cnnc.load("model.onnx").compile(cpu="x86-64-v3")
        scores = cnnc.distributed.map_images(network, images, scheduler="tcp://10.0.0.1:8786")

Without a scheduler the processors of this machine are used. Every machine needs cnnc and a processor
that the network is compiled for. Needs Dask distributed (Debian's python3-distributed).
"""

from __future__ import annotations

import collections
import collections.abc
import contextlib
import itertools
import os
import pickle
import sys
import threading
import time
import uuid
import warnings
from typing import Any, Callable, Deque, Iterable, Iterator, List, Optional, Sequence, Union

import numpy
from distributed import Client, LocalCluster, WorkerPlugin, get_worker

from .network import Network, Outputs

Progress = Union[bool, Callable[[int, Optional[int]], None]]
Result = Union["numpy.ndarray[Any, Any]", Outputs]


def map_images(
    network: Network,
    images: Iterable[Any],
    scheduler: Any = None,
    batch: int = 16,
    workers: Optional[int] = None,
    load: Optional[Callable[[Any], Any]] = None,
    progress: Progress = True,
) -> Result:
    """The outputs of the network for all images, in the order of the images.

    Takes what `map_batches` does. Returns an array of shape (images, ...) in the dtype of the
    network's output, or `Outputs` of them: all results are in memory in the end.
    """
    parts = list(map_batches(network, images, scheduler, batch, workers, load, progress))
    if len(network.outputs) > 1:
        names = [spec.name for spec in network.outputs]
        arrays = [join([part[i] for part in parts], spec) for i, spec in enumerate(network.outputs)]
        return Outputs(arrays, names)
    return join(parts, network.outputs[0])


def map_batches(
    network: Network,
    images: Iterable[Any],
    scheduler: Any = None,
    batch: int = 16,
    workers: Optional[int] = None,
    load: Optional[Callable[[Any], Any]] = None,
    progress: Progress = True,
) -> Iterator[Result]:
    """The same, one batch of results after the other: an iterator for more images, or results,
    than memory holds. Images are taken when workers are about to need them.

    `images` is an array of shape (images, channels, rows, columns), or an iterable of images of
    shape (channels, rows, columns), as the network takes them otherwise. With `load` they are
    anything that it makes such an image of on a worker, such as paths of files: then images do not
    pass through this process.

    `scheduler` is the address of a Dask scheduler, a `distributed.Client` or a cluster. Without it,
    `workers` processes are started on this machine, by default one for each processor.

    `batch` is how many images a worker gets at a time. `progress` shows a line on a terminal; it may
    be a function, which is called with the number of images done and of all images, or None.

    The network travels once to each worker. The work of a worker that is lost is done again by
    another, three times; then `distributed.KilledWorker` is raised. What goes wrong with an image is
    raised as by the network.
    """
    check_network(network)
    if batch < 1:
        raise ValueError(f"batch: expected at least 1, got {batch}")
    total = len(images) if isinstance(images, collections.abc.Sized) else None
    with connect(scheduler, workers, network.threads) as client, show(progress, total) as report:
        name = f"cnnc-{uuid.uuid4().hex}"
        client.register_worker_plugin(NetworkPlugin(network), name=name)
        try:
            done = 0
            for count, result in run_all(client, name, split(images, batch), load):
                done += count
                report(done)
                yield result
        finally:
            with contextlib.suppress(Exception):
                client.unregister_worker_plugin(name)


class NetworkPlugin(WorkerPlugin):
    """Brings a network to each worker, those that join later, too."""

    def __init__(self, network: Network) -> None:
        """The network as bytes: workers load it when they first need it, so that what is wrong
        with it is raised where its result is asked for."""
        self._bytes = pickle.dumps(network)
        self._reset()

    def _reset(self) -> None:
        self._network: Optional[Network] = None
        self._lock = threading.Lock()

    def get(self) -> Network:
        """The network, loaded once for all threads of the worker."""
        with self._lock:
            if self._network is None:
                self._network = pickle.loads(self._bytes)
            return self._network

    def __getstate__(self) -> bytes:
        return self._bytes

    def __setstate__(self, state: bytes) -> None:
        self._bytes = state
        self._reset()


def run_all(
    client: Client, name: str, batches: Iterator[List[Any]], load: Optional[Callable[[Any], Any]]
) -> Iterator[Any]:
    """The number of images and the result of each batch, in order. Only so many are under way as
    keep all workers busy."""
    ahead = max(4, 3 * sum(client.nthreads().values()))
    waiting: Deque[Any] = collections.deque()
    try:
        for index in itertools.count():
            items = next(batches, None)
            if items is not None:
                waiting.append((len(items), submit(client, f"{name}-{index}", name, items, load)))
            while waiting and (items is None or len(waiting) >= ahead):
                count, future = waiting.popleft()
                yield count, future.result()
            if items is None:
                return
    finally:
        client.cancel([future for _, future in waiting])


def submit(
    client: Client, key: str, name: str, items: Any, load: Optional[Callable[[Any], Any]]
) -> Any:
    with warnings.catch_warnings():
        # Images are part of their task, so that it can be done again without the worker that had
        # them; Dask advises against large tasks.
        warnings.filterwarnings("ignore", message="Large object")
        return client.submit(run_on_worker, name, items, load, key=key, pure=False)


def run_on_worker(name: str, items: Any, load: Optional[Callable[[Any], Any]]) -> Any:
    """What a task does: the results for one batch."""
    plugin: Any = get_worker().plugins[name]
    network: Network = plugin.get()
    if load is not None:
        items = [load(item) for item in items]
    return run_batch(network, numpy.stack(items) if isinstance(items, list) else items)


def run_batch(network: Network, images: "numpy.ndarray[Any, Any]") -> Result:
    """The results for any number of images, by as many calls as the network's batch asks for."""
    size = network.inputs[0].shape[0]
    if size is None or size == len(images):
        return network(images)
    rows = [network(fill(images[first : first + size], size)) for first in range(0, len(images), size)]
    if len(network.outputs) == 1:
        return join(rows, network.outputs[0])[: len(images)]
    arrays = [numpy.concatenate(parts)[: len(images)] for parts in zip(*rows)]
    return Outputs(arrays, (spec.name for spec in network.outputs))


def fill(images: "numpy.ndarray[Any, Any]", size: int) -> "numpy.ndarray[Any, Any]":
    """A batch of the right size, with zeros behind the last image."""
    if len(images) == size:
        return images
    full = numpy.zeros((size, *images.shape[1:]), images.dtype)
    full[: len(images)] = images
    return full


def check_network(network: Network) -> None:
    """A ValueError unless the network maps one batch of images to results for each of them."""
    if len(network.inputs) != 1:
        raise ValueError(f"expected a network with one input, got {len(network.inputs)}")
    size = network.inputs[0].shape[:1]
    for spec in network.outputs:
        if not size or spec.shape[:1] != size:
            raise ValueError(
                f"expected outputs with the batch of the input {network.inputs[0]}, got {spec}"
            )


def split(images: Iterable[Any], batch: int) -> Iterator[Any]:
    """Groups of `batch` images; of an array they are arrays."""
    if isinstance(images, numpy.ndarray):
        for first in range(0, len(images), batch):
            yield numpy.ascontiguousarray(images[first : first + batch])
        return
    iterator = iter(images)
    while items := list(itertools.islice(iterator, batch)):
        yield items


def join(parts: Sequence[Any], spec: Any) -> "numpy.ndarray[Any, Any]":
    """All batches of one output."""
    if parts:
        return numpy.concatenate(parts)
    return numpy.empty((0, *(extent or 0 for extent in spec.shape[1:])), spec.dtype)


@contextlib.contextmanager
def connect(scheduler: Any, workers: Optional[int], threads: int) -> Iterator[Client]:
    """A client of the scheduler, or of a cluster that lives as long as the context."""
    if isinstance(scheduler, Client):
        yield scheduler
        return
    with contextlib.ExitStack() as stack:
        if scheduler is None:
            count = workers or max(1, len(os.sched_getaffinity(0)) // threads)
            cluster = LocalCluster(
                n_workers=count, threads_per_worker=1, dashboard_address=":0", silence_logs=40
            )
            scheduler = stack.enter_context(cluster)
        elif workers is not None:
            raise ValueError("workers: a scheduler that is given has its own workers")
        yield stack.enter_context(Client(scheduler, set_as_default=False))


@contextlib.contextmanager
def show(progress: Progress, total: Optional[int]) -> Iterator[Callable[[int], None]]:
    """A function that is told how many images are done."""
    if not isinstance(progress, bool):
        call = progress
        yield lambda done: call(done, total)
    elif not progress or not sys.stderr.isatty():
        yield lambda done: None
    else:
        yield make_line(total)
        sys.stderr.write("\n")


def make_line(total: Optional[int]) -> Callable[[int], None]:
    """Shows "cnnc: 160 of 1000 images, 85 images/s" in the last line of the terminal."""
    start = time.monotonic()

    def update(done: int) -> None:
        rate = done / max(time.monotonic() - start, 1e-9)
        count = f"{done}" if total is None else f"{done} of {total}"
        sys.stderr.write(f"\r\033[Kcnnc: {count} images, {rate:.0f} images/s")
        sys.stderr.flush()

    return update


__all__ = ["map_batches", "map_images"]
