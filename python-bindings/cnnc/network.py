"""Compiled networks."""

from __future__ import annotations

import os
from typing import Any, Iterable, List, Optional, Sequence, Tuple, Union

import numpy

from . import _cnnc
from .tensors import TensorSpec, arrange, make_specs

Array = "numpy.ndarray[Any, Any]"


class Outputs(Tuple[Any, ...]):
    """The outputs of a network that has several: a tuple that knows their names.

    `outputs[0]`, `outputs["boxes"]` and `boxes, scores = outputs` all work.
    """

    names: Tuple[str, ...]
    """The names of the outputs, in their order."""

    def __new__(cls, arrays: Iterable[Any], names: Iterable[str]) -> Outputs:
        self = super().__new__(cls, arrays)
        self.names = tuple(names)
        return self

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return super().__getitem__(key)
        if key not in self.names:
            raise KeyError(f"there is no output '{key}'; there are {', '.join(self.names)}")
        return super().__getitem__(self.names.index(key))

    def __reduce__(self) -> Tuple[Any, ...]:
        return Outputs, (tuple(self), self.names)

    def __repr__(self) -> str:
        return f"Outputs({', '.join(f'{name}={array!r}' for name, array in zip(self.names, self))})"


def make_result(
    arrays: List[Any], specs: Tuple[TensorSpec, ...]
) -> Union["numpy.ndarray[Any, Any]", Outputs]:
    """What a call returns."""
    if len(specs) == 1:
        array: "numpy.ndarray[Any, Any]" = arrays[0]
        return array
    return Outputs(arrays, (spec.name for spec in specs))


def load_network(path: Union[str, "os.PathLike[str]"], threads: int = 1) -> Network:
    """Loads what `Network.save` or cnn-translate wrote for this machine: a .so or .o file.

    `threads` is how many OpenMP gives a network that was compiled with threads.
    """
    path = os.fspath(path)
    if not os.path.exists(path):
        raise FileNotFoundError(f"'{path}': there is no such file")
    return Network(_cnnc.Network.load(path, threads))


class Network:
    """A compiled network: a function of numpy arrays.

        scores = network(image)
        scores = network(image=image)           # by the name of the input
        network(image, out=scores)              # into an array that is there

    An array that is in one piece (C-contiguous) and aligned is read where it is; others are copied.
    The GIL is released while the network computes, and any number of threads may call one network:
    each call computes in memory of its own, of `arena_bytes`, that later calls use again.

    Networks can be pickled, and so be sent to other processes and computers with the same kind of
    processor.
    """

    def __init__(self, implementation: _cnnc.Network) -> None:
        """Networks come from `Module.compile` and `cnnc.load_network`."""
        self._network = implementation
        self._inputs = make_specs(implementation.inputs())
        self._outputs = make_specs(implementation.outputs())
        self._count = len(self._inputs)

    @property
    def name(self) -> str:
        """The network's name."""
        return self._network.name()

    @property
    def inputs(self) -> Tuple[TensorSpec, ...]:
        """Name, shape and dtype of each input."""
        return self._inputs

    @property
    def outputs(self) -> Tuple[TensorSpec, ...]:
        """Name, shape and dtype of each output."""
        return self._outputs

    @property
    def target(self) -> Tuple[str, str, str]:
        """The triple, processor and processor features that it is compiled for."""
        return self._network.target()

    @property
    def threads(self) -> int:
        """Threads of OpenMP that a call uses."""
        return self._network.threads()

    @property
    def arena_bytes(self) -> int:
        """Bytes of memory that a call computes in; 0 of a network for another machine."""
        return self._network.arena_bytes()

    @property
    def runs_here(self) -> bool:
        """Whether the network can be called: it is compiled for this kind of machine."""
        return not self._network.obstacle()

    def __call__(
        self,
        *arrays: Any,
        out: Union[None, "numpy.ndarray[Any, Any]", Sequence["numpy.ndarray[Any, Any]"]] = None,
        **named: Any,
    ) -> Union["numpy.ndarray[Any, Any]", Outputs]:
        """Runs the network on an array for each input, by position or by name.

        Returns the array of a network with one output, or else `Outputs`. `out` is an array for the
        output, or a sequence of one for each, of the right shape and dtype, in one piece; they are
        written, and returned. Where only a part of an output is valid, that part of the array is.

        Raises `TypeError` for an input that is missing or of another dtype, `ValueError` for one of
        another shape; both name the input and what it takes.
        """
        if named or len(arrays) != self._count:
            arrays = tuple(arrange(self._inputs, arrays, named))
        if out is not None:
            out = self._check_out(out)
        results = self._network.run(list(arrays), out)
        return results[0] if len(results) == 1 else make_result(results, self._outputs)

    def _check_out(self, out: Any) -> List[Any]:
        if isinstance(out, numpy.ndarray):
            out = [out]
        elif not isinstance(out, (tuple, list)):
            raise TypeError(f"out: expected an array or a sequence of arrays, got {type(out)}")
        if len(out) != len(self._outputs):
            names = ", ".join(f"'{spec.name}'" for spec in self._outputs)
            raise ValueError(f"out: expected an array for each of {names}, got {len(out)}")
        return list(out)

    def save(self, path: Union[str, "os.PathLike[str]"]) -> None:
        """Writes the network to a file named .so (shared library), .o (object), .a (static library)
        or .h (header for C). `cnnc.load_network` reads .so and .o."""
        self._network.save(os.fspath(path))

    def __repr__(self) -> str:
        inputs, outputs = (", ".join(map(str, specs)) for specs in (self._inputs, self._outputs))
        return f"<cnnc.Network {self.name} ({inputs}) -> ({outputs}) for {self.target[1]}>"

    def __reduce__(self) -> Tuple[Any, ...]:
        return Network, (self._network,)
