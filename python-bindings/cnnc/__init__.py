"""cnnc, a compiler for convolutional networks.

    import cnnc

    module = cnnc.load("model.onnx")                  # a network, as a Module
    module = module.run_passes("fold-bn,winograd")    # another Module
    network = module.compile()                        # machine code for this computer, a Network
    probabilities = network(image)                    # numpy arrays in and out

A `Module` never changes: what runs passes on it or quantizes it returns another one. A `Network` is
a function of numpy arrays, which any number of threads may call.

Shapes are in the order of the model, (images, channels, rows, columns) for most networks. `None` in
a shape is a batch that is open: any number of images.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

from ._cnnc import Error
from ._cnnc import __version__ as __version__
from .module import Module, load
from .network import Network, Outputs, load_network
from .passes import passes
from .report import Report
from .tensors import TensorSpec

if TYPE_CHECKING:
    from . import backend as backend
    from . import distributed as distributed

__all__ = [
    "Error",
    "Module",
    "Network",
    "Outputs",
    "Report",
    "TensorSpec",
    "load",
    "load_network",
    "passes",
]


def __getattr__(name: str) -> ModuleType:
    # They import onnx and Dask, which not everyone has.
    if name in ("backend", "distributed"):
        return importlib.import_module("." + name, __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
