//===- Mutate.cpp - Broken ONNX models ------------------------------------===//

#include "Mutate.h"

#include "cnnc/Import/Import.h"

#include <cmath>
#include <limits>

using namespace mlir::cnn;
using onnx::AttributeProto;
using onnx::GraphProto;
using onnx::ModelProto;
using onnx::NodeProto;
using onnx::TensorProto;

Mutator::Mutator(unsigned seed) : random(seed), operators(listOperators()) {}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

int64_t Mutator::makeInteger(int64_t old) {
  static const std::vector<int64_t> values = {
      -1,
      0,
      1,
      2,
      3,
      4,
      5,
      7,
      8,
      16,
      64,
      1023,
      1024,
      4097,
      -2,
      -3,
      127,
      128,
      255,
      256,
      65536,
      -128,
      int64_t(1) << 31,
      (int64_t(1) << 31) - 1,
      int64_t(1) << 40,
      int64_t(1) << 53,
      (int64_t(1) << 53) + 1,
      int64_t(1) << 62,
      std::numeric_limits<int64_t>::max(),
      std::numeric_limits<int64_t>::min()};
  if (chance(40))
    return static_cast<int64_t>(static_cast<uint64_t>(old) + pick(5) - 2);
  return choose(values);
}

float Mutator::makeFloat(float old) {
  static const std::vector<float> values = {
      0.0f, -0.0f, 1.0f,  -1.0f,    0.5f,
      2.0f, 1e-7f, 1e30f, INFINITY, std::numeric_limits<float>::quiet_NaN()};
  return chance(30) ? old * 1.5f : choose(values);
}

/// A name that means something in `graph`, or nothing.
std::string Mutator::chooseName(const GraphProto &graph) {
  std::vector<std::string> names = {""};
  for (const auto &input : graph.input())
    names.push_back(input.name());
  for (const TensorProto &tensor : graph.initializer())
    names.push_back(tensor.name());
  for (const NodeProto &node : graph.node())
    for (const std::string &name : node.output())
      names.push_back(name);
  return choose(names);
}

static void collect(GraphProto &graph, std::vector<GraphProto *> &graphs) {
  graphs.push_back(&graph);
  for (NodeProto &node : *graph.mutable_node())
    for (AttributeProto &attribute : *node.mutable_attribute())
      if (attribute.has_g())
        collect(*attribute.mutable_g(), graphs);
}

GraphProto &Mutator::chooseGraph(ModelProto &model) {
  std::vector<GraphProto *> graphs;
  collect(*model.mutable_graph(), graphs);
  return *choose(graphs);
}

//===----------------------------------------------------------------------===//
// Nodes and edges
//===----------------------------------------------------------------------===//

void Mutator::mutateNodes(GraphProto &graph) {
  auto &nodes = *graph.mutable_node();
  if (nodes.empty())
    return addNode(graph);
  int i = pick(nodes.size());
  switch (pick(6)) {
  case 0:
    nodes.DeleteSubrange(i, 1);
    return;
  case 1:
    nodes.SwapElements(i, pick(nodes.size()));
    return;
  case 2:
    nodes.Mutable(i)->set_op_type(choose(operators));
    return;
  case 3: {
    NodeProto copy = nodes.Get(i);
    for (std::string &name : *copy.mutable_output())
      name += "'";
    *graph.add_node() = copy;
    if (copy.output_size() > 0 && chance(50))
      graph.add_output()->set_name(copy.output(0));
    return;
  }
  default:
    return addNode(graph);
  }
}

/// A node of any operator behind the others, whose result is an output.
void Mutator::addNode(GraphProto &graph) {
  NodeProto node;
  node.set_op_type(choose(operators));
  size_t dot = node.op_type().rfind('.');
  if (dot != std::string::npos) {
    node.set_domain(node.op_type().substr(0, dot));
    node.set_op_type(node.op_type().substr(dot + 1));
  }
  for (int i = 0, count = 1 + pick(3); i < count; ++i)
    node.add_input(chooseName(graph));
  for (int i = 0, count = pick(3); i < count; ++i)
    addAttribute(node);
  std::string result = "r" + std::to_string(random() % 10000);
  node.add_output(result);
  *graph.add_node() = node;
  graph.add_output()->set_name(result);
}

void Mutator::mutateEdges(GraphProto &graph) {
  if (graph.node_size() == 0)
    return;
  NodeProto &node = chooseFrom(*graph.mutable_node());
  switch (pick(6)) {
  case 0:
    node.add_input(chooseName(graph));
    return;
  case 1:
    if (node.input_size() > 0)
      node.mutable_input()->RemoveLast();
    return;
  case 2:
    if (node.output_size() > 0)
      chooseFrom(*node.mutable_output()) = chooseName(graph);
    return;
  case 3:
    node.add_output("extra" + std::to_string(random() % 100));
    return;
  default:
    if (node.input_size() > 0)
      chooseFrom(*node.mutable_input()) = chooseName(graph);
  }
}

//===----------------------------------------------------------------------===//
// Shapes and tensors
//===----------------------------------------------------------------------===//

static int chooseType(std::mt19937 &random) { return random() % 18; }

void Mutator::mutateInput(GraphProto &graph) {
  if (graph.input_size() == 0)
    return;
  auto &type =
      *chooseFrom(*graph.mutable_input()).mutable_type()->mutable_tensor_type();
  auto &dims = *type.mutable_shape()->mutable_dim();
  int choice = pick(8);
  if (choice == 0)
    type.set_elem_type(chooseType(random));
  else if (choice == 1 || dims.empty())
    dims.Add()->set_dim_value(makeInteger(1));
  else if (choice == 2)
    dims.DeleteSubrange(pick(dims.size()), 1);
  else if (choice == 3)
    dims.Mutable(chance(80) ? 0 : pick(dims.size()))->set_dim_param("N");
  else {
    auto &dim = chooseFrom(dims);
    dim.set_dim_value(makeInteger(dim.dim_value()));
  }
}

void Mutator::mutateTensor(TensorProto &tensor) {
  auto &dims = *tensor.mutable_dims();
  switch (pick(7)) {
  case 0:
    tensor.set_data_type(chooseType(random));
    return;
  case 1:
    dims.Add(makeInteger(1));
    return;
  case 2:
    if (!dims.empty())
      dims.RemoveLast();
    return;
  case 3:
    if (!dims.empty()) {
      int i = pick(dims.size());
      dims.Set(i, makeInteger(dims.Get(i)));
    }
    return;
  default:
    break;
  }
  if (tensor.int64_data_size() > 0) {
    int i = pick(tensor.int64_data_size());
    tensor.set_int64_data(i, makeInteger(tensor.int64_data(i)));
  } else if (tensor.float_data_size() > 0) {
    int i = pick(tensor.float_data_size());
    tensor.set_float_data(i, makeFloat(tensor.float_data(i)));
  } else if (tensor.data_type() == TensorProto::INT64 &&
             tensor.raw_data().size() >= sizeof(int64_t)) {
    int64_t value = makeInteger(1);
    std::string &raw = *tensor.mutable_raw_data();
    size_t i = pick(raw.size() / sizeof(int64_t)) * sizeof(int64_t);
    raw.replace(i, sizeof(value), reinterpret_cast<char *>(&value),
                sizeof(value));
  } else if (!tensor.raw_data().empty()) {
    std::string &raw = *tensor.mutable_raw_data();
    raw[pick(raw.size())] ^= static_cast<char>(1 << pick(8));
  }
}

void Mutator::mutateInitializer(GraphProto &graph) {
  if (graph.initializer_size() > 0)
    return mutateTensor(chooseFrom(*graph.mutable_initializer()));
  makeConstant(graph);
}

/// Makes an input a list of integers: shapes and axes that are known.
void Mutator::makeConstant(GraphProto &graph) {
  if (graph.input_size() == 0)
    return;
  int i = pick(graph.input_size());
  TensorProto &tensor = *graph.add_initializer();
  tensor.set_name(graph.input(i).name());
  tensor.set_data_type(TensorProto::INT64);
  int count = pick(5);
  if (count > 0 || chance(50))
    tensor.add_dims(count);
  for (int j = 0; j < std::max(count, tensor.dims_size() == 0 ? 1 : 0); ++j)
    tensor.add_int64_data(makeInteger(pick(9) - 2));
  graph.mutable_input()->DeleteSubrange(i, 1);
}

//===----------------------------------------------------------------------===//
// Subgraphs and functions
//===----------------------------------------------------------------------===//

/// A tensor that a new Constant node in front of the others gives.
static std::string addScalar(GraphProto &graph, TensorProto::DataType type,
                             int64_t value, const std::string &name) {
  NodeProto &node = *graph.add_node();
  node.set_op_type("Constant");
  node.add_output(name);
  AttributeProto &attribute = *node.add_attribute();
  attribute.set_name("value");
  attribute.set_type(AttributeProto::TENSOR);
  attribute.mutable_t()->set_data_type(type);
  if (type == TensorProto::BOOL)
    attribute.mutable_t()->add_int32_data(static_cast<int32_t>(value));
  else
    attribute.mutable_t()->add_int64_data(value);
  return name;
}

void Mutator::wrapInBranch(GraphProto &graph) {
  if (graph.node_size() == 0)
    return;
  std::string tag = std::to_string(random() % 1000);
  NodeProto inner = chooseFrom(*graph.mutable_node());
  NodeProto branch;
  branch.set_op_type("If");
  branch.add_input(addScalar(graph, TensorProto::BOOL, pick(2), "c" + tag));
  for (const char *name : {"then_branch", "else_branch"}) {
    AttributeProto &attribute = *branch.add_attribute();
    attribute.set_name(name);
    attribute.set_type(AttributeProto::GRAPH);
    *attribute.mutable_g()->add_node() = inner;
    for (const std::string &output : inner.output())
      attribute.mutable_g()->add_output()->set_name(output);
  }
  for (const std::string &output : inner.output())
    branch.add_output(output + "_if" + tag);
  *graph.add_node() = branch;
  if (branch.output_size() > 0)
    graph.add_output()->set_name(branch.output(0));
}

void Mutator::wrapInLoop(GraphProto &graph) {
  if (graph.node_size() == 0)
    return;
  std::string tag = std::to_string(random() % 1000);
  NodeProto inner = chooseFrom(*graph.mutable_node());
  NodeProto loop;
  loop.set_op_type("Loop");
  loop.add_input(
      addScalar(graph, TensorProto::INT64, makeInteger(pick(4)), "m" + tag));
  loop.add_input("");
  AttributeProto &attribute = *loop.add_attribute();
  attribute.set_name("body");
  attribute.set_type(AttributeProto::GRAPH);
  GraphProto &body = *attribute.mutable_g();
  body.add_input()->set_name("i" + tag);
  body.add_input()->set_name("k" + tag);
  body.add_output()->set_name("k" + tag);
  if (inner.input_size() > 0 && inner.output_size() > 0 && chance(70)) {
    loop.add_input(inner.input(0));
    body.add_input()->set_name("v" + tag);
    inner.set_input(0, "v" + tag);
    body.add_output()->set_name(inner.output(0));
    loop.add_output("last" + tag);
  }
  *body.add_node() = inner;
  if (inner.output_size() > 0) {
    body.add_output()->set_name(inner.output(0));
    loop.add_output("all" + tag);
    graph.add_output()->set_name("all" + tag);
  }
  *graph.add_node() = loop;
}

void Mutator::wrapInFunction(ModelProto &model, GraphProto &graph) {
  if (graph.node_size() == 0)
    return;
  NodeProto &node = chooseFrom(*graph.mutable_node());
  onnx::FunctionProto &function = *model.add_functions();
  function.set_name("f" + std::to_string(pick(20)));
  function.set_domain("local");
  *function.mutable_input() = node.input();
  *function.mutable_output() = node.output();
  *function.add_node() = node;
  for (AttributeProto &attribute :
       *function.mutable_node(0)->mutable_attribute())
    if (chance(50)) {
      function.add_attribute(attribute.name());
      attribute.set_ref_attr_name(attribute.name());
    }
  node.set_op_type(function.name());
  node.set_domain("local");
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

void Mutator::mutateOpset(ModelProto &model) {
  if (model.opset_import_size() == 0)
    model.add_opset_import();
  chooseFrom(*model.mutable_opset_import()).set_version(1 + pick(22));
}

void Mutator::mutate(ModelProto &model) {
  for (int i = 0, count = 1 + pick(4); i < count; ++i) {
    GraphProto &graph = chooseGraph(model);
    int choice = pick(100);
    if (choice < 15)
      mutateNodes(graph);
    else if (choice < 30)
      mutateEdges(graph);
    else if (choice < 55)
      mutateAttributes(graph);
    else if (choice < 70)
      mutateInput(*model.mutable_graph());
    else if (choice < 82)
      mutateInitializer(graph);
    else if (choice < 87)
      makeConstant(*model.mutable_graph());
    else if (choice < 91)
      mutateOpset(model);
    else if (choice < 94)
      wrapInBranch(graph);
    else if (choice < 97)
      wrapInLoop(graph);
    else
      wrapInFunction(model, graph);
  }
}

void Mutator::cross(ModelProto &model, const ModelProto &other) {
  GraphProto &graph = *model.mutable_graph();
  graph.mutable_initializer()->MergeFrom(other.graph().initializer());
  for (const NodeProto &node : other.graph().node()) {
    *graph.add_node() = node;
    NodeProto &copy = *graph.mutable_node(graph.node_size() - 1);
    for (std::string &input : *copy.mutable_input())
      if (chance(50))
        input = chooseName(graph);
    if (copy.output_size() > 0)
      graph.add_output()->set_name(copy.output(0));
  }
}
