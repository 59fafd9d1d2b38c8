"""Processes that keep a network loaded and run it on request, so that two systems can be timed in
turns of a few milliseconds.

| request | answer |
|---|---|
| {"command": "inputs", "tensors": [{name, type, shape, file}]} | {} |
| {"command": "run", "count": n} | {"ms": one time for each run} |
| {"command": "outputs", "folder": path} | {"tensors": [{name, type, shape, file}]} |

Files hold the bytes of one tensor. Before the first request a process says what it loaded.
"""

import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys

import numpy

FOLDER = pathlib.Path(__file__).parent
TURN_MS = 40


class Worker:
    """A process that answers requests, and is stopped while it has none: threads of OpenMP and of
    ONNX Runtime wait for work in a busy loop, for up to 50 ms, which would be the other's time."""

    def __init__(self, command, **environment):
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=dict(os.environ, **environment))
        self.description = self.read_answer()
        self.process.send_signal(signal.SIGSTOP)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.close()
        self.process.wait()

    def read_answer(self):
        line = self.process.stdout.readline()
        answer = json.loads(line) if line else {"error": "a process that runs a network ended"}
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def ask(self, command, **request):
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(json.dumps(dict(request, command=command)) + "\n")
        self.process.stdin.flush()
        answer = self.read_answer()
        self.process.send_signal(signal.SIGSTOP)
        return answer

    def time(self, count):
        """Milliseconds of `count` runs; one before them warms the caches up."""
        return self.ask("run", count=count + 1)["ms"][1:]


def start_compiled(library, threads):
    """No thread is bound to a core: ONNX Runtime binds none either, given their number."""
    return Worker([sys.executable, FOLDER / "compiled.py", library], OMP_NUM_THREADS=str(threads))


def start_rival(model, threads, modules):
    return Worker(["node", FOLDER / "onnxruntime.js", model, threads],
                  CNNC_BENCH_MODULES=str(modules))


def write_inputs(infos, folder):
    """Pseudo-random tensors, always the same, in files."""
    generator = numpy.random.default_rng(1)
    tensors = []
    for i, info in enumerate(infos):
        kind = numpy.dtype(info["type"])
        values = generator.random(info["shape"])
        if kind.kind != "f":
            values *= 2 if kind.kind == "b" else 100
        path = pathlib.Path(folder) / f"input_{i}.bin"
        values.astype(kind).tofile(path)
        tensors.append(dict(info, file=str(path)))
    return tensors


def time_in_turns(workers, runs):
    """The times of at least `runs` runs of each worker, in turns long enough for the clock."""
    counts = []
    for worker in workers:
        estimate = statistics.median(worker.time(3))
        worker.time(min(50, int(200 / estimate) + 1))
        counts.append(max(1, min(runs, round(TURN_MS / estimate))))
    times = [[] for _ in workers]
    while any(len(measured) < runs for measured in times):
        for worker, count, measured in zip(workers, counts, times):
            measured += worker.time(count)
    return times


def compare_outputs(ours, theirs):
    """The largest difference of two lists of outputs, by the largest number of each output."""
    by_name = {tensor["name"]: tensor for tensor in theirs}
    errors = []
    for tensor in ours:
        rival = by_name.get(tensor["name"])
        if rival is None:
            continue
        got, expected = (numpy.fromfile(it["file"], it["type"]).astype(numpy.float64)
                         for it in (tensor, rival))
        if got.shape != expected.shape:
            return float("inf")
        scale = numpy.abs(expected).max(initial=0) or 1.0
        error = numpy.abs(got - expected).max(initial=0) / scale
        errors.append(error if numpy.isfinite(error) else float("inf"))
    return max(errors, default=float("inf"))
