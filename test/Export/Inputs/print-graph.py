"""Prints an ONNX file: a line for the model, each input, initializer, node and output."""

import sys

import onnx
from onnx import helper, numpy_helper


def describe_type(value):
    tensor = value.type.tensor_type
    extents = [dim.dim_param or str(dim.dim_value or "?") for dim in tensor.shape.dim]
    return f"{onnx.TensorProto.DataType.Name(tensor.elem_type)} [{', '.join(extents)}]"


def describe_initializer(tensor):
    place = "external" if tensor.data_location == onnx.TensorProto.EXTERNAL else ""
    if not place:
        array = numpy_helper.to_array(tensor)
        place = f"= {array.tolist()}" if array.size <= 8 else ""
    return f"{onnx.TensorProto.DataType.Name(tensor.data_type)} {list(tensor.dims)} {place}".strip()


def main():
    model = onnx.load(sys.argv[1], load_external_data=False)
    opsets = ", ".join(f"{entry.domain or 'ai.onnx'} {entry.version}" for entry in model.opset_import)
    print(f"{model.producer_name}: IR {model.ir_version}, {opsets}")
    for value in model.graph.input:
        print(f"input {value.name}: {describe_type(value)}")
    for tensor in model.graph.initializer:
        print(f"constant {tensor.name}: {describe_initializer(tensor)}")
    for node in model.graph.node:
        attributes = " ".join(helper.printable_attribute(one) for one in node.attribute)
        results = ", ".join(node.output)
        print(f"{results} = {node.op_type}({', '.join(node.input)}) {attributes}".strip())
    for value in model.graph.output:
        print(f"output {value.name}: {describe_type(value)}")


if __name__ == "__main__":
    main()
