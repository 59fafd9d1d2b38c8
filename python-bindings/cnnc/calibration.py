"""Images for passes that look at what a network computes."""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import Any, Iterable, Iterator, Optional, Tuple, Union

import numpy

from .tensors import TensorSpec

Images = Union[str, "os.PathLike[str]", "numpy.ndarray[Any, Any]", Iterable["numpy.ndarray[Any, Any]"]]


@contextlib.contextmanager
def as_file(images: Optional[Images], inputs: Tuple[TensorSpec, ...]) -> Iterator[str]:
    """The path of a file or folder with the images, which lives as long as the context; "" for None."""
    if images is None:
        yield ""
        return
    if isinstance(images, (str, os.PathLike)):
        yield os.fspath(images)
        return
    with tempfile.TemporaryDirectory(prefix="cnnc-") as folder:
        path = os.path.join(folder, "images.npy")
        numpy.save(path, collect(images, inputs))
        yield path


def collect(
    images: Union["numpy.ndarray[Any, Any]", Iterable["numpy.ndarray[Any, Any]"]],
    inputs: Tuple[TensorSpec, ...],
) -> "numpy.ndarray[Any, Any]":
    """All images one after the other, of batches and of single images."""
    if len(inputs) != 1:
        raise ValueError(f"calibration needs a network with one input, this one has {len(inputs)}")
    spec = inputs[0]
    if isinstance(images, numpy.ndarray):
        return check(images, spec)
    batches = [check(numpy.asarray(batch), spec) for batch in images]
    if not batches:
        raise ValueError("calibration needs at least one image")
    return numpy.concatenate(batches)


def check(batch: "numpy.ndarray[Any, Any]", spec: TensorSpec) -> "numpy.ndarray[Any, Any]":
    """A batch of images, or one image without the extent of the batch."""
    if batch.dtype != spec.dtype:
        raise TypeError(f"calibration: expected {spec.dtype} images for input '{spec.name}', got {batch.dtype}")
    expected = spec.shape[1:]
    shape = batch.shape[1:] if batch.ndim == len(spec.shape) else batch.shape
    if len(shape) != len(expected) or any(a is not None and a != b for a, b in zip(expected, shape)):
        extents = ", ".join("?" if extent is None else str(extent) for extent in expected)
        raise ValueError(
            f"calibration: expected images of shape ({extents}) for input '{spec.name}', or batches of them, got {batch.shape}"
        )
    return batch if batch.ndim == len(spec.shape) else batch[numpy.newaxis]
