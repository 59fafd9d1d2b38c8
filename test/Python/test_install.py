"""pip install ./python-bindings, without a network and with packages of the system only."""

import os
import subprocess
import venv

import pytest

import cnnc


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    pytest.importorskip("ensurepip", reason="needs the package python3-venv")
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, system_site_packages=True, with_pip=True)
    return folder


def run(environment, *arguments, build, **options):
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    variables["CNNC_BUILD"] = build
    command = [environment / "bin" / "python", *arguments]
    return subprocess.run(command, env=variables, capture_output=True, text=True, **options)


@pytest.mark.parametrize("options", [[], ["--editable"]])
def test_pip_installs_the_package(environment, source, build, lenet_file, tmp_path, options):
    result = run(
        environment, "-m", "pip", "install", "--no-index", "--force-reinstall", "--no-deps",
        *options, os.path.join(source, "python-bindings"), build=build,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    program = f"""
import cnnc, numpy
network = cnnc.load({lenet_file!r}).compile()
print(network(numpy.zeros((1, 1, 28, 28), "float32")).shape)
print(cnnc.__file__)
"""
    result = run(environment, "-c", program, build=build, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    shape, path = result.stdout.splitlines()
    assert shape == "(1, 10)"
    assert path.startswith(build if options else os.fspath(environment))
    result = run(environment, "-m", "pip", "check", build=build)
    assert "cnnc" not in result.stdout
    result = run(environment, "-m", "pip", "show", "--files", "cnnc", build=build)
    assert f"Version: {cnnc.__version__}" in result.stdout and "Requires: numpy" in result.stdout


def test_there_is_no_source_package(environment, source, build, tmp_path):
    program = "import build_backend; build_backend.build_sdist('.')"
    result = run(
        environment, "-c", program, build=build, cwd=os.path.join(source, "python-bindings")
    )
    assert result.returncode != 0 and "pip install ./python-bindings" in result.stderr
