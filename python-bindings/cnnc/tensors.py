"""What a network says of its inputs and outputs."""

from __future__ import annotations

from typing import Any, Iterable, NamedTuple, Optional, Tuple

import numpy


class TensorSpec(NamedTuple):
    """One input or output of a network."""

    name: str
    """The name in the model."""
    shape: Tuple[Optional[int], ...]
    """Its extents; `None` is one that is not known: a batch that is open."""
    dtype: numpy.dtype[Any]
    """The type of array elements; float32 stands for bfloat16, which numpy does not have."""

    def __str__(self) -> str:
        extents = "x".join("?" if extent is None else str(extent) for extent in self.shape)
        return f"{self.name}: {extents or 'scalar'} {self.dtype}"


def make_specs(rows: Iterable[Tuple[str, Tuple[Optional[int], ...], Any]]) -> Tuple[TensorSpec, ...]:
    """The specs that stand in tuples of the extension."""
    return tuple(TensorSpec(*row) for row in rows)


def arrange(
    specs: Tuple[TensorSpec, ...], arrays: Tuple[Any, ...], named: dict[str, Any]
) -> list[Any]:
    """One array for each input, from those given by position and by name."""
    if not named and len(arrays) == len(specs):
        return list(arrays)
    names = [spec.name for spec in specs]
    takes = "the network takes " + (", ".join(f"'{name}'" for name in names) or "no input")
    if len(arrays) > len(specs):
        raise TypeError(f"{takes}; got {len(arrays)} arrays")
    given = dict(zip(names, arrays))
    for name, array in named.items():
        if name not in names:
            raise TypeError(f"there is no input '{name}'; {takes}")
        if name in given:
            raise TypeError(f"input '{name}' is given twice")
        given[name] = array
    missing = [str(spec) for spec in specs if spec.name not in given]
    if missing:
        raise TypeError("input missing: " + "; ".join(missing))
    return [given[name] for name in names]
