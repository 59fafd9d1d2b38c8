"""Networks that passes run on."""

from __future__ import annotations

import os
import warnings
from typing import Any, Iterable, Mapping, Optional, Sequence, Tuple, Union

import numpy

from . import _cnnc, calibration as _calibration, passes as _passes
from .network import Network, Outputs, make_result
from .report import Report
from .tensors import TensorSpec, arrange, make_specs

_EXTENSIONS = (".onnx", ".mlir", ".mlirbc")


def load(
    model: Union[str, "os.PathLike[str]", bytes, Any],
    input_shapes: Optional[Mapping[str, Sequence[Optional[int]]]] = None,
) -> Module:
    """Reads a network.

    `model` is the path of a file (.onnx, .mlir or .mlirbc), the bytes of an ONNX file or of a
    .mlirbc file, or an `onnx.ModelProto`. `input_shapes` replaces what an ONNX file says of inputs:
    {"image": (1, 3, 224, 224)}; `None` as the first extent leaves the batch open.

    Raises `cnnc.Error` with the compiler's message, which names the node and operator at fault.
    """
    shapes = [
        (name, [-1 if extent is None else int(extent) for extent in shape])
        for name, shape in (input_shapes or {}).items()
    ]
    if hasattr(model, "SerializeToString"):
        model = model.SerializeToString()
    if isinstance(model, (bytes, bytearray, memoryview)):
        return Module(_cnnc.Module.parse(bytes(model), "model", shapes))
    path = os.fspath(model)
    if not path.endswith(_EXTENSIONS):
        raise ValueError(f"'{path}': expected a file named {', '.join(_EXTENSIONS[:-1])} or {_EXTENSIONS[-1]}")
    if not os.path.exists(path):
        raise FileNotFoundError(f"'{path}': there is no such file")
    return Module(_cnnc.Module.load(path, shapes))


class Module:
    """A network. It never changes: `run_passes` and `quantize` return another one.

    `cnnc.load` makes one. Several threads may use it at a time; they compile in parallel.
    """

    def __init__(self, implementation: _cnnc.Module) -> None:
        """Modules come from `cnnc.load`."""
        self._module = implementation
        self._inputs = make_specs(implementation.inputs())

    @property
    def name(self) -> str:
        """The network's name, which functions of compiled code begin with."""
        return self._module.name()

    @property
    def inputs(self) -> Tuple[TensorSpec, ...]:
        """Name, shape and dtype of each input."""
        return self._inputs

    @property
    def outputs(self) -> Tuple[TensorSpec, ...]:
        """Name, shape and dtype of each output."""
        return make_specs(self._module.outputs())

    def run_passes(
        self,
        passes: Union[str, Iterable[str]],
        calibration: Optional[_calibration.Images] = None,
    ) -> Module:
        """The network after the passes, which run in the order given.

        `passes` is a string with commas between passes and options in braces,
        "fold-bn,winograd{tile=4}", or a list with a pass, or a flag as cnn-opt takes it, in each
        element: ["fold-bn", "prune=what=channels macs=0.75"]. `cnnc.passes()` lists them.

        `calibration` is for passes that look at what the network computes, such as "prune" and
        "recover"; `quantize` says what it may be.

        Raises `ValueError` for a pass that there is not, naming similar ones, and `cnnc.Error` if
        a pass fails. Warnings of passes are Python warnings.
        """
        flags = _passes.parse(passes)
        with _calibration.as_file(calibration, self.inputs) as images:
            changed, texts = self._module.run_passes(flags, images)
        for text in texts:
            warnings.warn(text, stacklevel=2)
        return Module(changed)

    def quantize(self, calibration: _calibration.Images, **options: Union[str, float]) -> Module:
        """The network in integers of 8 bits, from images of what it will see; no labels are needed.

        `calibration` is an array of shape (images, channels, rows, columns), or what the network
        takes otherwise, in the dtype of its input; an iterable of such arrays or of single images;
        or the path of a folder of pictures, an .npz or an .npy file, as cnn-opt takes it.

        `options` are those of cnn-opt --quantize, with _ for -: activations="int8", weights="int4",
        range="percentile", first="float", max_drop=0.5 (percent). docs/Quantization.md explains them.
        """
        text = ",".join(f"{key.replace('_', '-')}={value}" for key, value in options.items())
        return self.run_passes([f"quantize={text}"], calibration)

    def report(
        self,
        sizes: bool = False,
        target: str = "",
        cpu: str = "",
        features: str = "",
        compile: bool = True,
    ) -> Report:
        """Figures of each layer: a list of dicts for pandas, and a table in notebooks.

        Times are predicted for one core of `target`, `cpu` and `features`, which are as with
        `Module.compile`: without them, of this computer. The compiler is asked how it would compute each layer, unless
        `compile` is False. `sizes` reports the bytes of constants instead, as they are and compressed.
        """
        if sizes:
            return Report(self._module.report_sizes())
        return Report(self._module.report(target, cpu, features, compile))

    def save(
        self,
        path: Union[str, "os.PathLike[str]"],
        opset: int = 17,
        quantized: str = "qdq",
        external_data: bool = False,
    ) -> None:
        """Writes the network to a file named .mlir (text), .mlirbc (binary) or .onnx.

        For .onnx, `opset` is 13 to 22, `quantized` is how layers of integers are written: "qdq", or
        "qlinear"; and `external_data` puts weights into a file PATH.data.
        """
        path = os.fspath(path)
        if quantized not in ("qdq", "qlinear"):
            raise ValueError(f"quantized: expected 'qdq' or 'qlinear', got '{quantized}'")
        if path.endswith(".onnx"):
            self._module.save_onnx(path, opset, quantized == "qlinear", external_data)
        elif path.endswith((".mlir", ".mlirbc")):
            self._module.save(path)
        else:
            raise ValueError(f"'{path}': expected a file named .mlir, .mlirbc or .onnx")

    def compile(
        self,
        target: str = "",
        cpu: str = "",
        threads: int = 1,
        features: str = "",
        optimize: bool = True,
        winograd: Union[str, int] = "auto",
    ) -> Network:
        """Compiles the network to machine code.

        `target` is a triple such as "aarch64-linux-gnu", `cpu` a processor such as "x86-64-v3",
        `features` "+a,-b"; without them code is for this computer. `threads` spreads each call over
        so many threads of OpenMP. `optimize=False` leaves the network as it was imported. `winograd`
        is "auto", "off", or the output tile 2, 4 or 6 of Winograd's algorithm.

        A network for another machine can be saved, but not called.
        """
        if threads < 1:
            raise ValueError(f"threads: expected at least 1, got {threads}")
        return Network(
            self._module.compile(target, cpu, features, threads, optimize, str(winograd))
        )

    def interpret(self, *arrays: Any, **named: Any) -> Union["numpy.ndarray[Any, Any]", Outputs]:
        """What the reference interpreter computes, layer by layer as defined: slow, and right.

        Takes and returns what the compiled network does.
        """
        results = self._module.interpret(arrange(self.inputs, arrays, named))
        return make_result(results, self.outputs)

    def __str__(self) -> str:
        """MLIR as text, without the data of large constants."""
        return self._module.print()

    def __repr__(self) -> str:
        return describe("Module", self.name, self.inputs, self.outputs)

    def __reduce__(self) -> Tuple[Any, ...]:
        return load, (self._module.bytecode(),)


def describe(
    kind: str, name: str, inputs: Tuple[TensorSpec, ...], outputs: Tuple[TensorSpec, ...]
) -> str:
    """<cnnc.Module lenet (image: 1x1x28x28 float32) -> (scores: 1x10 float32)>"""
    return f"<cnnc.{kind} {name} ({', '.join(map(str, inputs))}) -> ({', '.join(map(str, outputs))})>"
