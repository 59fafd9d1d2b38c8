//===- MutateAttributes.cpp - Broken attributes of nodes ------------------===//

#include "Mutate.h"

using namespace mlir::cnn;
using onnx::AttributeProto;
using onnx::GraphProto;
using onnx::NodeProto;
using onnx::TensorProto;

void Mutator::addAttribute(NodeProto &node) {
  static const std::vector<std::string> names = {"axis",
                                                 "axes",
                                                 "perm",
                                                 "pads",
                                                 "strides",
                                                 "kernel_shape",
                                                 "dilations",
                                                 "group",
                                                 "auto_pad",
                                                 "mode",
                                                 "keepdims",
                                                 "alpha",
                                                 "beta",
                                                 "epsilon",
                                                 "to",
                                                 "ceil_mode",
                                                 "count_include_pad",
                                                 "blocksize",
                                                 "starts",
                                                 "ends",
                                                 "split",
                                                 "scales",
                                                 "transA",
                                                 "transB",
                                                 "output_padding",
                                                 "output_shape",
                                                 "num_outputs",
                                                 "allowzero",
                                                 "start",
                                                 "end",
                                                 "value_ints",
                                                 "value_float",
                                                 "num_scan_inputs",
                                                 "new_axis",
                                                 "batch_dims",
                                                 "direction",
                                                 "equation",
                                                 "hidden_size",
                                                 "largest",
                                                 "sorted",
                                                 "exclusive",
                                                 "reverse",
                                                 "p",
                                                 "sampling_ratio",
                                                 "output_height",
                                                 "output_width",
                                                 "size",
                                                 "bias",
                                                 "lambd",
                                                 "fmod",
                                                 "reduction",
                                                 "storage_order",
                                                 "is_test",
                                                 "broadcast"};
  AttributeProto &attribute = *node.add_attribute();
  attribute.set_name(choose(names));
  static const std::vector<std::string> texts = {
      "SAME_UPPER", "SAME_LOWER", "VALID", "linear",  "nearest", "cubic",
      "constant",   "reflect",    "edge",  "wrap",    "CRD",     "DCR",
      "LEFT",       "add",        "mul",   "forward", "reverse", "ij,jk->ik",
      "",           "none",       "sum",   "max"};
  switch (pick(5)) {
  case 0:
    attribute.set_type(AttributeProto::STRING);
    attribute.set_s(choose(texts));
    return;
  case 1:
    attribute.set_type(AttributeProto::FLOAT);
    attribute.set_f(makeFloat(1));
    return;
  case 2:
    attribute.set_type(AttributeProto::INTS);
    for (int i = 0, count = pick(5); i < count; ++i)
      attribute.add_ints(makeInteger(1));
    return;
  default:
    attribute.set_type(AttributeProto::INT);
    attribute.set_i(makeInteger(1));
  }
}

void Mutator::mutateAttribute(AttributeProto &attribute) {
  switch (attribute.type()) {
  case AttributeProto::INT:
    attribute.set_i(makeInteger(attribute.i()));
    return;
  case AttributeProto::FLOAT:
    attribute.set_f(makeFloat(attribute.f()));
    return;
  case AttributeProto::INTS: {
    auto &integers = *attribute.mutable_ints();
    if (integers.empty() || chance(15))
      integers.Add(makeInteger(1));
    else if (chance(15))
      integers.RemoveLast();
    else {
      int i = pick(integers.size());
      integers.Set(i, makeInteger(integers.Get(i)));
    }
    return;
  }
  case AttributeProto::FLOATS:
    if (attribute.floats_size() > 0)
      attribute.set_floats(pick(attribute.floats_size()), makeFloat(1));
    return;
  case AttributeProto::TENSOR:
    return mutateTensor(*attribute.mutable_t());
  default:
    attribute.set_type(
        static_cast<AttributeProto::AttributeType>(1 + pick(10)));
  }
}

void Mutator::mutateAttributes(GraphProto &graph) {
  if (graph.node_size() == 0)
    return;
  NodeProto &node = chooseFrom(*graph.mutable_node());
  auto &attributes = *node.mutable_attribute();
  if (attributes.empty() || chance(20))
    return addAttribute(node);
  int i = pick(attributes.size());
  if (chance(15))
    attributes.DeleteSubrange(i, 1);
  else if (chance(10))
    *node.add_attribute() = AttributeProto(attributes.Get(i));
  else
    mutateAttribute(*attributes.Mutable(i));
}
