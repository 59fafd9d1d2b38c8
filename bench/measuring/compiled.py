"""Runs a network compiled with --name=network on request: compiled.py LIBRARY.so

Each request is a line of JSON on the standard input, each answer one on the standard output; see
workers.py. The library is called as a program would call it that includes its header.
"""

import ctypes
import json
import pathlib
import sys
import time

import numpy

ALIGNMENT = 64


def allocate(size):
    """An aligned array of bytes."""
    memory = numpy.zeros(size + ALIGNMENT, numpy.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + size]


class Network:
    """The library, its arena and its tensors; a dynamic batch is one image."""

    def __init__(self, library):
        code = ctypes.CDLL(library)
        describe, arena_size = code.network_info, code.network_arena_size
        describe.restype, arena_size.restype = ctypes.c_char_p, ctypes.c_size_t
        self.info = json.loads(describe())
        for tensor in self.info["inputs"] + self.info["outputs"]:
            tensor["shape"] = [max(extent, 1) if extent else 0 for extent in tensor["shape"]]
        self.arena = allocate(arena_size())
        self.inputs, self.outputs = ([allocate(self.count_bytes(tensor)) for tensor in tensors]
                                     for tensors in (self.info["inputs"], self.info["outputs"]))
        self.function = code.network_run
        self.arguments = [self.make_pointers(self.inputs), self.make_pointers(self.outputs),
                          ctypes.c_void_p(self.arena.ctypes.data)]
        if self.info["dynamic_batch"]:
            self.arguments.append(ctypes.c_int64(1))

    @staticmethod
    def count_bytes(tensor):
        return int(numpy.prod(tensor["shape"], dtype=int)) * numpy.dtype(tensor["type"]).itemsize

    @staticmethod
    def make_pointers(arrays):
        return (ctypes.c_void_p * max(len(arrays), 1))(*(a.ctypes.data for a in arrays))

    def read_inputs(self, request):
        for array, tensor in zip(self.inputs, request["tensors"]):
            array[:] = numpy.fromfile(tensor["file"], numpy.uint8)
        return {}

    def run(self, request):
        times = []
        for _ in range(request["count"]):
            start = time.perf_counter_ns()
            self.function(*self.arguments)
            times.append((time.perf_counter_ns() - start) / 1e6)
        return {"ms": times}

    def write_outputs(self, request):
        self.function(*self.arguments)
        tensors = []
        for i, (array, tensor) in enumerate(zip(self.outputs, self.info["outputs"])):
            path = pathlib.Path(request["folder"]) / f"compiled_{i}.bin"
            array.tofile(path)
            tensors.append(dict(tensor, file=str(path)))
        return {"tensors": tensors}


def main():
    network = Network(sys.argv[1])
    print(json.dumps({"inputs": network.info["inputs"]}), flush=True)
    answers = {"inputs": network.read_inputs, "run": network.run,
               "outputs": network.write_outputs}
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(answers[request["command"]](request)), flush=True)


main()
