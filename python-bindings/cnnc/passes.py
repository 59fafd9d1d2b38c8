"""Passes as users write them."""

from __future__ import annotations

import difflib
from typing import Iterable, List, Union

from . import _cnnc

_OPENING, _CLOSING = "{", "}"


def passes() -> List[str]:
    """The names of the project's passes, for `Module.run_passes`; those of MLIR, such as
    "canonicalize" and "cse", can be used, too."""
    return _cnnc.passes()


def parse(text: Union[str, Iterable[str]]) -> List[str]:
    """The flags of cnn-opt that a pipeline stands for: "fold-bn,winograd{tile=4}" is
    ["--fold-bn", "--winograd=tile=4"]. A list has a pass, or a flag of cnn-opt, in each element."""
    items = split(text) if isinstance(text, str) else list(text)
    return [make_flag(item.strip()) for item in items if item.strip()]


def split(text: str) -> List[str]:
    """Splits at commas that are not within braces or quotes."""
    items, start, depth, quote = [], 0, 0, ""
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == _OPENING:
            depth += 1
        elif character == _CLOSING:
            depth -= 1
        elif character == "," and depth == 0:
            items.append(text[start:place])
            start = place + 1
        if depth < 0:
            break
    if depth or quote:
        raise ValueError(f"braces or quotes do not match in the passes '{text}'")
    return items + [text[start:]]


def make_flag(item: str) -> str:
    """The flag of cnn-opt for "name", "name{options}", "--name" or "--name=options"."""
    if item.endswith(_CLOSING) and _OPENING in item:
        name, options = item[:-1].split(_OPENING, 1)
    else:
        name, _, options = item.partition("=")
    name = name.strip()
    name = name[2:] if name.startswith("--") else name
    check_name(name)
    options = options.strip()
    return f"--{name}={options}" if options else f"--{name}"


def check_name(name: str) -> None:
    """A ValueError if there is no such pass."""
    if _cnnc.knows_pass(name):
        return
    known = passes()
    if "(" in name:
        raise ValueError(f"expected passes by name, such as {known[0]}, got '{name}'; where they are nested is known")
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
    raise ValueError(f"unknown pass '{name}'; {hint}")
