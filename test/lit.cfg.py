"""How lit runs the tests of this folder; docs/Testing.md lists what a test may use."""

import os
import platform
import shutil
import subprocess

import lit.formats

config.name = "cnnc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.test_source_root = os.path.dirname(__file__)
config.suffixes = [".mlir", ".test"]
# Unit has its own configuration, Python is run by pytest, Inputs are no tests.
config.excludes = ["Unit", "Python", "Inputs"]

config.environment["PATH"] = os.pathsep.join(
    [config.cnnc_tools, config.llvm_tools, os.environ["PATH"]]
)
# Debian's MLIR keeps some objects until the process ends, and its allocators, compiled
# without the sanitizer, do not undo the poisoning of ours.
config.environment["ASAN_OPTIONS"] = "detect_leaks=0:allow_user_poisoning=0"
config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1"


def substitute(name, value):
    """Makes `%name` stand for `value` in RUN lines."""
    config.substitutions.append((f"%{name}\\b", value))


def add_folder(name, path, feature):
    """Makes `%name` stand for a folder, and `feature` true if it is there."""
    substitute(name, path)
    if os.path.isdir(path):
        config.available_features.add(feature)


def add_cross_target(name, compiler, emulator, root):
    """A C compiler for another machine and the emulator that runs its programs."""
    substitute(f"{name}-cc", compiler)
    substitute(emulator, f"{emulator} -L {root}")
    if shutil.which(compiler) and shutil.which(emulator) and os.path.isdir(root):
        config.available_features.add(f"{name}-cross")


def add_python_module(name):
    """`name` is a feature if the tests' Python has that module."""
    program = f"import importlib.util, sys; sys.exit(not importlib.util.find_spec('{name}'))"
    if subprocess.run([config.python, "-c", program]).returncode == 0:
        config.available_features.add(name)


def get_processor_flags():
    """The extensions of this machine as Linux names them: avx2, avx512f, asimd."""
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith(("flags", "Features")):
                return line.split(":", 1)[1].split()
    return []


substitute("python", config.python)
substitute("cc", config.c_compiler)
substitute("examples", os.path.join(config.cnnc_source, "examples"))
substitute("scripts", os.path.join(config.cnnc_source, "scripts"))
substitute("bench", os.path.join(config.cnnc_source, "bench"))
substitute("build", config.cnnc_build)

add_folder("shared", os.path.normpath(config.cnnc_shared), "shared-models")
add_folder("testdata", "/usr/share/libonnx-testdata/data", "onnx-testdata")

add_cross_target(
    "aarch64", "aarch64-linux-gnu-gcc", "qemu-aarch64", "/usr/aarch64-linux-gnu"
)
add_cross_target(
    "armv7", "arm-linux-gnueabihf-gcc", "qemu-arm", "/usr/arm-linux-gnueabihf"
)

add_cross_target(
    "riscv64", "riscv64-linux-gnu-gcc", "qemu-riscv64", "/usr/riscv64-linux-gnu"
)
if shutil.which("arm-none-eabi-gcc") and shutil.which("qemu-system-arm"):
    config.available_features.add("cortex-m")

if len(os.sched_getaffinity(0)) > 1:
    config.available_features.add("several-processors")

add_python_module("torch")
add_python_module("torchvision")

if shutil.which("node") and os.path.isdir(
    os.path.join(config.cnnc_build, "bench", "node_modules", "onnxruntime-node")
):
    config.available_features.add("onnxruntime")
if platform.machine() == "x86_64" and shutil.which("qemu-x86_64"):
    config.available_features.add("x86_64-emulator")
if shutil.which("pkg-config"):
    config.available_features.add("pkg-config")
chromium = shutil.which("chromium")
if chromium:
    substitute("chromium", chromium)
    config.available_features.add("chromium")
if shutil.which("cnnc-import-fuzzer", path=config.cnnc_tools):
    config.available_features.add("fuzzer")
if config.sanitize == "ON":
    config.available_features.add("sanitize")
if config.cxx_compiler_id == "Clang":
    config.available_features.add("clang")
for flag in get_processor_flags():
    config.available_features.add(f"cpu-{flag}")
