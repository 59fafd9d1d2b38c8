"""Checks what a network with compressed weights decodes them to:
python check-decoded.py LIBRARY NAME PLAIN.weights

LIBRARY is a shared library, and PLAIN.weights the weights of the network
compiled without compression, which must be the same bytes. Then a byte of the
library's compressed weights is changed, which must be reported."""

import ctypes
import json
import pathlib
import sys

path, name, plain = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])


def decode(library):
    """The code that loading returns, and the memory."""
    functions = ctypes.CDLL(str(library.resolve()))
    info = getattr(functions, f"{name}_info")
    info.restype = ctypes.c_char_p
    size = json.loads(info())["weights_size"]
    memory = ctypes.create_string_buffer(b"\xee" * size, size + 64)
    start = ctypes.addressof(memory)
    aligned = start + -start % 64
    load = getattr(functions, f"{name}_load_weights")
    load.argtypes = [ctypes.c_void_p]
    status = load(aligned)
    return status, ctypes.string_at(aligned, size)


expected = plain.read_bytes()
status, decoded = decode(path)
assert status == 0, status
assert decoded[: len(expected)] == expected, "what is decoded differs"

content = bytearray(path.read_bytes())
block = content.index(b"CNW1")
for position, wanted in ((block, 1), (block + 8, 1), (block + 40, 2), (block + 70, 2)):
    damaged = path.with_name(f"damaged-{position - block}.so")
    changed = content.copy()
    changed[position] ^= 1
    damaged.write_bytes(changed)
    status, _ = decode(damaged)
    assert status == wanted, (position - block, status)
print(f"{len(expected)} bytes are exact, and damage is found")
