"""Test cases in the layout of the ONNX backend tests, and how one is run."""

import contextlib
import dataclasses
import os
import re
import shutil
import subprocess
import tempfile

import onnx

ENGINES = {"native": "compiled", "reference": "reference"}
TIMEOUT_SECONDS = 120
INTEGER_TYPES = {
    onnx.TensorProto.BOOL,
    *(getattr(onnx.TensorProto, f"{sign}INT{bits}") for sign in ("", "U") for bits in (8, 16, 32, 64)),
}


@dataclasses.dataclass
class Case:
    name: str  # "node/test_relu"
    folder: str
    data: list  # its test_data_set_N
    operator: str = ""
    is_exact: bool = False  # all outputs are integers

    @property
    def model(self):
        return os.path.join(self.folder, "model.onnx")


@dataclasses.dataclass
class Outcome:
    """What became of a case in one engine."""

    status: str  # passed, refused, differs or crashed
    reason: str = ""

    @property
    def needs_constants(self):
        return "known at compile time" in self.reason


@dataclasses.dataclass
class Result:
    case: Case
    outcomes: dict  # engine to outcome
    with_constants: bool = False


def find(folders, text):
    """The cases of the folders whose names have `text`, each with its operator."""
    found = {}
    for folder in folders:
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            data = sorted(
                entry.path
                for entry in (os.scandir(path) if os.path.isdir(path) else [])
                if entry.name.startswith("test_data_set_")
            )
            group = os.path.basename(os.path.normpath(folder))
            if data and text in f"{group}/{name}":
                found[f"{group}/{name}"] = Case(f"{group}/{name}", path, data)
    for case in found.values():
        describe(case)
    return list(found.values())


def choose(found, count):
    """At most `count` cases of each operator, evenly among those it has."""
    groups = {}
    for case in found:
        groups.setdefault(case.operator, []).append(case)
    chosen = set()
    for group in groups.values():
        taken = min(count, len(group))
        chosen.update(group[i * len(group) // taken].name for i in range(taken))
    return [case for case in found if case.name in chosen]


def describe(case):
    """Reads from the model which operator a case is about and what it computes."""
    group, name = case.name.split("/")
    model = onnx.load(case.model)
    types = {output.type.tensor_type.elem_type for output in model.graph.output}
    case.is_exact = types <= INTEGER_TYPES
    if group != "node":
        case.operator = group
        return
    # What an expanded function is about its own case says, which is beside it.
    whole = os.path.join(os.path.dirname(case.folder), name.split("_expanded")[0], "model.onnx")
    if os.path.exists(whole):
        model = onnx.load(whole)
    operators = [node.op_type for node in model.graph.node]
    case.operator = next((kind for kind in operators if kind != "Constant"), "Constant")


class Runner:
    """Runs cases with one cnn-run."""

    def __init__(self, cnn_run, tolerances):
        self.cnn_run = cnn_run
        self.tolerances = tolerances

    def run(self, case):
        outcomes = self.run_engines(case, case.model, case.data)
        if not outcomes["reference"].needs_constants:
            return Result(case, outcomes)
        # Networks have constants where many cases have inputs: the shape of a Reshape.
        for first in (1, 0):
            attempt = self.run_with_constants(case, first)
            if attempt and not attempt["reference"].needs_constants:
                return Result(case, attempt, with_constants=True)
        return Result(case, outcomes)

    def run_engines(self, case, model, data):
        return {
            name: self.run_engine(case, [model, f"--engine={engine}"], data)
            for name, engine in ENGINES.items()
        }

    def run_with_constants(self, case, first):
        """The outcomes with the inputs from `first` on made constants; none without tensors."""
        with contextlib.ExitStack() as stack:
            for data in case.data:
                target = stack.enter_context(tempfile.TemporaryDirectory())
                if not make_constants(case.model, data, first, target):
                    return None
                model = os.path.join(target, "model.onnx")
                outcomes = self.run_engines(case, model, [target])
                if any(outcome.status != "passed" for outcome in outcomes.values()):
                    break
            return outcomes

    def run_engine(self, case, command, data):
        relative, absolute = self.tolerances.get(case)
        command = [self.cnn_run, *command, *(f"--test-data={folder}" for folder in data)]
        command += [f"--rtol={relative}", f"--atol={absolute}"]
        try:
            result = subprocess.run(
                command,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return Outcome("crashed", f"takes more than {TIMEOUT_SECONDS} seconds")
        return judge(result)


def judge(result):
    """What the exit code and the messages of cnn-run say."""
    if result.returncode == 0:
        return Outcome("passed")
    if result.returncode == 1 and "FAILED" in result.stdout:
        return Outcome("differs", " ".join(result.stdout.split("FAILED", 1)[1].split()))
    # A table of several nodes has several lines.
    message = re.search(r"error: (.*)", result.stderr, re.DOTALL)
    if result.returncode != 1 or not message:
        return Outcome("crashed", f"exit code {result.returncode}: {result.stderr[-300:]}")
    # Without the file.
    text = " ".join(message.group(1).split())
    return Outcome("refused", re.sub(r"^\S*model\.onnx: ", "", text))


def make_constants(model_file, data, first, target):
    """Copies a case to `target` with the inputs from `first` on made constants.

    False if one of them is no tensor.
    """
    model = onnx.load(model_file)
    if not all(value.type.HasField("tensor_type") for value in model.graph.input):
        return False
    for index, value in list(enumerate(model.graph.input))[first:]:
        tensor = onnx.load_tensor(os.path.join(data, f"input_{index}.pb"))
        tensor.name = value.name
        model.graph.initializer.append(tensor)
    del model.graph.input[first:]
    onnx.save(model, os.path.join(target, "model.onnx"))
    kept = [f"input_{index}.pb" for index in range(first)]
    for name in os.listdir(data):
        if name.startswith("output_") or name in kept:
            shutil.copy(os.path.join(data, name), target)
    return True
