"""How pip builds and packs cnnc (PEP 517 and 660), with nothing but the standard library.

The repository is built as scripts/build does it, and what is in build/python becomes a wheel. In the
environment CNNC_BUILD names another folder that CMake has configured.
"""

import base64
import csv
import hashlib
import io
import os
import re
import subprocess
import sys
import sysconfig
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
NAME = "cnnc"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    package = build_package()
    files = {}
    for name in sorted(os.listdir(package)):
        if name != "__pycache__":
            with open(os.path.join(package, name), "rb") as file:
                files[f"{NAME}/{name}"] = file.read()
    return write_wheel(wheel_directory, files)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    """What is installed is a pointer to the folder of the build."""
    folder = os.path.dirname(build_package())
    return write_wheel(wheel_directory, {f"{NAME}.pth": f"{folder}\n".encode()})


def build_sdist(sdist_directory, config_settings=None):
    raise SystemExit("cnnc is installed from its repository: pip install ./python-bindings")


def build_package():
    """Builds the package and returns its folder."""
    folder = os.environ.get("CNNC_BUILD")
    if folder:
        command = ["ninja", "-C", folder, "cnnc-python"]
    else:
        folder = os.path.join(ROOT, "build")
        command = [os.path.join(ROOT, "scripts", "build"), "cnnc-python"]
    # What is said while building is for people; pip shows it with -v.
    subprocess.run(command, check=True)
    package = os.path.join(os.path.abspath(folder), "python", NAME)
    library = f"_cnnc{sysconfig.get_config_var('EXT_SUFFIX')}"
    if not os.path.exists(os.path.join(package, library)):
        version = ".".join(map(str, sys.version_info[:2]))
        raise SystemExit(f"{package} is not built for this Python, {version}: there is no {library}")
    return package


def read_version():
    with open(os.path.join(ROOT, "CMakeLists.txt")) as file:
        return re.search(r"project\(cnnc VERSION ([0-9.]+)", file.read()).group(1)


def write_wheel(directory, files):
    """Writes a wheel for this Python and system, and returns its name."""
    version = read_version()
    python = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    platform = re.sub("[-.]", "_", sysconfig.get_platform())
    tag = f"{python}-{python}-{platform}"
    info = f"{NAME}-{version}.dist-info"
    metadata = [
        "Metadata-Version: 2.1",
        f"Name: {NAME}",
        f"Version: {version}",
        "Summary: A compiler for convolutional networks",
        "License: Apache-2.0 WITH LLVM-exception",
        "Requires-Python: >=3.9",
        "Requires-Dist: numpy",
    ]
    wheel = ["Wheel-Version: 1.0", "Generator: cnnc", "Root-Is-Purelib: false", f"Tag: {tag}"]
    files = dict(files)
    files[f"{info}/METADATA"] = "\n".join(metadata + [""]).encode()
    files[f"{info}/WHEEL"] = "\n".join(wheel + [""]).encode()
    files[f"{info}/RECORD"] = make_record(files, f"{info}/RECORD")
    name = f"{NAME}-{version}-{tag}.whl"
    with zipfile.ZipFile(os.path.join(directory, name), "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return name


def make_record(files, own_path):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
        writer.writerow([path, f"sha256={digest.decode()}", len(content)])
    writer.writerow([own_path, "", ""])
    return text.getvalue().encode()
