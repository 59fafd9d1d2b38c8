"""Runs ONNX's own test cases on cnn-run and compares with what is expected.

run-conformance.py [--update] [--only=TEXT] LIST FOLDER...

A case is a folder with model.onnx and test_data_set_0. It passes, is refused with one
message (unsupported), or fails: wrong numbers, a crash, or no message. LIST names the cases
that are expected to be unsupported, one a line with the reason after a colon; the exit code
is 1 if a case fails, or if LIST is not exactly what was found. --update writes LIST.

Many cases of single operators pass as inputs what networks have as constants, the shape of a
Reshape for instance. Where cnn-run asks for that, all inputs but the first become constants.
"""

import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

import onnx

# Where we differ from the expected numbers on purpose.
ALIGN_CORNERS = (
    "align_corners divides by the extent of the result, as the operator's text, PyTorch and "
    "ONNX Runtime do, not by input extent times scale"
)
DIFFERENT = {
    "node/test_cast_FLOAT_to_BFLOAT16": "the expected bfloat16 are stored as uint16",
    "node/test_resize_downsample_scales_cubic_align_corners": ALIGN_CORNERS,
    "node/test_resize_downsample_scales_linear_align_corners": ALIGN_CORNERS,
}


def run(model, data):
    """What became of one case: "passed", "unsupported" or "FAILED", and why."""
    command = ["cnn-run", model, "--engine=reference", f"--test-data={data}"]
    command += ["--rtol=1e-3", "--atol=1e-5"]
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=300
        )
    except subprocess.TimeoutExpired:
        return "FAILED", "takes more than 300 seconds"
    if result.returncode == 0:
        return "passed", ""
    message = re.search(r"error: (.*)", result.stderr)
    if result.returncode != 1 or (not message and "FAILED" not in result.stdout):
        return "FAILED", f"exit code {result.returncode}: {result.stderr[-300:]}"
    if "FAILED" in result.stdout:
        return "FAILED", " ".join(result.stdout.split("FAILED", 1)[1].split())
    return "unsupported", shorten(message.group(1))


def shorten(message):
    """The message without the file and the list of supported operators."""
    message = re.sub(r"^.*model\.onnx: ", "", message)
    return re.sub(r"; supported: .*", "", message)


def make_constants(folder, target):
    """Copies a case to `target` with all inputs but the first made constants."""
    model = onnx.load(os.path.join(folder, "model.onnx"))
    data = os.path.join(folder, "test_data_set_0")
    for index, value in list(enumerate(model.graph.input))[1:]:
        tensor = onnx.load_tensor(os.path.join(data, f"input_{index}.pb"))
        tensor.name = value.name
        model.graph.initializer.append(tensor)
    del model.graph.input[1:]
    onnx.save(model, os.path.join(target, "model.onnx"))
    for name in os.listdir(data):
        if name.startswith("output_") or name == "input_0.pb":
            shutil.copy(os.path.join(data, name), target)


def run_case(folder):
    outcome, reason = run(
        os.path.join(folder, "model.onnx"), os.path.join(folder, "test_data_set_0")
    )
    if "known at compile time" not in reason:
        return outcome, reason
    with tempfile.TemporaryDirectory() as target:
        try:
            make_constants(folder, target)
        except Exception:  # Sequences and optional values are no tensors.
            return outcome, reason
        return run(os.path.join(target, "model.onnx"), target)


def read_list(path):
    with open(path) as file:
        lines = [line.split(":", 1)[0].strip() for line in file]
    return {line for line in lines if line and not line.startswith("#")}


def write_list(path, unsupported):
    with open(path, "w") as file:
        file.write("# Cases of ONNX that are refused, and why; see run-conformance.py.\n")
        for name in sorted(unsupported):
            file.write(f"{name}: {unsupported[name]}\n")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("list")
    parser.add_argument("folders", nargs="+")
    arguments = parser.parse_args()

    cases = {
        f"{os.path.basename(folder.rstrip('/'))}/{name}": os.path.join(folder, name)
        for folder in arguments.folders
        for name in sorted(os.listdir(folder))
        if arguments.only in name
        and os.path.exists(os.path.join(folder, name, "test_data_set_0"))
    }
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = dict(zip(cases, pool.map(run_case, cases.values())))

    found = {"passed": {}, "unsupported": {}, "FAILED": {}}
    for name, (outcome, reason) in outcomes.items():
        if outcome == "FAILED" and name in DIFFERENT:
            outcome, reason = "unsupported", DIFFERENT[name]
        found[outcome][name] = reason
    for name, reason in found["FAILED"].items():
        print(f"FAILED {name}: {reason}")
    print(", ".join(f"{len(names)} {outcome}" for outcome, names in found.items()))
    if arguments.update:
        write_list(arguments.list, found["unsupported"])
        return
    expected = read_list(arguments.list) & set(cases)
    for name in sorted(set(found["unsupported"]) - expected):
        print(f"no longer supported: {name}: {found['unsupported'][name]}")
    for name in sorted(expected & set(found["passed"])):
        print(f"supported now, remove from the list: {name}")
    if found["FAILED"] or set(found["unsupported"]) != expected:
        sys.exit(1)


main()
