"""The type hints of the package, and the stubs of its extension."""

import ast
import os
import re
import shutil
import subprocess

import pytest

import cnnc
from cnnc import _cnnc


def read_stubs():
    path = os.path.join(os.path.dirname(cnnc.__file__), "_cnnc.pyi")
    with open(path) as file:
        return ast.parse(file.read()).body


def list_functions(body, owner, name=""):
    """Each function of the stubs: what it is called, its arguments and the thing itself."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from list_functions(node.body, getattr(owner, node.name), node.name + ".")
        elif isinstance(node, ast.FunctionDef):
            arguments = [argument.arg for argument in node.args.args]
            yield name + node.name, arguments, getattr(owner, node.name)


@pytest.mark.parametrize(
    "name, arguments, function",
    [case for case in list_functions(read_stubs(), _cnnc) if "state__" not in case[0]],
)
def test_stubs_have_the_arguments_of_functions(name, arguments, function):
    # pybind11 writes: run(self: cnnc._cnnc.Network, inputs: list, out: object) -> list
    signature = function.__doc__.splitlines()[0]
    assert signature.startswith(name.split(".")[-1] + "(")
    assert re.findall(r"(\w+): ", signature.partition("->")[0]) == arguments


def test_stubs_are_complete():
    names = {name for name, _, _ in list_functions(read_stubs(), _cnnc)}
    for kind in ("Module", "Network"):
        for attribute in vars(getattr(_cnnc, kind)):
            if not attribute.startswith("_"):
                assert f"{kind}.{attribute}" in names


def run_mypy(program, source, build, *arguments, **options):
    if not shutil.which(program):
        pytest.skip("needs the package mypy")
    config = os.path.join(source, "python-bindings", "pyproject.toml")
    result = subprocess.run(
        [program, "--config-file" if program == "mypy" else "--mypy-config-file", config, *arguments],
        env={**os.environ, "MYPYPATH": os.path.join(build, "python")},
        capture_output=True,
        text=True,
        **options,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_mypy_finds_nothing(source, build, tmp_path):
    run_mypy("mypy", source, build, f"--cache-dir={tmp_path}", "-p", "cnnc", cwd=tmp_path)


def test_stubtest_finds_nothing(source, build, tmp_path):
    # What pybind11 makes of every class.
    allowed = tmp_path / "allowed"
    allowed.write_text("".join(f"cnnc._cnnc.{k}\ncnnc._cnnc.{k}.__init__\n" for k in ("Module", "Network")))
    run_mypy("stubtest", source, build, f"--allowlist={allowed}", "cnnc._cnnc", cwd=tmp_path)
