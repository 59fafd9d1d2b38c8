//===- ImportFuzzTest.cpp - Broken bytes ----------------------------------===//

#include "cnnc/Import/Import.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include "onnx.pb.h"

#include <gtest/gtest.h>

#include <random>

using namespace mlir;

namespace {

void addNode(onnx::GraphProto &graph, StringRef operatorName,
             ArrayRef<StringRef> inputs, StringRef output) {
  onnx::NodeProto &node = *graph.add_node();
  node.set_op_type(operatorName.str());
  for (StringRef input : inputs)
    node.add_input(input.str());
  node.add_output(output.str());
}

void addWeights(onnx::GraphProto &graph, StringRef name,
                ArrayRef<int64_t> shape) {
  onnx::TensorProto &tensor = *graph.add_initializer();
  tensor.set_name(name.str());
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  int64_t count = 1;
  for (int64_t extent : shape) {
    tensor.add_dims(extent);
    count *= extent;
  }
  for (int64_t i = 0; i < count; ++i)
    tensor.add_float_data(static_cast<float>(i));
}

/// A convolution, its activation, and a reshape by a computed shape: few enough
/// weights that most broken bytes break the graph.
std::string makeModel() {
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(13);
  onnx::GraphProto &graph = *model.mutable_graph();
  graph.set_name("broken");
  onnx::ValueInfoProto &input = *graph.add_input();
  input.set_name("x");
  auto &type = *input.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  type.mutable_shape()->add_dim()->set_dim_param("N");
  for (int64_t extent : {2, 4, 4})
    type.mutable_shape()->add_dim()->set_dim_value(extent);
  addWeights(graph, "w", {2, 1, 2, 2});
  addNode(graph, "Conv", {"x", "w"}, "y");
  onnx::AttributeProto &group = *graph.mutable_node(0)->add_attribute();
  group.set_name("group");
  group.set_type(onnx::AttributeProto::INT);
  group.set_i(2);
  addNode(graph, "Relu", {"y"}, "z");
  addNode(graph, "Shape", {"x"}, "shape");
  onnx::TensorProto &parts = *graph.add_initializer();
  parts.set_name("parts");
  parts.set_data_type(onnx::TensorProto::INT64);
  parts.add_dims(2);
  parts.add_int64_data(0);
  parts.add_int64_data(-1);
  addNode(graph, "Reshape", {"z", "parts"}, "r");
  addNode(graph, "Concat", {"shape", "parts"}, "joined");
  graph.mutable_node(4)->add_attribute()->set_name("axis");
  graph.mutable_node(4)->mutable_attribute(0)->set_type(
      onnx::AttributeProto::INT);
  for (StringRef name : {"r", "z"})
    graph.add_output()->set_name(name.str());
  return model.SerializeAsString();
}

/// How importing `bytes` ended: errors, or invalid operations.
struct Outcome {
  bool succeeded = false;
  bool isValid = true;
  int errors = 0;
};

Outcome importBytes(MLIRContext &context, StringRef path, StringRef bytes) {
  std::error_code error;
  llvm::raw_fd_ostream(path, error) << bytes;
  Outcome outcome;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    outcome.errors += diagnostic.getSeverity() == DiagnosticSeverity::Error;
    return success();
  });
  auto module = cnn::importONNX(path, &context);
  outcome.succeeded = succeeded(module);
  if (outcome.succeeded)
    outcome.isValid = succeeded(verify(**module));
  return outcome;
}

TEST(ImportFuzzTest, EndsInANetworkOrInOneError) {
  SmallString<128> path;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("broken", "onnx", path));
  auto remove = llvm::scope_exit([&] { llvm::sys::fs::remove(path); });
  MLIRContext context(MLIRContext::Threading::DISABLED);
  std::string model = makeModel();
  ASSERT_TRUE(importBytes(context, path, model).succeeded);

  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string broken = model;
    for (unsigned change = 0; change < 1 + i % 3u; ++change)
      broken[random() % broken.size()] ^= static_cast<char>(1u << random() % 8);
    Outcome outcome = importBytes(context, path, broken);
    EXPECT_EQ(outcome.errors, outcome.succeeded ? 0 : 1) << "change " << i;
    EXPECT_TRUE(outcome.isValid) << "change " << i;
    refused += !outcome.succeeded;
  }
  EXPECT_GT(refused, 500);
}

} // namespace
