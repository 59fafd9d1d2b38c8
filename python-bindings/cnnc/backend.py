"""The interface that ONNX gives all its backends: `onnx.backend.base.Backend`.

    import cnnc.backend

    rep = cnnc.backend.prepare(onnx.load("model.onnx"))
    outputs = rep.run([image])

Networks are compiled for this computer; `prepare(model, engine="reference")` interprets them.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy
import onnx
import onnx.checker
from onnx import helper, numpy_helper
from onnx.backend.base import Backend, BackendRep, Device, DeviceType, namedtupledict

from ._cnnc import Error
from .module import load

# How the compiler says that it has to know the value of an input.
_NEEDS_VALUE = "known at compile time"
_ENGINES = ("compiled", "reference")


class CnncBackendRep(BackendRep):
    """A model that is ready to run."""

    def __init__(self, model: onnx.ModelProto, engine: str) -> None:
        """Compiles the model. One whose shapes depend on values of inputs, such as those of a
        Reshape, is compiled when it is run, for the values that it is given."""
        self._model = model
        self._engine = engine
        self._bfloat16 = {
            value.name
            for value in model.graph.input
            if value.type.tensor_type.elem_type == onnx.TensorProto.BFLOAT16
        }
        self._functions: Dict[Tuple[Any, ...], Any] = {}
        try:
            self._functions[()] = self._make(model)
        except Error as error:
            if _NEEDS_VALUE not in str(error):
                raise

    def run(self, inputs: Any, **kwargs: Any) -> Tuple[Any, ...]:
        """The outputs for arrays in the order of the inputs, or by their names in a dict: a tuple
        that knows the names of the outputs."""
        names = get_input_names(self._model)
        if isinstance(inputs, dict):
            inputs = [inputs[name] for name in names]
        elif not isinstance(inputs, (list, tuple)):
            inputs = [inputs]
        if len(inputs) != len(names):
            raise ValueError(f"expected {len(names)} inputs, {', '.join(names)}; got {len(inputs)}")
        arrays = [self._widen(name, numpy.asarray(array)) for name, array in zip(names, inputs)]
        function = self._functions.get(())
        if function is None:
            function, arrays = self._specialize(names, arrays)
        results = function(*arrays)
        if not isinstance(results, tuple):
            results = (results,)
        outputs = [value.name for value in self._model.graph.output]
        named: Tuple[Any, ...] = namedtupledict("Outputs", outputs)(*results)
        return named

    def _widen(self, name: str, array: Any) -> Any:
        """The numbers of a bfloat16 input that is given as the bits of its numbers, as files have it."""
        if array.dtype != "uint16" or name not in self._bfloat16:
            return array
        return (array.astype("uint32") << 16).view("float32")

    def _make(self, model: onnx.ModelProto) -> Any:
        module = load(model)
        return module.interpret if self._engine == "reference" else module.compile()

    def _specialize(self, names: List[str], arrays: List[Any]) -> Tuple[Any, List[Any]]:
        """A function for the values of all inputs but the first, or of all, and what it takes."""
        for first in (1, 0):
            key = (first, *((a.dtype.str, a.shape, a.tobytes()) for a in arrays[first:]))
            if key not in self._functions:
                try:
                    model = make_constants(self._model, names[first:], arrays[first:])
                    self._functions[key] = self._make(model)
                except Error as error:
                    if first == 0 or _NEEDS_VALUE not in str(error):
                        raise
                    continue
            return self._functions[key], arrays[:first]
        raise AssertionError("unreachable")


class CnncBackend(Backend):
    """The compiler as a backend of ONNX, for the CPU of this computer."""

    @classmethod
    def is_compatible(cls, model: onnx.ModelProto, device: str = "CPU", **kwargs: Any) -> bool:
        """Whether every operator of the model is supported, by what can be known before it runs."""
        if not cls.supports_device(device):
            return False
        try:
            load(model)
        except Error as error:
            return _NEEDS_VALUE in str(error)
        return True

    @classmethod
    def prepare(
        cls, model: onnx.ModelProto, device: str = "CPU", engine: str = "compiled", **kwargs: Any
    ) -> CnncBackendRep:
        """Compiles a model. `engine` is "compiled", or "reference" to interpret it instead."""
        if not cls.supports_device(device):
            raise ValueError(f"expected the device 'CPU', got '{device}'")
        if engine not in _ENGINES:
            raise ValueError(f"expected the engine {' or '.join(_ENGINES)}, got '{engine}'")
        return CnncBackendRep(model, engine)

    @classmethod
    def run_node(
        cls,
        node: onnx.NodeProto,
        inputs: Any,
        device: str = "CPU",
        outputs_info: Optional[Sequence[Tuple[Any, Tuple[int, ...]]]] = None,
        **kwargs: Any,
    ) -> Tuple[Any, ...]:
        """Runs one node on arrays for the inputs that it names, or a dict of them.

        `outputs_info` has the dtype and shape of each output; without it they are inferred.
        `opset_version` is the opset of the node, and by default the latest that onnx knows.
        """
        super().run_node(node, inputs, device, outputs_info, **kwargs)
        names = [name for name in dict.fromkeys(node.input) if name]
        if not isinstance(inputs, dict):
            arrays = inputs if isinstance(inputs, (list, tuple)) else [inputs]
            inputs = dict(zip((name for name in node.input if name), arrays))
        arrays = [numpy.asarray(inputs[name]) for name in names]
        opset = kwargs.get("opset_version", onnx.defs.onnx_opset_version())
        model = make_node_model(node, names, arrays, outputs_info, opset)
        engine = kwargs.get("engine", "compiled")
        return cls.prepare(model, device, engine=engine).run(arrays)

    @classmethod
    def supports_device(cls, device: str) -> bool:
        """Whether the device is "CPU"."""
        try:
            return bool(Device(device).type == DeviceType.CPU)
        except (AttributeError, ValueError):
            return False


def get_input_names(model: onnx.ModelProto) -> List[str]:
    """The inputs that have no value of their own in the file."""
    constants = {tensor.name for tensor in model.graph.initializer}
    return [value.name for value in model.graph.input if value.name not in constants]


def make_constants(
    model: onnx.ModelProto, names: Sequence[str], arrays: Sequence[Any]
) -> onnx.ModelProto:
    """A copy of the model that has these arrays for inputs."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    kept = [value for value in copy.graph.input if value.name not in names]
    del copy.graph.input[:]
    copy.graph.input.extend(kept)
    copy.graph.initializer.extend(map(numpy_helper.from_array, arrays, names))
    return copy


def make_node_model(
    node: onnx.NodeProto,
    names: Sequence[str],
    arrays: Sequence[Any],
    outputs_info: Optional[Sequence[Tuple[Any, Tuple[int, ...]]]],
    opset: int,
) -> onnx.ModelProto:
    """A model of one node."""

    def describe(name: str, dtype: Any, shape: Sequence[int]) -> onnx.ValueInfoProto:
        kind = helper.mapping.NP_TYPE_TO_TENSOR_TYPE[numpy.dtype(dtype)]
        return helper.make_tensor_value_info(name, kind, shape)

    inputs = [describe(name, array.dtype, array.shape) for name, array in zip(names, arrays)]
    outputs = [name for name in node.output if name]
    if outputs_info is None:
        values = [onnx.ValueInfoProto(name=name) for name in outputs]
    else:
        values = [describe(name, *info) for name, info in zip(outputs, outputs_info)]
    graph = helper.make_graph([node], "node", inputs, values)
    domain = helper.make_opsetid(node.domain, opset)
    model = helper.make_model(graph, opset_imports=[domain])
    return onnx.shape_inference.infer_shapes(model) if outputs_info is None else model


is_compatible = CnncBackend.is_compatible
prepare = CnncBackend.prepare
run_model = CnncBackend.run_model
run_node = CnncBackend.run_node
supports_device = CnncBackend.supports_device

__all__ = [
    "CnncBackend",
    "CnncBackendRep",
    "is_compatible",
    "prepare",
    "run_model",
    "run_node",
    "supports_device",
]
